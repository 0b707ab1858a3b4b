"""Derivatives by differences: slow, approximate and independent of any derivation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nnlib.checks import FloatArray, floats, number, positive

NumberOf = Callable[[FloatArray], npt.ArrayLike]  # a function of an array, to one number

SHOWN = 5  # elements in the report of a wrong gradient
FORWARD, CENTRAL = 2.0**-26, 2.0**-17  # the steps at elements of size 1


def forward_difference(f: NumberOf, x: npt.ArrayLike, h: float | None = None) -> FloatArray:
    """The gradient of f at x, by (f(x + h eᵢ) − f(x)) / h.

    That is computed for each element i, in float64. It takes half as many
    values of f as `central_difference`, and the error from the formula is far
    greater, about h f″/2. With the rounding, ε |f| / h, it is least near h =
    √ε, the default; from |xᵢ| = 2 on that is multiplied by the power of two
    below |xᵢ|.
    """
    x = floats("x", x).astype(np.float64)
    steps, here = _steps(x, h, FORWARD), number("f(x)", f(x.copy()))
    return _differences(lambda e: number("f(x)", f(x + e)) - here, steps) / steps


def central_difference(f: NumberOf, x: npt.ArrayLike, h: float | None = None) -> FloatArray:
    """The gradient of f at x, by (f(x + h eᵢ) − f(x − h eᵢ)) / 2h.

    That is computed for each element i, in float64. f takes an array of the
    shape of x and returns one number; so does the gradient have that shape.
    The error is about h² f‴/6 from the formula and ε |f| / h from rounding;
    their sum is least near h = ∛ε (Nocedal and Wright, Numerical Optimization,
    2nd ed., section 8.1). The default is the power of two next to it, so that
    x ± h is rarely rounded; from |xᵢ| = 2 on it is multiplied by the power of
    two below |xᵢ|. Where f changes within less than that, as log x near 0,
    give h.

    >>> central_difference(lambda x: np.sum(x**2), [1, 3]).round(6)
    array([2., 6.])
    """
    x = floats("x", x).astype(np.float64)
    steps = _steps(x, h, CENTRAL)

    def change(e: FloatArray) -> float:
        return number("f(x)", f(x + e)) - number("f(x)", f(x - e))

    return _differences(change, steps) / (2 * steps)


def jacobian(
    f: Callable[[FloatArray], npt.ArrayLike], x: npt.ArrayLike, h: float | None = None
) -> FloatArray:
    """∂fᵢ/∂xⱼ by central differences, in float64.

    Its shape is that of f(x), then that of x.
    The step h is that of `central_difference`.

    >>> jacobian(lambda x: x[0] * x, [2.0, 3.0]).round(6)
    array([[4., 0.],
           [3., 2.]])
    """
    x = floats("x", x).astype(np.float64)
    steps = _steps(x, h, CENTRAL)
    shape = floats("f(x)", f(x.copy())).shape

    def change(e: FloatArray) -> FloatArray:
        there = floats("f(x)", f(x + e), shape).copy()  # f may fill one array again and again
        return there - floats("f(x)", f(x - e), shape)

    return _differences(change, steps, shape) / (2 * steps)


def _steps(x: FloatArray, h: float | None, smallest: float) -> FloatArray:
    """The step of each element of x: h, or `smallest` · max(1, the power of two below |xᵢ|)."""
    if h is not None:
        return np.full(x.shape, positive("h", h))
    _, exponent = np.frexp(np.where(np.isfinite(x), x, 0))
    return np.asarray(np.ldexp(smallest, np.maximum(exponent - 1, 0)))


def _differences(
    change: Callable[[FloatArray], npt.ArrayLike], steps: FloatArray, shape: tuple[int, ...] = ()
) -> FloatArray:
    """change(hᵢ eᵢ), an array of that shape, for each step hᵢ; their axes come last."""
    changes = np.zeros((*shape, *steps.shape))
    for i in np.ndindex(steps.shape):
        e = np.zeros_like(steps)
        e[i] = steps[i]
        changes[(..., *i)] = change(e)
    return changes[()]  # a number for a number


@dataclass(frozen=True, repr=False)
class GradientCheck:
    """A derived gradient beside another, such as by differences: arrays of one shape, their error.

    Printed, it says whether they agree or in which elements they do not. `ok` is True or False.
    """

    derived: FloatArray
    difference: FloatArray
    error: FloatArray
    rtol: float
    other: str = "central differences"

    @property
    def ok(self) -> bool:
        """Whether no element's error is above `rtol`; NaN is above it."""
        return bool(np.all(self.error <= self.rtol))

    def __repr__(self) -> str:
        n, wrong = np.size(self.error), np.count_nonzero(~(self.error <= self.rtol))
        if not wrong:  # how far below rtol the error is, rounding decides
            error = f", relative error at most {self.rtol:g}" if n else ""
            return f"the gradient agrees with {self.other} (elements: {n}{error})"
        # Errors that read the same stay in the order of their elements.
        errors = [float(f"{each:.1e}") for each in np.ravel(self.error)]
        by_error = np.argsort(-np.nan_to_num(errors, nan=np.inf), kind="stable")
        worst = [np.unravel_index(i, np.shape(self.error)) for i in by_error[:SHOWN]]
        other = self.other.split()[-1].removesuffix("s")
        lines = [
            f"the gradient differs from {self.other} in {wrong} of {n} elements:",
            f"{'element':>12}{'derived':>14}{other:>14}{'relative error':>16}",
        ]
        for i in worst[:wrong]:
            element = str([int(k) for k in i])
            lines.append(
                f"{element:>12}{self.derived[i]:14.7g}{self.difference[i]:14.7g}"
                f"{self.error[i]:16.1e}"
            )
        return "\n".join(lines if wrong <= SHOWN else [*lines, f"{'...':>12}"])


def gradcheck(
    f: NumberOf,
    x: npt.ArrayLike,
    gradient: npt.ArrayLike,
    *,
    rtol: float = 1e-6,
    floor: float = 1e-2,
) -> GradientCheck:
    """Compare a derived gradient of f at x with central differences.

    The gradient has the shape of x. The error of an element is relative,
    |derived − difference| / max(|derived|, |difference|), or to `floor` where
    both are smaller; one above `rtol` is wrong. NaN and infinity are wrong,
    too.

    >>> gradcheck(lambda x: np.sum(x**2), [1, 3], [2.0, 3.0])
    the gradient differs from central differences in 1 of 2 elements:
         element       derived    difference  relative error
             [1]             3             6         5.0e-01
    """
    x = floats("x", x)
    derived = floats("gradient", gradient, x.shape)
    return compare(derived, central_difference(f, x), rtol=rtol, floor=floor)


def compare(
    derived: FloatArray,
    other: FloatArray,
    name: str = "central differences",
    *,
    rtol: float,
    floor: float = 1e-2,
) -> GradientCheck:
    """The check of two gradients of one shape, with errors as `gradcheck` counts them."""
    size = np.maximum(np.abs(derived), np.abs(other))
    with np.errstate(invalid="ignore"):
        error = np.abs(derived - other) / np.maximum(size, positive("floor", floor))
    return GradientCheck(derived, other, error, positive("rtol", rtol), name)
