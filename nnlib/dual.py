"""Forward mode: dual numbers, which carry the derivative along with the value.

With ε² = 0, `f(x + ẋ ε) = f(x) + f′(x) ẋ ε`: the tangent `ẋ` says how fast x changes, and that of
the result how fast the result does. One pass gives the derivative in one direction.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from nnlib.checks import FloatArray, floats
from nnlib.derivatives import (
    BODIES,
    Function,
    Inputs,
    Options,
    TracedArray,
    chain,
    check_rules,
    derivatives_of,
    evaluate,
    plain,
    take,
)

# Linear in each input: the change of the result is the result of the change.
LINEAR: set[Function] = {
    np.matmul, np.sum, np.mean, np.reshape, np.transpose, np.swapaxes, np.broadcast_to, take
}  # fmt: skip


class Dual(TracedArray):
    """value + tangent ε: two arrays of one shape. `jvp` makes them.

    A Dual is indexed as an array, and has its attributes and methods, as a `Variable` does.
    """

    def __init__(self, value: npt.ArrayLike, tangent: npt.ArrayLike) -> None:
        self.value = floats("value", value)
        self.tangent = floats("tangent", tangent, self.value.shape)

    def _operation(self, function: Function, inputs: Inputs, options: Options) -> Self:
        linear = function in LINEAR
        derivatives = derivatives_of(function)
        if function in BODIES and not linear and not derivatives:
            result: Self = BODIES[function](*inputs, **options)  # made of functions with rules
            return result
        check_rules(inputs if linear else derivatives, function, inputs, options)
        y, values = evaluate(function, inputs, options), plain(inputs)
        tangent = np.zeros_like(y)
        for i, x in enumerate(inputs):
            if not isinstance(x, Dual):
                continue
            if linear:
                change = function(*values[:i], x.tangent, *values[i + 1 :], **options)
            else:
                change = chain(derivatives[i](y, *values), x.tangent)
            tangent = tangent + change
        return type(self)(y, tangent)

    def __repr__(self) -> str:
        return f"{self.value} + {self.tangent} ε"


def jvp(
    f: Callable[[Any], Any], x: npt.ArrayLike, v: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """f(x), and its derivative J v in the direction v: both of the shape of f(x).

    f is written with NumPy; v has the shape of x.
    Source: Griewank and Walther, Evaluating Derivatives, 2nd ed., section 3.1.

    >>> jvp(lambda x: x**2, [3.0, 5.0], [1.0, 0.0])
    (array([ 9., 25.]), array([6., 0.]))
    """
    x = floats("x", x)
    y = f(Dual(x, floats("v", v, x.shape).astype(x.dtype)))
    if not isinstance(y, Dual):
        y = Dual(y := floats("f(x)", y), np.zeros_like(y))
    return np.array(y.value)[()], np.array(y.tangent)[()]  # no view of x, to be changed at will
