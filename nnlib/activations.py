"""Activation functions: each with its value f(z), its derivative f′(z) and its range.

They act on every element alone and return the precision they are given (integers count as float64).
A value at ±infinity is the limit, and NaN stays NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from nnlib.checks import FloatArray, floats, number, positive
from nnlib.derivatives import Traced
from nnlib.special import erf

Value = Callable[[FloatArray], FloatArray]
Derivative = Callable[[FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True, repr=False)
class Activation:
    """A function `f(z)` with its derivative `f.df(z)`.

    `f.range` is its (infimum, supremum). The rule `derivative` is given z and
    a = f(z): often the shortest way to f′ is through a.

    >>> relu([-1.0, 2.0])
    array([0., 2.])
    >>> relu.df([-1.0, 2.0])
    array([0., 1.])
    >>> relu.range
    (0, inf)
    """

    name: str
    value: Value
    derivative: Derivative
    range: tuple[float, float]

    def __call__(self, z: npt.ArrayLike) -> FloatArray:
        """f(z), of the shape of z.

        A number for a number, and a Variable for a Variable.
        """
        if isinstance(z, Traced):
            return cast(FloatArray, z.apply(self, (z,), {}))
        return self.value(floats("z", z))[()]

    def df(self, z: npt.ArrayLike) -> FloatArray:
        """f′(z), of the shape of z; a number for a number."""
        z = floats("z", z)
        return self.derivative(z, self.value(z))[()]

    def __repr__(self) -> str:
        return self.name


@np.errstate(over="ignore")
def _logistic(z: FloatArray) -> FloatArray:
    """1 / (1 + exp(−z)): to a few roundings in both tails, and 0 where exp(−z) overflows.

    That is below −709 in float64, −88 in float32 and −11 in float16.
    """
    return 1 / (1 + np.exp(-z))


identity = Activation("identity", lambda z: +z, lambda z, a: np.ones_like(z), (-np.inf, np.inf))
"""z itself: what a linear neuron does, and the output unit of a regression."""

step = Activation("step", lambda z: np.heaviside(z, 0), lambda z, a: np.zeros_like(z), (0, 1))
"""1 where z > 0, else 0: a neuron fires when its net input exceeds 0, so step(0) = 0.

The derivative is 0, at the jump too.
"""

logistic = Activation("logistic", _logistic, lambda z, a: a * (1 - a), (0, 1))
"""σ(z) = 1 / (1 + exp(−z)), with σ′ = σ (1 − σ). As `torch.sigmoid`."""

tanh = Activation("tanh", np.tanh, lambda z, a: 1 - a**2, (-1, 1))
"""tanh(z) = 2 σ(2z) − 1, with tanh′ = 1 − tanh²."""

# At a kink the derivative is that of the flatter side, as in PyTorch: for ReLU at 0 it is 0.

hard_logistic = Activation(
    "hard_logistic",
    lambda z: np.clip(z / 4 + 0.5, 0, 1),
    lambda z, a: (np.abs(z) < 2).astype(z.dtype) / 4,
    (0, 1),
)
"""z/4 + ½ limited to 0 … 1: the tangent of the logistic function at 0, cut off.

Its slope is ¼; that of `torch.nn.Hardsigmoid` is 1/6.
"""

hard_tanh = Activation(
    "hard_tanh",
    lambda z: np.clip(z, -1, 1),
    lambda z, a: (np.abs(z) < 1).astype(z.dtype),
    (-1, 1),
)
"""z limited to −1 … 1: the tangent of tanh at 0, cut off. As `torch.nn.Hardtanh`."""

relu = Activation(
    "relu", lambda z: np.maximum(z, 0), lambda z, a: (z > 0).astype(z.dtype), (0, np.inf)
)
"""max(z, 0). The derivative at 0 is 0, as in PyTorch."""

softplus = Activation(
    "softplus",
    lambda z: np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))),
    lambda z, a: logistic(z),
    (0, np.inf),
)
"""log(1 + exp(z)), in a form that never overflows; its derivative is the logistic function."""


def leaky_relu(slope: float = 0.01) -> Activation:
    """z where z > 0, else slope · z: never quite dead. As `torch.nn.LeakyReLU`.

    The slope is greater than 0.

    >>> leaky_relu(0.5)([-2.0, 2.0])
    array([-1.,  2.])
    """
    slope = positive("slope", slope)
    return Activation(
        f"leaky_relu({slope:g})",
        lambda z: np.where(z > 0, z, slope * z),
        lambda z, a: np.where(z > 0, 1, slope).astype(z.dtype),
        (-np.inf, np.inf),
    )


def elu(alpha: float = 1.0) -> Activation:
    """z where z > 0, else α (exp(z) − 1): smooth for α = 1.

    Source: Clevert et al. (2016), Exponential linear units.
    """
    alpha = positive("alpha", alpha)
    return Activation(
        f"elu({alpha:g})",
        lambda z: np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0))),
        lambda z, a: np.where(z > 0, 1, alpha * np.exp(np.minimum(z, 0))).astype(z.dtype),
        (-alpha, np.inf),
    )


def _gated(name: str, gate: Value, gate_df: Derivative, minimum: float) -> Activation:
    """z · g(z), with a gate g that opens from 0 to 1; `gate_df` is g′, given z and g(z)."""

    def bounded(z: FloatArray) -> FloatArray:
        """z, or where the gate has long been 0 or 1 a number whose cube does not overflow."""
        bound = np.cbrt(np.finfo(z.dtype).max) / 2
        return np.clip(z, -bound, bound)

    def value(z: FloatArray) -> FloatArray:
        g = gate(bounded(z))
        return np.where(g == 0, g, z) * g  # −∞ · 0 is 0 here

    def derivative(z: FloatArray, a: FloatArray) -> FloatArray:
        z = bounded(z)
        g = gate(z)
        return g + z * gate_df(z, g)

    return Activation(name, value, derivative, (minimum, np.inf))


def swish(beta: float = 1.0) -> Activation:
    """z σ(βz): z/2 for β = 0, and near ReLU for large β.

    `swish(1)` is `torch.nn.SiLU`.
    β is at least 0.
    Source: Ramachandran, Zoph and Le (2017), Searching for activation
    functions.
    """
    beta = number("beta", beta)
    if not beta >= 0:
        raise ValueError(f"beta must be at least 0, not {beta}")
    return _gated(
        f"swish({beta:g})",
        lambda z: logistic(beta * z),
        lambda z, g: beta * g * (1 - g),
        -0.27846454276107374 / beta if beta else -np.inf,
    )


gelu = _gated(
    "gelu",
    lambda z: 0.5 * (1 + erf(z / math.sqrt(2))),
    lambda z, g: np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi),
    -0.16997120747990366,
)
"""z Φ(z), where Φ is the distribution function of N(0, 1). As `torch.nn.GELU()`.

Source: Hendrycks and Gimpel (2016), Gaussian error linear units.
"""

gelu_tanh = _gated(
    "gelu_tanh",
    lambda z: logistic(math.sqrt(8 / math.pi) * (z + 0.044715 * z**3)),
    lambda z, g: math.sqrt(8 / math.pi) * (1 + 0.134145 * z**2) * g * (1 - g),
    -0.17004075057125412,
)
"""GELU with the approximation Φ(z) ≈ σ(2u), u = √(2/π) (z + 0.044715 z³), of the same paper.

As `torch.nn.GELU("tanh")`.
"""


def softmax(Z: npt.ArrayLike) -> FloatArray:
    """exp(z_k) / Σ_j exp(z_j) of each row: K probabilities that add up to 1.

    Z is (K,) or (N, K), and so is the result. Adding the same number to all of
    a row changes nothing, so its greatest is taken away first: the sum is then
    between 1 and K, and nothing overflows.

    >>> softmax([[1000.0, 1000.0], [1000.0, 0.0]])
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    Z = floats("Z", Z, ("K",), ("N", "K"))
    E = np.exp(_shifted(Z))
    total: FloatArray = E.sum(axis=-1, keepdims=True)
    return E / total


def log_softmax(Z: npt.ArrayLike) -> FloatArray:
    """z_k − log Σ_j exp(z_j) of each row: the logarithm of softmax.

    Z is (K,) or (N, K), and so is the result.
    Without overflow, and without the logarithm of 0.

    >>> log_softmax([1000.0, 0.0])
    array([    0., -1000.])
    """
    Z = _shifted(floats("Z", Z, ("K",), ("N", "K")))
    total: FloatArray = np.exp(Z).sum(axis=-1, keepdims=True)
    return Z - np.log(total)


def _shifted(Z: FloatArray) -> FloatArray:
    """Each row less its greatest value: at most 0, and −∞ where the difference is too great.

    NaN where the greatest is infinite: no one can say by how much.
    """
    greatest: FloatArray = Z.max(axis=-1, keepdims=True)
    with np.errstate(over="ignore", invalid="ignore"):
        return Z - greatest
