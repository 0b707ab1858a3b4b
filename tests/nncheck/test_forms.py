"""A right answer passes in any usual form, and what is wrong in none; parts earn their points."""

import json
import re
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes

from nncheck.answers import Function, Here, Lines, Mistake, lines, text
from nncheck.checking import (
    Exercise,
    Generator,
    Marks,
    Shape,
    choose,
    choose_each,
    expect,
    expect_number,
    expect_quietly,
    no_loop,
    predict,
    several,
    without,
)
from nncheck.grading.wire import decoded, encoded
from nnlib.checks import FloatArray

Form = Callable[[Any], Any]
torch = pytest.importorskip("torch")

NUMBERS: dict[str, Form] = {
    "float": float,
    "of NumPy": np.float64,
    "float32": np.float32,
    "0-d": np.array,
    "one element": lambda x: np.array([x]),
    "one by one": lambda x: [[x]],
    "tuple": lambda x: (x,),
    "Fraction": Fraction,
    "Decimal": Decimal,
    "objects": lambda x: np.array([Fraction(x)], object),
    "tensor": torch.tensor,
    "tensor of one": lambda x: torch.tensor([x], requires_grad=True),
}
ARRAYS: dict[str, Form] = {
    "array": np.array,
    "float32": np.float32,
    "list": list,
    "tuple": tuple,
    "of numbers of NumPy": lambda x: [np.float64(each) for each in x],
    "Fractions": lambda x: [Fraction(each) for each in x],
    "objects": lambda x: np.array([Fraction(each) for each in x], object),
    "tensor": torch.tensor,
    "with a gradient": lambda x: 1.0 * torch.tensor(x, requires_grad=True),
    "tensors": lambda x: [torch.tensor(each) for each in x],
    "masked": lambda x: np.ma.array(x),
}
eighths = st.integers(-800, 800).map(lambda n: n / 8)  # exact in float32


@pytest.mark.parametrize("form", NUMBERS.values(), ids=NUMBERS)
@settings(max_examples=25, deadline=None)
@given(x=eighths)
def test_numbers(form: Form, x: float) -> None:
    """As a variable, as what a function returns, and through the grader's process."""
    assert Here({"x": form(x)}).value("x", "number") == x
    got = Here({"f": lambda: form(x)}).call("f", ())
    for each in (got, decoded(json.loads(json.dumps(encoded(got))))):
        expect(each, x)
        with pytest.raises(Mistake, match="value"):
            expect(each, x + 0.1)


@pytest.mark.parametrize("form", ARRAYS.values(), ids=ARRAYS)
@settings(max_examples=25, deadline=None)
@given(x=st.lists(eighths, min_size=2, max_size=5))
def test_arrays(form: Form, x: list[float]) -> None:
    assert Here({"x": form(x)}).value("x", "array").tolist() == x
    got = Here({"f": lambda: form(x)}).call("f", ())
    for each in (got, decoded(json.loads(json.dumps(encoded(got))))):
        expect(each, x)
        with pytest.raises(Mistake, match="value"):
            expect(each, np.add(x, 0.1))
        with pytest.raises(Mistake, match="shape"):
            expect(each, np.array(x)[:, None])


@pytest.mark.parametrize("value", [{1}, {}, object(), "3", b"3", 1j, torch, [torch.tensor(1j)]])
def test_what_is_no_number(value: Any) -> None:
    with pytest.raises(Mistake, match="type"):
        Here({"x": value}).value("x", "number")


class Strange:
    def __array__(self) -> None:
        raise RuntimeError("not today")


def test_a_strange_object_is_of_the_wrong_type() -> None:
    assert Here({"f": Strange}).call("f", ()) == "Strange"


def test_tensors_are_read_without_importing_torch() -> None:
    assert "torch" not in vars(sys.modules["nncheck.answers"])


@pytest.mark.parametrize("form", [tuple, list, np.array, torch.tensor, torch.Size])
def test_shapes(form: Form) -> None:
    assert Here({"x": form([2, 3])}).value("x", "shape") == (2, 3)


def test_a_length_is_whole() -> None:
    with pytest.raises(Mistake, match="type"):
        Here({"x": (2.5, 3)}).value("x", "shape")


@settings(max_examples=50, deadline=None)
@given(
    letters=st.text("ABCDEF", min_size=1),
    between=st.sampled_from(["", " ", ", ", "、", "，", ",", "; ", " / ", "\n"]),
    wide=st.booleans(),
    small=st.booleans(),
)
def test_letters(letters: str, between: str, wide: bool, small: bool) -> None:
    written = letters.lower() if small else letters
    written = "".join(chr(ord(each) + 0xFEE0) for each in written) if wide else written
    forms = [between.join(written), f"「{written}」", f"({written})", list(written), tuple(written)]
    assert {text(each) for each in forms} == {letters}


@pytest.mark.parametrize("value", [{"B", "A"}, frozenset("ab"), ["Ａ", " b."]])
def test_letters_of_a_set(value: Any) -> None:
    assert text(value) == "AB"


@settings(max_examples=100, deadline=None)
@given(st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-6), st.integers(2, 6))
def test_rounded_numbers(x: float, digits: int) -> None:
    """Rounding to the asked digits, or to more of them, is right; a digit less need not be."""
    for more in range(3):
        rounded = float(f"{x:.{digits - 1 + more}e}")
        expect_number(rounded, x, digits)
        expect_quietly([rounded], [x], digits)
    with pytest.raises(Mistake, match="wrong"):
        expect_number(x * (1 + 1.1 * 10.0 ** (1 - digits)), x, digits)


def test_the_nearer_number_is_meant() -> None:
    expect_number(0.2005, 0.2005, digits=2, close_by=0.201)
    with pytest.raises(Mistake, match="close_by"):
        expect_number(0.201, 0.2005, digits=2, close_by=0.201)


# ---- Lines


def straight(ax: Axes) -> None:
    ax.plot([-1, 2], [-1.5, 4.5])


def without_ends(ax: Axes) -> None:
    ax.axline((0, 0.5), slope=2)


def through_two_points(ax: Axes) -> None:
    ax.axline((0, 0.5), (1, 2.5))


def points_alone(ax: Axes) -> None:
    ax.plot([-1, 0, 2], [-1.5, 0.5, 4.5], "o")


def guided(ax: Axes) -> None:
    straight(ax)
    ax.axhline(0)
    ax.axvline(0)
    ax.plot([0, 0], [-1, 2], "--")
    ax.plot([0, 1, 1], [0, 0, 1], "o")
    ax.plot([], [])
    ax.scatter([0, 1], [0, 1])


@pytest.mark.parametrize("draw", [straight, without_ends, through_two_points, points_alone, guided])
def test_lines(draw: Callable[[Axes], None]) -> None:
    ax = plt.figure().add_subplot()
    draw(ax)
    [line] = lines(ax)
    plt.close()
    assert line[:, 0].min() <= -1
    assert line[:, 0].max() >= 2
    assert line[:, 1] == pytest.approx(2 * line[:, 0] + 0.5)


def test_a_level_line_is_one_if_there_is_no_other() -> None:
    ax = plt.figure().add_subplot()
    ax.axhline(0.5)
    assert lines(ax)[0].tolist() == [[0, 0.5], [1, 0.5]]
    plt.close()


# ---- What is forbidden

BY_ANOTHER_NAME = {
    "np.sum": "def f(X): return np.sum(X)",
    "alias": "import numpy as num\ndef f(X): return num.sum(X)",
    "from": "from numpy import sum as s\ndef f(X): return s(X)",
    "inner from": "def f(X):\n    from numpy import sum as s\n    return s(X)",
    "another name": "total = np.sum\ndef f(X): return total(X)",
    "itself": "f = np.sum",
    "method": "def f(X): return X.sum()",
    "built-in": "def f(X): return sum(X)",
    "helper": "def g(X): return X.sum()\ndef f(X): return g(X)",
    "in a list": "def f(X): return [x.sum() for x in X]",
    "inner function": "def f(X):\n    g = lambda x: np.sum(x)\n    return g(X)",
    "closure": "def outer(g):\n    return lambda X: g(X)\nf = outer(np.sum)",
    "default": "def f(X, g=np.sum): return g(X)",
    "partial": "f = functools.partial(np.sum)",
    "vectorize": "f = np.vectorize(lambda x: x.sum())",
    "cache": "@functools.cache\ndef f(X): return X.sum()",
    "getattr": "def f(X): return getattr(X, 'sum')()",
    "class": "class F:\n    def __call__(self, X): return X.sum()\nf = F()",
    "bound": "class F:\n    def run(self, X): return X.sum()\nf = F().run",
}
OTHERS = {
    "own": "def sum(X): return X[0]\ndef f(X): return sum(X)",
    "words": "def f(X):\n    'the sum'\n    summed = X.mean()\n    return summed",
    "itself": "def f(X): return X if len(X) < 2 else f(X[1:])",
    "elsewhere": "def g(X): return X.sum()\ndef f(X): return X.mean()",
}


def uses(source: str) -> tuple[str, ...]:
    variables: dict[str, Any] = {"__name__": "__main__"}
    exec(f"import functools\nimport numpy as np\n{source}", variables)
    return Here(variables).uses("f", ("sum", "einsum"))


@pytest.mark.parametrize("source", BY_ANOTHER_NAME.values(), ids=BY_ANOTHER_NAME)
def test_a_forbidden_function_is_found(source: str) -> None:
    assert uses(source) == ("sum",)


@pytest.mark.parametrize("source", OTHERS.values(), ids=OTHERS)
def test_other_functions_are_allowed(source: str) -> None:
    assert uses(source) == ()


# ---- Parts, and what is said of them


@pytest.fixture
def parts() -> Exercise:
    check = Exercise("parts")
    hints = [("先算。", "Compute."), ("再看。", "Look.")]

    @check.question(points=3, hints=hints)
    def q1(shape_a: Shape, letter: str, b: float) -> Marks:
        predict("shape_a", shape_a, (2, 3), {})
        yield 1
        choose(letter, "A", "ABC")
        yield 2
        expect_number(b, 5)

    @check.question(points=4, hints=hints, length=("要兩個。", "Two."), D=("看 D。", "See D."))
    def q2(twice: Function, both: Function, letters: str, rng: Generator) -> Marks:
        x = rng.normal(size=3)
        expect(twice(x), 2 * x)
        yield 1
        first, second = several(both(x), 2)
        expect(first, x + 1)
        yield 1.5
        expect(second, x.sum())
        yield 2
        no_loop(twice, (x,), (np.tile(x, 8),))
        without(twice, "sum")
        yield 3
        for _ in choose_each(letters, "AB", "AB", ["D", "D"]):
            pass

    @check.question(points=2, hints=hints)
    def q3(p: FloatArray, q: FloatArray) -> Marks:
        if p[0] != 1:
            raise Mistake("wrong")
        yield 1
        expect(q, [1.0, 2.0])

    return check


Q1 = {"shape_a": (2, 3), "letter": "A", "b": 5}
Q2 = {"twice": lambda x: 2 * x, "both": lambda x: (x + 1, x.sum()), "letters": "A, B"}


@pytest.mark.parametrize(
    ("question", "answers", "points", "code"),
    [
        ("q1", Q1, 3, "right"),
        ("q1", {}, 0, "todo"),
        *(("q1", {**Q1, name: ...}, 2, "todo") for name in Q1),
        *(("q1", {name: Q1[name]}, 1, "todo") for name in Q1),
        ("q1", {"letter": "B", "b": 5}, 0, "B"),  # a mistake is said before what is missing
        ("q1", {**Q1, "shape_a": "?"}, 2, "type"),
        ("q2", Q2, 4, "right"),
        ("q2", {}, 0, "todo"),
        ("q2", {**Q2, "twice": ...}, 2, "todo"),
        ("q2", {**Q2, "twice": lambda x: ...}, 2, "todo"),
        ("q2", {**Q2, "both": lambda x: (..., ...)}, 3, "todo"),
        ("q2", {**Q2, "both": lambda x: (x + 1, ...)}, 3.5, "todo"),
        ("q2", {**Q2, "both": lambda x: (..., x.sum())}, 3.5, "todo"),
        ("q2", {**Q2, "both": lambda x: (x + 2, ...)}, 1, "value"),
        ("q2", {**Q2, "both": lambda x: ([1, ..., 2], 3)}, 3, "todo"),
        ("q2", {**Q2, "both": lambda x: (x + 1, None)}, 1, "none"),
        ("q2", {**Q2, "letters": ...}, 3, "todo"),
        ("q2", {"letters": "AB"}, 1, "todo"),
        ("q3", {"p": [1], "q": ...}, 1, "todo"),
        ("q3", {"q": [1, 2]}, 0, "todo"),  # where a check looks at p itself, q has to wait
    ],
)
def test_a_part_earns_its_points_while_another_is_missing(
    parts: Exercise, question: str, answers: dict[str, Any], points: float, code: str
) -> None:
    parts.questions["q1"].mistakes["B"] = ("不是 B。", "Not B.")
    feedback = parts._ask(question, answers)
    assert (feedback.points, feedback.code) == (points, code)


def test_what_is_missing_is_named(parts: Exercise) -> None:
    parts.language = "en"
    said = repr(parts._ask("q1", {**Q1, "letter": ...}))
    assert (
        said
        == "q1 (2 of 3): Not attempted yet: replace the `...` of `letter` and run the cell again."
    )


SAID: list[tuple[str, dict[str, Any], str]] = [
    ("q1", {**Q1, "b": [1, 2]}, "`b` must be one number, but has shape (2,)."),
    ("q1", {**Q1, "b": np.nan}, "`b` has a NaN or an infinity in it."),
    ("q1", {**Q1, "b": None}, "`b` is None."),
    ("q3", {"p": [1], "q": [1]}, "`q` must be an array of shape (2,), but has shape (1,)."),
    ("q2", {**Q2, "both": lambda x: (x[:1], 1)}, "of `both` must be an array of shape (3,)"),
    ("q2", {**Q2, "both": lambda x: (x + 1, x)}, "The result of `both` must be one number"),
    ("q2", {**Q2, "both": lambda x: x}, "The result of `both` must be 2 values, but is of type"),
    ("q2", {**Q2, "both": lambda x: (x + 1, np.nan)}, "The result of `both` has a NaN"),
    ("q2", {**Q2, "both": lambda x: (x + 1, "a")}, "The result of `both` must be one number"),
    ("q1", {**Q1, "b": [None]}, "`b` is None."),
    ("q2", {**Q2, "both": lambda x: x / "a"}, "Your code stopped at"),
]


@pytest.mark.parametrize(("question", "answers", "said"), SAID, ids=[each[2] for each in SAID])
def test_messages_name_the_answer(
    parts: Exercise, question: str, answers: dict[str, Any], said: str
) -> None:
    parts.language = "en"
    feedback = repr(parts._ask(question, answers))
    assert said in feedback
    again = re.search(r"same input again: `(\w+)\(", feedback)
    assert (again and again[1]) == ("both" if question == "q2" else None)
    assert bool(parts.case) == (question == "q2")


def test_the_call_that_failed_is_tried_again() -> None:
    """Even if the check has called other functions since, or the same one with other numbers."""
    check = Exercise("later")

    @check.question(points=1, hints=[("看。", "Look."), ("算。", "Compute.")])
    def q1(f: Function, g: Function) -> None:
        results = f(1.0), f(2.0), g(3.0)
        for result, want in zip(results, (1, 2, 3), strict=True):
            expect(result, want)

    check.language = "en"
    answers: dict[str, Any] = {"f": lambda x: 1.0, "g": lambda x: x}
    assert "`f(*check.case)`" in repr(check._ask("q1", answers))
    assert check.case == (2.0,)


@pytest.fixture(autouse=True)
def quietly() -> None:
    mpl.use("agg")


def test_a_plot_is_read_by_its_kind(parts: Exercise) -> None:
    check = Exercise("plots")

    @check.question(points=1, hints=[("畫。", "Draw."), ("看。", "Look.")])
    def q1(ax: Lines) -> None:
        expect(ax[0][:, 1], [0.0, 1.0])

    ax = plt.figure().add_subplot()
    ax.plot([0, 1], [0, 1])
    ax.axhline(0.5)
    assert check._ask("q1", {"ax": ax}).code == "right"
    plt.close()
