"""What a learner wrote, read with care: functions are called on copies, trouble gets a name."""

import gc
import linecache
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from nnlib.checks import FloatArray

Text = tuple[str, str]  # 中文, English
Lines = list[FloatArray]  # what a plot shows: for each line its points, of shape (n, 2)


def is_text(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(v, str) for v in value)


class Mistake(Exception):
    """What is wrong with an answer: the code of a text, and the values to put into it."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


class Answers(Protocol):
    """Where the answers are: in this notebook, or in the process of a submission."""

    def value(self, name: str, kind: str) -> Any: ...
    def call(self, name: str, arguments: tuple[Any, ...]) -> Any: ...
    def steps(self, name: str, arguments: tuple[Any, ...]) -> int: ...


class Function:
    """A learner's function, as a check calls it; `case` is what it was called with last."""

    def __init__(self, name: str, answers: Answers) -> None:
        self.name, self.answers = name, answers
        self.case: tuple[Any, ...] = ()

    def __call__(self, *arguments: Any) -> Any:
        self.case = arguments
        return self.answers.call(self.name, arguments)

    def steps(self, *arguments: Any) -> int:
        """How many steps Python takes: with arrays as many for large ones as for small ones."""
        return self.answers.steps(self.name, arguments)


class Here:
    """The answers that stand in the variables of a notebook or a program."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self.variables = variables

    def value(self, name: str, kind: str) -> Any:
        """A variable as the `kind` that its question asks for; Mistake if it is none."""
        value = self.variables.get(name, ...)
        refuse_nothing(name, value)
        read, kind_name = KINDS[kind]
        try:
            return read(value)
        except (AttributeError, TypeError, ValueError):
            what = (f"`{name}` ", f"`{name}`")
            raise Mistake("type", what=what, kind=kind_name, got=named(value)) from None

    def call(self, name: str, arguments: tuple[Any, ...]) -> Any:
        """What the function returns, as numbers, arrays, texts and tuples; Mistake for trouble."""
        given = copied(arguments)
        value = self.run(name, given)
        refuse_nothing(name, value)
        if not all(map(np.array_equal, given, arguments)):
            raise Mistake("changed")
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


def refuse_nothing(name: str, value: Any) -> None:
    """Raise Mistake for an answer that is still `...`, and for None."""
    elements = value if isinstance(value, list | tuple) else [value]
    if isinstance(value, np.ndarray) and value.dtype == object:
        elements = value.ravel().tolist()
    if any(each is ... for each in elements):
        raise Mistake("todo", what=(f" `{name}` 的", f" of `{name}`"))
    if any(each is None for each in elements):
        raise Mistake("none")


def plain(value: Any) -> Any:
    """A value made of numbers, arrays, texts and tuples alone, so that it can leave a process."""
    if isinstance(value, list | tuple):
        return tuple(map(plain, value))
    if isinstance(value, str):
        return str(value)
    if isinstance(value, np.ndarray | np.generic | bool | int | float):
        array = np.array(value)
        if array.dtype.kind in "biuf":
            return array
    return Unknown(type(value).__name__)


class Unknown(str):
    """The type of a value that no question asks for, by name."""


def copied(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(np.array(each) if isinstance(each, np.ndarray) else each for each in arguments)


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
    array = finite(value)
    if array.shape != ():
        raise Mistake("shape", want="()", got=array.shape)
    return float(array)


def shape(value: Any) -> tuple[int, ...]:
    return tuple(int(number(each)) for each in value)


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value.strip().upper()


def lines(value: Any) -> Lines:
    """The points of every line in a matplotlib axes."""
    return [finite(np.asarray(line.get_xydata())) for line in value.get_lines()]


# How the variable of each kind is read, and what it must be.
KINDS: dict[str, tuple[Callable[[Any], Any], Text]] = {
    "function": (function, ("函式", "a function")),
    "array": (finite, ("由數字組成的陣列", "an array of numbers")),
    "number": (number, ("一個數字", "one number")),
    "shape": (shape, ("形狀，例如 (2, 3)", "a shape, such as (2, 3)")),
    "text": (text, ("引號裡的文字", "text in quotes")),
    "lines": (lines, ("圖的座標軸，例如 `ax`", "the axes of a plot, such as `ax`")),
}
