"""Arguments are checked where they arrive: an error names the argument, what came, what fits.

A shape must fit exactly, so nothing is broadcast by accident. NaN and infinity pass through, as
they do in NumPy, and show in the result.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating[Any]]
IntArray = npt.NDArray[np.integer[Any]]
Shape = tuple[int | str, ...]


def as_array(name: str, value: npt.ArrayLike, kind: str) -> npt.NDArray[Any]:
    """`value` as an array of any type; TypeError for rows of different lengths and the like."""
    if isinstance(value, np.ma.MaskedArray):  # whose mask would be lost
        raise TypeError(f"{name} must be {kind}, but is masked")
    try:
        return np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"{name} must be {kind}, but is not an array: {error}") from None


def floats(name: str, value: npt.ArrayLike, *shapes: Shape) -> FloatArray:
    """`value` as an array of floats that has one of `shapes` (any shape if none is given).

    In a shape, a number is that length and a letter is any length from 1 on: `("N", 2)`; with
    "..." at its end, any axes may follow.
    Floats keep their precision; integers and booleans become float64.
    Raises TypeError for what is not real numbers, ValueError for another shape.
    """
    # The first line alone is what as_array does, but training comes here at every layer.
    array = value if type(value) is np.ndarray else as_array(name, value, "real numbers")
    if (kind := array.dtype.kind) != "f":
        if kind not in "biu":
            raise TypeError(f"{name} must be real numbers, but has dtype {array.dtype}")
        array = array.astype(np.float64)
    _check_shape(name, array, shapes)
    return array


def finite(
    name: str, value: npt.ArrayLike, *shapes: Shape, dtype: np.dtype[Any] | None = None
) -> FloatArray:
    """As `floats`, with a ValueError for NaN and infinity: a single one in the data spoils all.

    It is in the precision `dtype`, if that is given, and finite there.
    """
    given = floats(name, value, *shapes)
    with np.errstate(over="ignore"):
        array = given.astype(dtype or given.dtype, copy=False)
    # NaN and infinity show in the greatest or the least, which need no memory beside the data.
    if array.size and not np.isfinite([array.max(), array.min()]).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        too_great = f", too great for {dtype}" if np.isfinite(given[where]) else ""
        found = f"{given[where]} at index {where}{too_great}"
        raise ValueError(f"{name} must be finite, but is {found}")
    return array


def integers(name: str, value: npt.ArrayLike, shape: Shape, below: int | None = None) -> IntArray:
    """`value` as an array of integer labels: from 0 on, and less than `below` if that is given."""
    array = as_array(name, value, "integer labels")
    if array.dtype.kind not in "biu":
        raise TypeError(f"{name} must be integer labels, but has dtype {array.dtype}")
    _check_shape(name, array, (shape,))
    low, high = int(array.min()), int(array.max())
    most = np.iinfo(np.intp).max if below is None else below - 1
    if low < 0 or high > most:
        allowed = "0 or more" if high <= most and below is None else f"from 0 to {most}"
        raise ValueError(f"{name} must be labels {allowed}, but has {low} to {high}")
    return array.astype(np.intp, copy=False)


def number(name: str, value: npt.ArrayLike) -> float:
    """`value` as one Python float."""
    array = floats(name, value)
    if array.shape != ():
        raise ValueError(f"{name} must be one number, but has shape {array.shape}")
    return float(array)


def positive(name: str, value: npt.ArrayLike) -> float:
    """`value` as one Python float that is greater than 0."""
    value = number(name, value)
    if not value > 0:
        raise ValueError(f"{name} must be greater than 0, not {value}")
    return value


def interval(name: str, value: npt.ArrayLike) -> tuple[float, float]:
    """`value` as two finite numbers, the smaller first."""
    low, high = map(float, floats(name, value, (2,)))
    if not -np.inf < low < high < np.inf:
        raise ValueError(f"{name} must be two finite numbers, the smaller first, not {value!r}")
    return low, high


def count(name: str, value: int, at_least: int = 1) -> int:
    """`value` as an integer that is at least 1, or `at_least`."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool):
        raise TypeError(f"{name} must be an integer, not {value!r}")
    if value < at_least:
        raise ValueError(f"{name} must be at least {at_least}, not {value}")
    return int(value)


def instance(name: str, value: object, kind: type, example: str) -> None:
    """Raise TypeError unless `value` is a `kind`."""
    if not isinstance(value, kind):
        came = type(value).__name__
        raise TypeError(f"{name} must be of type {kind.__name__}, such as {example}, not {came}")


def texts(name: str, values: Sequence[str], lengths: Collection[int] | None = None) -> None:
    """Raise TypeError unless `values` is a sequence of strings, ValueError for another length."""
    if not isinstance(values, Sequence) or not all(isinstance(text, str) for text in values):
        raise TypeError(f"{name} must be a sequence of strings, not {values!r}")
    if lengths is not None and len(values) not in lengths:
        expected = " or ".join(map(str, lengths))
        raise ValueError(f"{name} must have {expected} entries, not {len(values)}")


def generator(name: str, value: object) -> None:
    """Raise TypeError unless `value` is a NumPy random generator."""
    instance(name, value, np.random.Generator, "np.random.default_rng(0)")


def _check_shape(name: str, array: npt.NDArray[Any], shapes: tuple[Shape, ...]) -> None:
    if shapes and not _fits(array.shape, shapes):
        expected = " or ".join(_written(shape) for shape in shapes)
        raise ValueError(f"{name} must have shape {expected}, but has shape {array.shape}")


@lru_cache
def _fits(actual: tuple[int, ...], shapes: tuple[Shape, ...]) -> bool:
    """Whether `actual` is one of `shapes`. Remembered: training asks at every layer."""
    for shape in shapes:
        if actual == shape:
            return True
        if len(actual) == len(shape) or (shape[-1:] == ("...",) and len(actual) >= len(shape) - 1):
            for length, wanted in zip(actual, shape, strict=False):
                if length != wanted and (length == 0 or not isinstance(wanted, str)):
                    break
            else:
                return 0 not in actual
    return False


def _written(shape: Shape) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
