"""A check compares an answer with the right value, and with what each known mistake would give.

A question is a function whose parameters are the names of the learner's variables, and whose
annotations say what they are:

    @check.question(points=2, hints=[(中文, English), …], no_bias=(中文, English), …)
    def q3(layer: Function, rng: Generator) -> Marks:
        X, W, b = rng.standard_normal((5, 3)), …
        expect(layer(X, W, b), X @ W.T + b, no_bias=X @ W.T)
        yield 1                        # one point is earned, whatever follows
        no_loop(layer, few, many)
"""

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from itertools import chain
from typing import Any, ParamSpec

import numpy as np
import numpy.typing as npt

from nncheck.answers import (
    KINDS,
    Answers,
    Call,
    Function,
    Here,
    Lines,
    Missing,
    Mistake,
    Text,
    is_text,
    named,
    numbers,
    result_of,
    variable,
)
from nncheck.feedback import (
    AGAIN,
    ARRAY,
    COMMON,
    ONE,
    POINTS,
    RESULT,
    RETRY,
    Feedback,
    Note,
    Report,
)
from nnlib.checks import FloatArray

Generator = np.random.Generator
Shape = tuple[int, ...]
Marks = Iterator[float]  # the points that are earned so far
Near = Callable[[npt.ArrayLike, npt.ArrayLike], npt.NDArray[np.bool_]]
P = ParamSpec("P")
KIND: dict[Any, str] = {
    Function: "function",
    FloatArray: "array",
    float: "number",
    Shape: "shape",
    str: "text",
    Lines: "lines",
}
CASES = 3  # how often a learner's function is tried, with other numbers

DIGITS, ALL_DIGITS = 3, 15  # to which a number is asked for, unless a check says otherwise


def passing_over(compare: Callable[P, None]) -> Callable[P, None]:
    """Makes what compares an answer pass over one that is not there; see `Missing`."""

    @wraps(compare)
    def comparing(*given: P.args, **named: P.kwargs) -> None:
        missing = next((each for each in given if isinstance(each, Missing)), None)
        if missing is None:
            compare(*given, **named)
        else:
            missing.pass_over()

    return comparing


@passing_over
def expect(got: Any, want: npt.ArrayLike, **mistakes: npt.ArrayLike) -> None:
    """Raise Mistake unless the numbers agree: the one whose numbers these are, if one is known."""
    try:
        compare(got, np.asarray(want), close, mistakes)
    except Mistake as mistake:
        mistake.about = got
        raise


def compare(got: Any, want: npt.NDArray[Any], near: Near, mistakes: dict[str, Any]) -> None:
    try:
        array = numbers(got)
    except (TypeError, ValueError):
        kind = KINDS["array" if want.shape else "number"][1]
        raise Mistake("type", kind=kind, got=named(got)) from None
    for code, value in mistakes.items():
        if agree(array, value, near) and not agree(want, value, near):
            raise Mistake(code)
    if array.size == want.size == 1:  # 0.5, [0.5] and [[0.5]] are as good
        array = array.reshape(want.shape)
    if array.shape != want.shape:
        raise Mistake("shape", want=want.shape, got=array.shape)
    if not np.isfinite(array).all():
        raise Mistake("nan")
    if not agree(array, want, near):
        first = np.unravel_index(np.argmax(~near(array, want)), want.shape)
        at = [int(i) for i in first]
        where = (f"（位置 {at}）", f" (at {at})") if at else ("", "")
        raise Mistake("value", where=where, want=f"{want[first]:.4g}", got=f"{array[first]:.4g}")


@passing_over
def expect_quietly(
    got: Any, want: npt.ArrayLike, digits: float = DIGITS, **mistakes: npt.ArrayLike
) -> None:
    """As `expect`, for numbers that a learner wrote down, rounded to so many digits or better.

    The feedback does not give them away.
    """
    try:
        compare(got, np.asarray(want), to_digits(digits), mistakes)
    except Mistake as mistake:
        mistake.about = got
        raise Mistake("wrong") if mistake.code == "value" else mistake from None


@passing_over
def expect_number(
    got: float, want: float, digits: float = DIGITS, **mistakes: float | Sequence[float]
) -> None:
    """As `expect_quietly`, for one number. A mistake may be known by several numbers."""
    near = to_digits(digits)
    for code, values in mistakes.items():
        for value in np.ravel(values):
            if near(got, value) and not (near(got, want) and abs(got - want) < abs(got - value)):
                raise Mistake(code)
    if not near(got, want):
        raise Mistake("wrong")


def close(a: npt.ArrayLike, b: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    return np.isclose(a, b, rtol=1e-4, atol=1e-6)  # float32 is precise enough


def to_digits(digits: float) -> Near:
    """Whether numbers are others, which may be rounded to so many digits, however small."""

    def near(a: npt.ArrayLike, b: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        size = np.abs(np.asarray(b, float))
        last = 10.0 ** (np.floor(np.log10(np.maximum(size, 1e-300))) + 1 - digits)
        return np.asarray(np.abs(np.asarray(a, float) - b) <= 0.501 * last + 1e-12)

    return near


def agree(a: Any, b: npt.ArrayLike, near: Near = close) -> bool:
    """Whether two values have the same shape and numbers; False for what are no numbers."""
    try:
        return np.shape(a) == np.shape(b) and bool(np.all(near(a, b)))
    except (TypeError, ValueError):
        return False


@passing_over
def shaped(array: FloatArray, *want: int) -> None:
    if array.shape != want:
        mistake = Mistake("shape", want=want, got=array.shape)
        mistake.about = array
        raise mistake


@passing_over
def predict(name: str, got: Shape, want: Shape, mistakes: dict[Shape, str]) -> None:
    """Raise Mistake unless a shape was predicted; `mistakes` are known wrong shapes."""
    if got != want:
        raise Mistake(mistakes.get(got, "predicted"), name=name, got=got)


def several(got: Any, count: int) -> tuple[Any, ...]:
    """The values that a function returned, if there are as many as the question asks for."""
    if isinstance(got, Missing):
        return (got,) * count
    if not isinstance(got, tuple) or len(got) != count:
        kind = (f" {count} 個值", f"{count} values")
        came = f"tuple ({len(got)})" if isinstance(got, tuple) else named(got)
        mistake = Mistake("type", kind=kind, got=came)
        mistake.about = got
        raise mistake
    return got


@passing_over
def choose(answer: str, right: str, options: str) -> None:
    """Raise Mistake unless the right letter was chosen; its code is the wrong letter."""
    if answer not in options or len(answer) != 1:
        raise Mistake("option", want=" ".join(options), got=answer)
    if answer != right:
        raise Mistake(answer)


def choose_each(answer: str, right: str, options: str, codes: Sequence[str]) -> Iterator[int]:
    """Count the letters that are right, up to the first that is not: its code is the Mistake."""
    if isinstance(answer, Missing):
        answer.pass_over()
        return
    if len(answer) != len(right) or not {*answer} <= {*options}:
        raise Mistake("length")
    for count, (got, want, code) in enumerate(zip(answer, right, codes, strict=True), 1):
        if got != want:
            raise Mistake(code)
        yield count


def lengths(rng: Generator, count: int, low: int = 2, high: int = 6) -> tuple[int, ...]:
    """So many lengths for the axes of a case, all different: a wrong order of axes then shows."""
    return tuple(int(n) for n in rng.permutation(np.arange(low, high + 1))[:count])


def no_loop(function: Function, few: tuple[Any, ...], many: tuple[Any, ...]) -> None:
    """Raise Mistake if Python takes more steps for many samples than for few of them."""
    if function.missing is not None:
        function.missing.pass_over()
        return
    function.steps(*many)  # a library may look at new shapes once, and remember them
    if function.steps(*many) > 1.2 * function.steps(*few):
        raise Mistake("slow")


def without(function: Function, *names: str) -> None:
    """Raise Mistake if a function uses one of those, such as `"conv2d"`, by whatever name."""
    if function.missing is not None:
        function.missing.pass_over()
    elif found := function.uses(*names):
        raise Mistake("forbidden", name=function.name, used=found[0])


@dataclass(frozen=True)
class Question:
    name: str
    points: float
    check: Callable[..., Marks | None]
    hints: list[Text]
    mistakes: dict[str, Text]

    @property
    def variables(self) -> dict[str, str]:
        """The learner's variables that it looks at, and the kind of each."""
        parameters = inspect.signature(self.check).parameters
        return {name: KIND[p.annotation] for name, p in parameters.items() if name != "rng"}

    @property
    def is_random(self) -> bool:
        return "rng" in inspect.signature(self.check).parameters

    def mark(self, answers: Answers, seeds: Iterable[Any], again: bool = False) -> Feedback:
        """Try the answers, with the random numbers of each seed; stop at the first mistake.

        Parts whose answer is missing are passed over: a mistake in another part is said first.
        """
        for seed in seeds if self.is_random else [0]:
            calls: list[Call] = []
            found: list[Mistake] = []
            given = self.read(answers, calls, found)
            earned = self.earn(given, seed, found)
            if found:
                mistake = found[0]
                if any(map(is_there, given.values())):
                    mistake = next((each for each in found if each.code != "todo"), mistake)
                what, tried = self.origin(mistake, given, calls)
                values = {"what": what, **mistake.values}
                tried = tried if again and mistake.code in RETRY else None
                return self.feedback(mistake.code, values, earned, tried)
        return self.feedback("right", {}, self.points)

    def read(self, answers: Answers, calls: list[Call], found: list[Mistake]) -> dict[str, Any]:
        """The learner's variables; Missing for those that are not there or cannot be read."""
        given: dict[str, Any] = {}
        for name, kind in self.variables.items():
            function = Function(name, answers, calls, found)
            try:
                value = answers.value(name, kind)
                given[name] = function if kind == "function" else value
            except Mistake as mistake:
                missing = function.missing = Missing(mistake, found)
                given[name] = function if kind == "function" else missing
        return given

    def earn(self, given: dict[str, Any], seed: Any, found: list[Mistake]) -> float:
        """The points of the parts in which no mistake was found, up to the first that is wrong."""
        earned = before = 0.0
        lost: dict[float, float] = {}  # of the parts that were passed over, by where they end
        rng = [np.random.default_rng(seed)] if self.is_random else []
        passed = 0
        try:
            with np.errstate(all="ignore"):
                for points in chain(self.check(*given.values(), *rng) or (), [self.points]):
                    if len(found) > passed:
                        lost[points] = points - (before if before < points else 0)
                    earned = points - sum(lost[end] for end in lost if end <= points)
                    before, passed = points, len(found)
        except Mistake as mistake:
            found.append(mistake)
        return earned

    def origin(
        self, mistake: Mistake, given: dict[str, Any], calls: list[Call]
    ) -> tuple[Text, Call | None]:
        """What the answer was that a mistake is about, and the call that gave it."""
        about = mistake.about
        for call in reversed(calls):
            if call is about or call.gave(about):
                return result_of(call.name), call
        for name, value in given.items():
            if value is about:
                return variable(name), None
        if calls and all(isinstance(each, Function) for each in given.values()):
            return result_of(calls[-1].name), calls[-1]
        return RESULT, None

    def feedback(
        self, code: str, values: dict[str, Any], earned: float, tried: Call | None = None
    ) -> Feedback:
        said = {**COMMON, **self.mistakes}[code]
        values = {"what": ("", ""), **values}
        texts = []
        for i, (points, text) in enumerate(zip(POINTS, said, strict=True)):
            own = {k: v[i] if is_text(v) else v for k, v in values.items()}
            want = str(own.get("want"))
            own["form"] = (ONE if want == "()" else ARRAY)[i].format(want)
            again = AGAIN[i].format(name=tried.name) if tried else ""
            start = points.format(name=self.name, points=earned, of=self.points)
            texts.append(start + text.format(**own) + again)
        case = tried.arguments if tried else ()
        hints = [] if code == "right" else self.hints
        return Feedback((texts[0], texts[1]), self.name, code, earned, self.points, hints, case)


def is_there(answer: Any) -> bool:
    """Whether there is an answer at all; a plot without lines is none."""
    if isinstance(answer, Function):
        return answer.missing is None
    return not isinstance(answer, Missing) and not (isinstance(answer, list) and not answer)


Check = Callable[..., Marks | None]


class Exercise:
    """The questions of a notebook: `check.q1()`, `check.hint("q1")`, `check.report()`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.questions: dict[str, Question] = {}
        self.language = "both"  # or "zh", "en"
        self.case: tuple[Any, ...] = ()  # what a function was tried with when it failed
        self._hinted: dict[str, int] = {}

    def question(
        self, *, points: float, hints: list[Text], **mistakes: Text
    ) -> Callable[[Check], Check]:
        def add(check: Check) -> Check:
            name = check.__name__
            self.questions[name] = Question(name, points, check, hints, mistakes)
            return check

        return add

    def __getattr__(self, name: str) -> Callable[[], Feedback]:
        if name not in self.__dict__.get("questions", {}):
            raise AttributeError(f"{self.name} has no question {name}")
        return lambda: self._ask(name, sys._getframe(1).f_globals)

    def __dir__(self) -> Iterable[str]:
        return ["case", "hint", "language", "report", *self.questions]

    def _ask(self, name: str, variables: dict[str, Any]) -> Feedback:
        feedback = self.questions[name].mark(Here(variables), range(CASES), again=True)
        self.case = feedback.case
        return replace(feedback, language=self.language)

    def hint(self, name: str) -> Note:
        """The next hint of a question: each call tells a little more."""
        if name not in self.questions:
            raise ValueError(f"name must be one of {', '.join(self.questions)}, not {name!r}")
        hints = self.questions[name].hints
        stage = min(self._hinted.get(name, 0), len(hints) - 1)
        self._hinted[name] = stage + 1
        return Note(hints[stage], language=self.language)

    def report(self) -> Report:
        """Every question at once, and the sum of the points."""
        variables = sys._getframe(1).f_globals
        feedback = [self._ask(name, variables) for name in self.questions]
        return Report(feedback, language=self.language)
