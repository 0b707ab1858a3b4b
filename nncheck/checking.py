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
from typing import Any

import numpy as np
import numpy.typing as npt

from nncheck.answers import (
    KINDS,
    Answers,
    Function,
    Here,
    Lines,
    Mistake,
    Text,
    is_text,
    named,
    numbers,
)
from nncheck.feedback import Feedback, Note, Report
from nnlib.checks import FloatArray

Generator = np.random.Generator
Shape = tuple[int, ...]
Marks = Iterator[float]  # the points that are earned so far
KIND: dict[Any, str] = {
    Function: "function",
    FloatArray: "array",
    float: "number",
    Shape: "shape",
    str: "text",
    Lines: "lines",
}
CASES = 3  # how often a learner's function is tried, with other numbers

COMMON: dict[str, Text] = {
    "right": ("答對了。", "Right."),
    "todo": (
        "還沒作答：把{what} `...` 換成你的答案，再執行一次。",
        "Not attempted yet: replace the `...`{what} and run the cell again.",
    ),
    "none": (
        "結果是 None。如果是函式，是不是少了 `return`？",
        "The result is None. If it comes from a function, is a `return` missing?",
    ),
    "raised": (
        "程式停在 `{line}`。Python 說：`{error}`。",
        "Your code stopped at `{line}`. Python says: `{error}`.",
    ),
    "type": (
        "{what}應該是{kind}，現在的型別是 {got}。",
        "{what} must be {kind}, but is of type {got}.",
    ),
    "shape": ("形狀應該是 {want}，你的是 {got}。", "The shape must be {want}, but is {got}."),
    "nan": ("裡面有 NaN 或無限大。", "There is a NaN or an infinity in it."),
    "changed": (
        "你的函式改動了傳進來的陣列，呼叫它的人會嚇一跳。請產生新的陣列。",
        "Your function changes an array that it was given, which surprises its caller. Make a new one.",
    ),
    "value": (
        "形狀對，數值不對{where}：應該是 {want}，你的是 {got}。",
        "The shape is right, a value is not{where}: it must be {want}, but is {got}.",
    ),
    "wrong": ("不對，再想想。", "That is not it. Think again."),
    "predicted": (
        "`{name}`：{got} 不對。寫下每個陣列的兩個長度，看看哪兩個對消。",
        "`{name}`: {got} is not it. Write down both lengths of each array; which two cancel?",
    ),
    "option": ("選項是 {want}，你寫的是 {got}。", "The options are {want}; you wrote {got}."),
    "slow": (
        "對，但是慢：資料越多，Python 走的步數越多。改用陣列運算，一次算完。",
        "Right, but slow: the more data, the more steps Python takes. Compute with whole arrays.",
    ),
}
RETRY = ("raised", "type", "shape", "nan", "value")  # where trying the same input again helps
AGAIN = (
    "同一組輸入再試一次：`{name}(*check.case)`",
    " The same input again: `{name}(*check.case)`",
)
POINTS = ("{name}（{points:g}／{of:g} 分）：", "{name} ({points:g} of {of:g}): ")
RESULT = ("結果", "The result")


def expect(got: Any, want: npt.ArrayLike, **mistakes: npt.ArrayLike) -> None:
    """Raise Mistake unless the numbers agree: the one whose numbers these are, if one is known."""
    want = np.asarray(want)
    try:
        array = numbers(got)
    except (TypeError, ValueError):
        kind = KINDS["array" if want.shape else "number"][1]
        raise Mistake("type", what=RESULT, kind=kind, got=named(got)) from None
    for code, value in mistakes.items():
        if agree(array, value) and not agree(want, value):
            raise Mistake(code)
    if array.shape != want.shape:
        raise Mistake("shape", want=want.shape, got=array.shape)
    if not np.isfinite(array).all():
        raise Mistake("nan")
    if not agree(array, want):
        first = np.unravel_index(np.argmax(~close(array, want)), want.shape)
        at = [int(i) for i in first]
        where = (f"（位置 {at}）", f" (at {at})") if at else ("", "")
        raise Mistake("value", where=where, want=f"{want[first]:.4g}", got=f"{array[first]:.4g}")


def expect_quietly(got: Any, want: npt.ArrayLike, **mistakes: npt.ArrayLike) -> None:
    """As `expect`, for the one answer of a question: the feedback does not give it away."""
    try:
        expect(got, want, **mistakes)
    except Mistake as mistake:
        raise Mistake("wrong") if mistake.code == "value" else mistake from None


def expect_number(
    got: float, want: float, rtol: float = 1e-3, **mistakes: float | Sequence[float]
) -> None:
    """As `expect_quietly`, for a number to about three digits, however small it is.

    A mistake may be known by several numbers.
    """
    for code, values in mistakes.items():
        if np.isclose(got, values, rtol, atol=1e-12).any():
            raise Mistake(code)
    if not np.isclose(got, want, rtol, atol=1e-12):
        raise Mistake("wrong")


def close(a: npt.ArrayLike, b: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    return np.isclose(a, b, rtol=1e-4, atol=1e-6)  # float32 is precise enough


def agree(a: Any, b: npt.ArrayLike) -> bool:
    """Whether two values have the same shape and numbers; False for what are no numbers."""
    try:
        return np.shape(a) == np.shape(b) and bool(np.all(close(a, b)))
    except (TypeError, ValueError):
        return False


def shaped(array: FloatArray, *want: int) -> None:
    if array.shape != want:
        raise Mistake("shape", want=want, got=array.shape)


def predict(name: str, got: Shape, want: Shape, mistakes: dict[Shape, str]) -> None:
    """Raise Mistake unless a shape was predicted; `mistakes` are known wrong shapes."""
    if got != want:
        raise Mistake(mistakes.get(got, "predicted"), name=name, got=got)


def several(got: Any, count: int) -> tuple[Any, ...]:
    """The values that a function returned, if there are as many as the question asks for."""
    if not isinstance(got, tuple) or len(got) != count:
        kind = (f" {count} 個值", f"{count} values")
        raise Mistake("type", what=RESULT, kind=kind, got=named(got))
    return got


def choose(answer: str, right: str, options: str) -> None:
    """Raise Mistake unless the right letter was chosen; its code is the wrong letter."""
    if answer not in options or len(answer) != 1:
        raise Mistake("option", want=" ".join(options), got=answer)
    if answer != right:
        raise Mistake(answer)


def choose_each(answer: str, right: str, options: str, codes: Sequence[str]) -> Iterator[int]:
    """Count the letters that are right, up to the first that is not: its code is the Mistake."""
    if len(answer) != len(right) or not {*answer} <= {*options}:
        raise Mistake("length")
    for count, (got, want, code) in enumerate(zip(answer, right, codes, strict=True), 1):
        if got != want:
            raise Mistake(code)
        yield count


def no_loop(function: Function, few: tuple[Any, ...], many: tuple[Any, ...]) -> None:
    """Raise Mistake if Python takes more steps for many samples than for few of them."""
    function.steps(*many)  # a library may look at new shapes once, and remember them
    if function.steps(*many) > 1.2 * function.steps(*few):
        raise Mistake("slow")


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
        """Try the answers, with the random numbers of each seed; stop at the first mistake."""
        functions: list[Function] = []
        earned = 0.0
        try:
            for seed in seeds if self.is_random else [0]:
                earned = 0.0
                given: list[Any] = []
                for name, kind in self.variables.items():
                    value = answers.value(name, kind)
                    given.append(Function(name, answers) if kind == "function" else value)
                functions = [each for each in given if isinstance(each, Function)]
                rng = [np.random.default_rng(seed)] if self.is_random else []
                with np.errstate(all="ignore"):
                    for points in self.check(*given, *rng) or ():
                        earned = points
        except Mistake as mistake:
            again = again and mistake.code in RETRY
            tried = next((each for each in functions if each.case and again), None)
            return self.feedback(mistake.code, mistake.values, earned, tried)
        return self.feedback("right", {}, self.points)

    def feedback(
        self, code: str, values: dict[str, Any], earned: float, tried: Function | None = None
    ) -> Feedback:
        said = {**COMMON, **self.mistakes}[code]
        values = {"what": ("", ""), **values}
        texts = []
        for i, (points, text) in enumerate(zip(POINTS, said, strict=True)):
            own = {k: v[i] if is_text(v) else v for k, v in values.items()}
            again = AGAIN[i].format(name=tried.name) if tried else ""
            start = points.format(name=self.name, points=earned, of=self.points)
            texts.append(start + text.format(**own) + again)
        case = tried.case if tried else ()
        hints = [] if code == "right" else self.hints
        return Feedback((texts[0], texts[1]), self.name, code, earned, self.points, hints, case)


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
