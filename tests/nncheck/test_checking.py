"""What the checks say and when: each kind of feedback, in each language, wherever they run."""

import doctest
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from answers import EXERCISES, check
from bs4 import BeautifulSoup

import nncheck
from check import rules
from nncheck.answers import Function, Here, Mistake
from nncheck.checking import Exercise, Generator, Marks, expect, no_loop
from nncheck.feedback import AGAIN, COMMON, HINT, TOTAL
from nnlib.checks import FloatArray
from read.notebooks import Cell
from read.text import HAN

WORD = ("字", "word")  # for what is put into a text in its own language
HINTS = [("先看 `x`。", "Look at `x`."), ("再加 1。", "Add 1.")]


@pytest.fixture
def double() -> Exercise:
    """An exercise with one question: a function that doubles its argument."""
    check = Exercise("double")

    @check.question(points=3, hints=HINTS, same=("沒有變。", "It is the same."))
    def q1(double: Function, rng: Generator) -> Marks:
        x = rng.normal(size=4)
        expect(double(x), 2 * x, same=x)
        yield 2
        no_loop(double, (x,), (np.tile(x, 8),))

    @check.question(points=1, hints=HINTS)
    def q2(answer: FloatArray) -> None:
        expect(answer, [1.0, 2.0])

    return check


def helper(x: Any) -> Any:
    return x + "1"  # a line of the learner's, called from another


@cache
def looked_at(shape: tuple[int, ...]) -> int:
    return sum(1 for _ in range(100))


def remembering(x: Any) -> Any:
    looked_at(x.shape)
    return 2 * x


def mutating(x: Any) -> Any:
    x *= 2
    return x


def silent(x: Any) -> None:
    2 * x


FUNCTIONS: dict[str, tuple[Callable[..., Any], str, str]] = {
    "right": (lambda x: 2 * x, "right", "Right"),
    "list": (lambda x: (2 * x).tolist(), "right", "Right"),
    "float32": (lambda x: 2 * x.astype(np.float32), "right", "Right"),
    "remembers shapes": (remembering, "right", "Right"),
    "stub": (lambda x: ..., "todo", "Not attempted"),
    "known mistake": (lambda x: x, "same", "It is the same."),
    "loop": (lambda x: np.array([2 * each for each in x]), "slow", "Right, but slow"),
    "vectorize": (np.vectorize(lambda x: 2 * x), "slow", "Right, but slow"),
    "none": (silent, "none", "`return` missing"),
    "shape": (
        lambda x: x.sum(),
        "shape",
        r"of `double` must be an array of shape \(4,\), but has shape \(\)",
    ),
    "ragged": (lambda x: [[1, 2], [3]], "type", "an array of numbers"),
    "text": (lambda x: "2x", "type", "but is of type str"),
    "object": (lambda x: SimpleNamespace(), "type", "but is of type SimpleNamespace"),
    "complex": (lambda x: 2j * x, "type", "but is of type ndarray"),
    "nan": (lambda x: x * np.nan, "nan", "NaN"),
    "infinite": (lambda x: x / 0, "nan", "infinity"),
    "changed": (mutating, "changed", "changes an array"),
    "value": (lambda x: 2 * x + 0.01, "value", r"at \[0\]\): it must be 0\.2515, but is 0\.2615"),
    "raised": (lambda x: helper(x), "raised", r'stopped at `return x \+ "1"'),
    "in NumPy": (lambda x: np.linalg.inv(x), "raised", "LinAlgError"),
    "arguments": (lambda: 1, "raised", r"stopped at `double\(…\)`. Python says: `TypeError"),
    "exit": (lambda x: sys.exit("bye"), "raised", "SystemExit: bye"),
    "number": (3, "type", "`double` must be a function, but is of type int"),  # type: ignore[dict-item]
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_feedback_on_a_function(double: Exercise, name: str) -> None:
    function, code, said = FUNCTIONS[name]
    double.language = "en"
    feedback = double._ask("q1", globals() | {"double": function} if name != "raised" else _here())
    assert feedback.code == code
    assert re.search(said, repr(feedback)), repr(feedback)
    assert feedback.points == {"right": 3, "slow": 2}.get(code, 0)
    assert bool(feedback.hints) == (code != "right")
    if code in ("raised", "shape", "nan", "value") and name != "number":
        assert "double(*check.case)" in repr(feedback)
        assert np.shape(double.case[0]) == (4,)


def _here() -> dict[str, Any]:
    globals()["double"] = FUNCTIONS["raised"][0]
    return globals()


VALUES = [
    (..., "todo"),
    ([..., 2], "todo"),
    (None, "none"),
    ([1, None], "none"),
    ([1, 2], "right"),
    ((1.0, 2.0), "right"),
    (np.array([1, 2], np.float32), "right"),
    ([1, np.inf], "nan"),
    ([True, 2], "right"),
    ("12", "type"),
    ({"a": 1}, "type"),
    ([[1, 2]], "shape"),
    (np.array([1, 2j]), "type"),
    ([1, 3], "value"),
]


@pytest.mark.parametrize(("value", "code"), VALUES, ids=str)
def test_feedback_on_a_value(double: Exercise, value: Any, code: str) -> None:
    assert double._ask("q2", {"answer": value}).code == code


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        ("number", 3, 3.0),
        ("number", np.float32(0.5), 0.5),
        ("number", [3], 3.0),
        ("number", [3, 4], "shape"),
        ("shape", (2, 3), (2, 3)),
        ("shape", [np.int64(2)], (2,)),
        ("shape", 2, "type"),
        ("shape", "23", "type"),
        ("text", " b ", "B"),
        ("text", 2, "type"),
        ("function", 2, "type"),
        ("lines", [1], "type"),
    ],
    ids=str,
)
def test_kinds_of_variables(kind: str, value: Any, read: Any) -> None:
    here = Here({"x": value})
    if isinstance(read, str) and read.islower():
        with pytest.raises(Mistake, match=read):
            here.value("x", kind)
    else:
        assert here.value("x", kind) == read


def test_language(double: Exercise) -> None:
    double.language = "zh"
    assert repr(double._ask("q2", {})).startswith("q2（0／1 分）：還沒作答")
    double.language = "en"
    assert repr(double._ask("q2", {})).startswith("q2 (0 of 1): Not attempted")
    double.language = "both"
    assert repr(double._ask("q2", {})).count("\n") == 1
    double.language = "fr"
    with pytest.raises(ValueError, match='language must be "both", "zh" or "en", not \'fr\''):
        repr(double._ask("q2", {}))


def test_hints_come_one_by_one(double: Exercise) -> None:
    double.language = "en"
    assert [repr(double.hint("q1")) for _ in range(3)] == ["Look at `x`.", "Add 1.", "Add 1."]
    assert "<code>x</code>" in double.hint("q2")._repr_html_()
    with pytest.raises(ValueError, match="name must be one of q1, q2, not 'q3'"):
        double.hint("q3")


def test_report(double: Exercise) -> None:
    report = double.report()
    assert (report.points, report.of) == (0, 4)
    assert repr(report).endswith("Total: 0 of 4")
    page = BeautifulSoup(report._repr_html_(), "html.parser")
    assert len(page.select("li")) == 2


def test_html(double: Exercise) -> None:
    """It opens hints without a script, and shows what the learner wrote as text."""
    double.language = "both"
    variables = {"double": lambda x: x / "<b>`x`"}
    page = BeautifulSoup(double._ask("q1", variables)._repr_html_(), "html.parser")
    assert not page.select("b")
    assert [each["lang"] for each in page.select("div > div[lang]")][:2] == ["zh-Hant", "en"]
    assert [each.text for each in page.select("summary")] == ["提示 1 Hint 1", "提示 2 Hint 2"]


def test_names(double: Exercise) -> None:
    assert {"q1", "q2", "hint", "report"} <= set(dir(double))
    with pytest.raises(AttributeError, match="double has no question q9"):
        _ = double.q9


def endless(x: Any) -> Any:
    while len(x) > 4 or sys.gettrace() is None:
        pass
    return 2 * x


@pytest.mark.parametrize("method", ["call", "steps"])
def test_endless_loop_can_be_interrupted(double: Exercise, method: str) -> None:
    """As the stop button of a notebook does it; the next check is as the first."""
    before = sys.gettrace()

    def interrupted() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        getattr(Here({"f": endless}), method)("f", (np.ones(8),))

    for _ in range(2):
        handler = signal.signal(signal.SIGALRM, signal.default_int_handler)
        with pytest.raises(KeyboardInterrupt):
            interrupted()
        signal.signal(signal.SIGALRM, handler)
        assert sys.gettrace() is before
        assert double._ask("q1", {"double": FUNCTIONS["right"][0]}).code == "right"


PROGRAM = """
import sys
from nncheck.questions.neuron import check

def layer(X, W, b):
    return X @ W.T + {}

check.language = "en"
print(check.q4())
assert not {{"IPython", "matplotlib", "torch"}} & set(sys.modules)
"""


@pytest.mark.parametrize(
    ("code", "said"),
    [("b", "This is the net input Z"), ("c", "stopped at `return X @ W.T + c`")],
)
def test_plain_python(tmp_path: Path, code: str, said: str) -> None:
    (tmp_path / "answer.py").write_text(PROGRAM.format(code))
    command = [sys.executable, "-I", "answer.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert said in run.stdout


def test_the_example_in_the_docstring_is_true() -> None:
    """Also that of an exercise which is not the book's."""
    result = doctest.testmod(nncheck)
    assert result.attempted > 0
    assert result.failed == 0


def test_checks_are_installed_and_solutions_are_not() -> None:
    root = Path(__file__).parents[2]
    project = tomllib.loads((root / "pyproject.toml").read_text("utf8"))
    files = [path for name in ("nnlib", "nncheck") for path in (root / name).rglob("*")]
    packages = {path.parent for path in files if path.name == "__init__.py"}
    names = {".".join(package.relative_to(root).parts) for package in packages}
    assert set(project["tool"]["setuptools"]["packages"]) == names
    assert not [path for path in files if "solution" in path.name or path.suffix == ".ipynb"]


def every_text() -> list[tuple[str, tuple[str, str]]]:
    texts = [("common", text) for text in [*COMMON.values(), AGAIN, HINT, TOTAL]]
    for path in EXERCISES:
        for q in check(path).questions.values():
            texts += [(f"{path.stem} {q.name}", text) for text in [*q.hints, *q.mistakes.values()]]
    return texts


@pytest.mark.parametrize(
    ("where", "text"), every_text(), ids=lambda each: each if isinstance(each, str) else ""
)
def test_texts_are_in_both_languages_and_well_set(where: str, text: tuple[str, str]) -> None:
    """By the rules of the book's prose, and with the same values in both."""
    chinese, english = text
    assert len(set(text)) == 2
    assert not re.search(f"[{HAN}]", english)
    holes = [sorted(re.findall(r"\{[^}]*\}", each)) for each in text]
    assert holes[0] == holes[1]
    words = [
        re.sub(r"\{(what|kind|where|form)\}", word, t) for t, word in zip(text, WORD, strict=True)
    ]
    filled = [re.sub(r"\{[^}]*\}", "0", each).strip() for each in words]
    faults = []
    for lang, source in zip(("zh-Hant", "en"), filled, strict=True):
        cell = Cell(1, "markdown", lang, source, {"lang": lang}, [])
        faults += [fault for rule in rules.CELL_RULES for fault in rule(cell)]
    assert not faults, f"{where}: {chinese}\n" + "\n".join(faults)
