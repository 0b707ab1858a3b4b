"""Derivatives by differences: slow, approximate and independent of any derivation."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from nnlib.checks import FloatArray, floats, number


def central_difference(
    f: Callable[[FloatArray], npt.ArrayLike], x: npt.ArrayLike, h: float = 2.0**-17
) -> FloatArray:
    """The gradient of f at x: for each element i, (f(x + h eᵢ) − f(x − h eᵢ)) / 2h, in float64.

    f takes an array of the shape of x and returns one number; so does the gradient have that shape.
    The error is about h² f‴/6 from the formula and ε |f| / h from rounding; their sum is least
    near h = ∛ε (Nocedal and Wright, Numerical Optimization, 2nd ed., section 8.1). The default is
    the power of two next to it, so that x ± h is rarely rounded.
    """
    x = floats("x", x).astype(np.float64)
    if not number("h", h) > 0:
        raise ValueError(f"h must be greater than 0, not {h}")
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[i] = h
        gradient[i] = (number("f(x)", f(x + e)) - number("f(x)", f(x - e))) / (2 * h)
    return gradient[()]  # a number for a number
