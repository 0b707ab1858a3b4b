"""Activation functions: each with its value f(z), its derivative f′(z) and its range.

They act on every element alone and return the precision they are given (integers count as float64).
A value at ±infinity is the limit, and NaN stays NaN.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nnlib.checks import FloatArray, floats


@dataclass(frozen=True, repr=False)
class Activation:
    """A function `f(z)` with its derivative `f.df(z)`; `f.range` is its (infimum, supremum)."""

    name: str
    value: Callable[[FloatArray], FloatArray]
    derivative: Callable[[FloatArray], FloatArray]
    range: tuple[float, float]

    def __call__(self, z: npt.ArrayLike) -> FloatArray:
        """f(z), of the shape of z; a number for a number."""
        return self.value(floats("z", z))[()]

    def df(self, z: npt.ArrayLike) -> FloatArray:
        """f′(z), of the shape of z; a number for a number."""
        return self.derivative(floats("z", z))[()]

    def __repr__(self) -> str:
        return self.name


def _logistic(z: FloatArray) -> FloatArray:
    """1 / (1 + exp(-z)) in a form that never overflows; within 2e-16 of it, so 0 below z = -38."""
    return 0.5 * (1 + np.tanh(z / 2))


def _logistic_df(z: FloatArray) -> FloatArray:
    a = _logistic(z)
    return a * (1 - a)


identity = Activation("identity", lambda z: +z, np.ones_like, range=(-np.inf, np.inf))

# A neuron fires when its net input exceeds 0, so step(0) = 0. Its derivative is 0, at the jump too.
step = Activation("step", lambda z: np.heaviside(z, 0), np.zeros_like, range=(0, 1))

logistic = Activation("logistic", _logistic, _logistic_df, range=(0, 1))

tanh = Activation("tanh", np.tanh, lambda z: 1 - np.tanh(z) ** 2, range=(-1, 1))

# The derivative at the kink is taken as 0, as in PyTorch.
relu = Activation(
    "relu", lambda z: np.maximum(z, 0), lambda z: np.heaviside(z, 0), range=(0, np.inf)
)
