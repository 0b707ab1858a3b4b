"""The parts of an answer: where a function returns several values, each has its name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nncheck.answers import KINDS, Mistake, finite, named
from nncheck.checking import shaped
from nnlib.checks import FloatArray

# What a mistake in one of them says.
NAMED = {
    "value": (
        "`{name}`：形狀對，數值不對{where}：應該是 {want}，你的是 {got}。",
        "`{name}`: the shape is right, a value is not{where}: it must be {want}, but is {got}.",
    ),
    "shape": (
        "`{name}`：形狀應該是 {want}，你的是 {got}。",
        "`{name}`: the shape must be {want}, but is {got}.",
    ),
}


@contextmanager
def naming(name: str) -> Iterator[None]:
    """A Mistake in here is one in the array of that name."""
    try:
        yield
    except Mistake as mistake:
        of_part = Mistake(mistake.code, name=name, **mistake.values)
        of_part.about = mistake.about
        raise of_part from None


def array_of(part: Any, *shape: int) -> FloatArray:
    """A part of what a function returned, as an array, of a shape if one is given; or Mistake."""
    try:
        array = finite(part)
    except (TypeError, ValueError):
        raise Mistake("type", kind=KINDS["array"][1], got=named(part)) from None
    if shape:
        shaped(array, *shape)
    return array


def number_of(part: Any) -> float:
    """A part of what a function returned, as a number; or Mistake."""
    array = array_of(part)
    if array.size != 1:
        shaped(array)
    return float(array.item())
