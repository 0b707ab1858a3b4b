"""What a learner wrote, read with care: functions are called on copies, trouble gets a name."""

import gc
import linecache
import re
import sys
import traceback
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from numbers import Real
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from nncheck.usage import used
from nnlib.checks import FloatArray

Text = tuple[str, str]  # 中文, English
Lines = list[FloatArray]  # what a plot shows: for each line its points, of shape (n, 2)


def is_text(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(v, str) for v in value)


class Mistake(Exception):
    """What is wrong with an answer: the code of a text, and the values to put into it.

    `about` is the answer itself, or the call that gave it, if the check compared one.
    """

    about: Any = None

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


class Answers(Protocol):
    """Where the answers are: in this notebook, or in the process of a submission."""

    def value(self, name: str, kind: str) -> Any: ...
    def call(self, name: str, arguments: tuple[Any, ...]) -> Any: ...
    def steps(self, name: str, arguments: tuple[Any, ...]) -> int: ...
    def uses(self, name: str, names: tuple[str, ...]) -> tuple[str, ...]: ...


class Missing:
    """An answer that is not there, or cannot be read.

    What compares it passes over its part of a check, so that the other parts earn their points;
    any other use raises why.
    """

    def __init__(self, why: Mistake, passed: list[Mistake]) -> None:
        self.why, self.passed = why, passed

    def pass_over(self) -> None:
        self.passed.append(self.why)

    def __getattr__(self, _: str) -> Any:
        raise self.why


def refuse(missing: Missing, *_: Any) -> Any:
    raise missing.why


OPERATIONS = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul")
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge", "bool", "hash")
READINGS = ("abs", "neg", "array", "float", "int", "index", "format", "str")
ELEMENTS = ("contains", "getitem", "iter", "len")
REFLECTED = (f"r{name}" for name in OPERATIONS)
for each in (*OPERATIONS, *REFLECTED, *COMPARISONS, *READINGS, *ELEMENTS):
    setattr(Missing, f"__{each}__", refuse)


@dataclass
class Call:
    """What a learner's function was called with, and what it returned."""

    name: str
    arguments: tuple[Any, ...]
    result: Any = None

    def gave(self, value: Any) -> bool:
        """Whether a value is what the function returned, or a part of it."""
        results = self.result if isinstance(self.result, tuple) else (self.result,)
        return value is not None and any(same(value, each) for each in (self.result, *results))


def same(value: Any, other: Any) -> bool:
    if isinstance(value, np.ndarray) and isinstance(other, np.ndarray):
        return value is other or np.shares_memory(value, other)
    return value is other


class Function:
    """A learner's function, as a check calls it; `calls` is what has been called so far."""

    def __init__(
        self, name: str, answers: Answers, calls: list[Call], passed: list[Mistake]
    ) -> None:
        self.name, self.answers, self.calls, self.passed = name, answers, calls, passed
        self.missing: Missing | None = None

    def __call__(self, *arguments: Any) -> Any:
        """What it returns; Missing if that is still `...`."""
        if self.missing is None:
            call = Call(self.name, arguments)
            self.calls.append(call)
            try:
                call.result = self.with_parts_missing(self.answers.call(self.name, arguments))
                return call.result
            except Mistake as mistake:
                mistake.about = call
                if mistake.code != "todo":
                    raise
                self.missing = Missing(mistake, self.passed)
        return self.missing

    def with_parts_missing(self, result: Any) -> Any:
        """A result in which each value that is still `...` is Missing."""
        if not isinstance(result, tuple):
            return result
        missing = Missing(still_to_do(self.name), self.passed)
        return tuple(missing if is_blank(each) else each for each in result)

    def steps(self, *arguments: Any) -> int:
        """How many steps Python takes: with arrays as many for large ones as for small ones."""
        return self.answers.steps(self.name, arguments)

    def uses(self, *names: str) -> tuple[str, ...]:
        """Which of these functions it uses, by whatever name; see `nncheck.usage`."""
        return self.answers.uses(self.name, names)


class Here:
    """The answers that stand in the variables of a notebook or a program."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self.variables = variables

    def value(self, name: str, kind: str) -> Any:
        """A variable as the `kind` that its question asks for; Mistake if it is none."""
        value, what = self.variables.get(name, ...), variable(name)
        refuse_nothing(name, value, what)
        read, kind_name = KINDS[kind]
        try:
            return read(value)
        except (AttributeError, TypeError, ValueError):
            raise Mistake("type", what=what, kind=kind_name, got=named(value)) from None
        except Mistake as mistake:
            raise Mistake(mistake.code, what=what, **mistake.values) from None

    def call(self, name: str, arguments: tuple[Any, ...]) -> Any:
        """What the function returns, as numbers, arrays, texts and tuples; Mistake for trouble."""
        given = copied(arguments)
        value = self.run(name, given)
        there = [each for each in value if each is not ...] if isinstance(value, tuple) else []
        refuse_nothing(name, there or value, result_of(name))
        if not all(map(unchanged, given, arguments)):
            raise Mistake("changed", name=name)
        return plain(value)

    def steps(self, name: str, arguments: tuple[Any, ...]) -> int:
        steps = 0

        def trace(frame: Any, event: str, _: Any) -> Any:
            nonlocal steps
            frame.f_trace_opcodes = True
            steps += event == "opcode"
            return trace

        before, collects = sys.gettrace(), gc.isenabled()
        gc.disable()  # what is thrown away meanwhile takes steps that are not the learner's
        sys.settrace(trace)
        try:
            self.run(name, copied(arguments))
        finally:
            sys.settrace(before)
            if collects:
                gc.enable()
        return steps

    def uses(self, name: str, names: tuple[str, ...]) -> tuple[str, ...]:
        return used(self.variables[name], names, self.variables)

    def run(self, name: str, arguments: tuple[Any, ...]) -> Any:
        try:
            with np.errstate(all="ignore"):
                return self.variables[name](*arguments)
        except (Exception, SystemExit) as error:
            said = "".join(traceback.format_exception_only(error)).strip()
            raise Mistake("raised", line=self.line(error, name), error=said) from None

    def line(self, error: BaseException, name: str) -> str:
        """The learner's own line, the last before Python went into somebody else's code."""
        frames = traceback.walk_tb(error.__traceback__)
        own = [(f.f_code.co_filename, n) for f, n in frames if f.f_globals is self.variables]
        return linecache.getline(*own[-1]).strip() if own else f"{name}(…)"


def variable(name: str) -> Text:
    return f"`{name}` ", f"`{name}`"


def result_of(name: str) -> Text:
    return f"`{name}` 的結果", f"The result of `{name}`"


def refuse_nothing(name: str, value: Any, what: Text) -> None:
    """Raise Mistake for an answer that is still `...`, and for None."""
    elements = parts(value)
    if any(each is ... for each in elements):
        raise still_to_do(name)
    if any(each is None for each in elements):
        raise Mistake("none", what=what)


def still_to_do(name: str) -> Mistake:
    return Mistake("todo", what=(f" `{name}` 的", f" of `{name}`"))


def parts(value: Any) -> list[Any]:
    """A value, or what lies in it, however deep, if it is a list, tuple or array of objects."""
    if isinstance(value, np.ndarray) and value.dtype == object:
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [part for each in value for part in parts(each)]
    return [value]


def plain(value: Any) -> Any:
    """A value made of numbers, arrays, texts and tuples alone, so that it can leave a process.

    Fractions and the tensors of other libraries become arrays, without importing these.
    """
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Missing):
        raise value.why
    if isinstance(value, list | tuple):
        return tuple(map(plain, value))
    try:
        array = array_of(value)
    except Exception:  # whatever a strange object does when it is asked for its numbers
        return Unknown(type(value).__name__)
    return array if array.dtype.kind in "biuf" else Unknown(type(value).__name__)


def array_of(value: Any) -> npt.NDArray[Any]:
    if isinstance(value, Fraction | Decimal):
        return np.array(float(value))
    if isinstance(value, Real | np.generic):
        array = np.array(value)
        return array if array.dtype != object else np.array(float(value))
    if hasattr(value, "detach"):  # of torch: with or without a gradient, wherever it lies
        return np.array(value.detach().cpu().tolist())
    array = np.array(value) if hasattr(value, "__array__") else np.array(None)
    if isinstance(value, np.ndarray) and array.dtype == object:
        return np.array(plain(array.tolist()))
    return array


class Unknown(str):
    """The type of a value that no question asks for, by name."""


def is_blank(value: Any) -> bool:
    return isinstance(value, Unknown) and value == type(...).__name__


def copied(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(np.array(each) if isinstance(each, np.ndarray) else each for each in arguments)


def unchanged(given: Any, before: Any) -> bool:
    """Whether an argument is as it was; NaN is as NaN."""
    is_float = isinstance(before, np.ndarray) and before.dtype.kind == "f"
    return np.array_equal(given, before, equal_nan=is_float)


def named(value: Any) -> str:
    return str(value) if isinstance(value, Unknown) else type(value).__name__


def numbers(value: Any) -> FloatArray:
    """A value as an array of real numbers; TypeError or ValueError if it is none."""
    array = np.array(plain(value))
    if array.dtype.kind not in "biuf":
        raise TypeError
    return array.astype(np.float64)


def finite(value: Any) -> FloatArray:
    array = numbers(value)
    if not np.isfinite(array).all():
        raise Mistake("nan")
    return array


def function(value: Any) -> None:
    if not callable(value):
        raise TypeError


def number(value: Any) -> float:
    """One number, also as an array of one element."""
    array = finite(value)
    if array.size != 1:
        raise Mistake("shape", want="()", got=array.shape)
    return float(array.item())


def shape(value: Any) -> tuple[int, ...]:
    lengths = [number(each) for each in value]
    if not all(each.is_integer() for each in lengths):
        raise ValueError
    return tuple(map(int, lengths))


def text(value: Any) -> str:
    """Letters and digits, however wide, without what a learner may write between them."""
    if isinstance(value, list | tuple | set | frozenset):
        value = "".join(map(text, sorted(value) if isinstance(value, set | frozenset) else value))
    if not isinstance(value, str):
        raise TypeError
    return re.sub(BETWEEN, "", unicodedata.normalize("NFKC", value)).upper()


def lines(value: Any) -> Lines:
    """The points of every line in a matplotlib axes, but not of lines that only guide the eye.

    These run level or upright, from edge to edge or from point to point. Points that no line
    joins count if nothing else is drawn.
    """
    drawn = [line for line in value.get_lines() if len(line.get_xdata())]
    joined = [line for line in drawn if line.get_linestyle() != "None"] or drawn
    meant = [line for line in joined if not is_guide(line)] or joined
    return [points(line, value) for line in meant]


def is_guide(line: Any) -> bool:
    ends = np.asarray(line.get_xydata(), float)
    return len(ends) == 2 and not np.ptp(ends, axis=0).all()


def points(line: Any, axes: Any) -> FloatArray:
    """Those of a line; of one without ends (`axline`), some that reach beyond the axes."""
    if type(line).__name__ == "AxLine":
        ends = (line.get_transform() - axes.transData).transform([[0, 0], [1, 1]])
        length = float(np.linalg.norm(ends[1] - ends[0]))
        along = np.linspace(-FAR, FAR, 401)[:, None] * max(1.0, length) / length
        return finite(ends[0] + along * (ends[1] - ends[0]))
    return finite(np.asarray(line.get_xydata()))


BETWEEN = r"[\s,、;/.。'\"「」()\[\]{}]"  # what may stand between letters and around them
FAR = 50  # how far a line without ends is followed: in lengths of what is seen of it, or in 1

# How the variable of each kind is read, and what it must be.
KINDS: dict[str, tuple[Callable[[Any], Any], Text]] = {
    "function": (function, ("函式", "a function")),
    "array": (finite, ("由數字組成的陣列", "an array of numbers")),
    "number": (number, ("一個數字", "one number")),
    "shape": (shape, ("形狀，例如 (2, 3)", "a shape, such as (2, 3)")),
    "text": (text, ("引號裡的文字", "text in quotes")),
    "lines": (lines, ("圖的座標軸，例如 `ax`", "the axes of a plot, such as `ax`")),
}
