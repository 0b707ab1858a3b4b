"""Arguments are checked where they arrive: an error names the argument, what came, what fits.

A shape must fit exactly, so nothing is broadcast by accident. NaN and infinity pass through, as
they do in NumPy, and show in the result.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating[Any]]
Shape = tuple[int | str, ...]


def floats(name: str, value: npt.ArrayLike, *shapes: Shape) -> FloatArray:
    """`value` as an array of floats that has one of `shapes` (any shape if none is given).

    In a shape, a number is that length and a letter is any length from 1 on: `("N", 2)`.
    Floats keep their precision; integers and booleans become float64.
    Raises TypeError for what is not real numbers, ValueError for another shape.
    """
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"{name} must be real numbers, but is not an array: {error}") from None
    if array.dtype.kind in "biu":
        array = array.astype(np.float64)
    if array.dtype.kind != "f":
        raise TypeError(f"{name} must be real numbers, but has dtype {array.dtype}")
    if shapes and not any(_fits(array.shape, shape) for shape in shapes):
        expected = " or ".join(_written(shape) for shape in shapes)
        raise ValueError(f"{name} must have shape {expected}, but has shape {array.shape}")
    return array


def number(name: str, value: npt.ArrayLike) -> float:
    """`value` as one Python float."""
    array = floats(name, value)
    if array.shape != ():
        raise ValueError(f"{name} must be one number, but has shape {array.shape}")
    return float(array)


def count(name: str, value: int) -> int:
    """`value` as an integer that is at least 1."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool):
        raise TypeError(f"{name} must be an integer, not {value!r}")
    if value < 1:
        raise ValueError(f"{name} must be at least 1, not {value}")
    return int(value)


def instance(name: str, value: object, kind: type, example: str) -> None:
    """Raise TypeError unless `value` is a `kind`."""
    if not isinstance(value, kind):
        came = type(value).__name__
        raise TypeError(f"{name} must be of type {kind.__name__}, such as {example}, not {came}")


def _fits(actual: tuple[int, ...], shape: Shape) -> bool:
    return len(actual) == len(shape) and all(
        length >= 1 if isinstance(wanted, str) else length == wanted
        for length, wanted in zip(actual, shape, strict=True)
    )


def _written(shape: Shape) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
