"""Initializers: what a layer's weights and biases are before training.

An initializer is called with a random generator and the shape (out, in) of a weight matrix,
(out, in, k, k) of a kernel or (out,) of a bias, and returns an array of it. A unit's fan-in is the
number of values that it reads, its fan-out the number of units that read it, per position of a
kernel.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from nnlib.checks import FloatArray, floats, generator, instance, number

Initializer = Callable[[np.random.Generator, tuple[int, ...]], FloatArray]
"""A function of a random generator and a shape that returns an array of that shape."""


def constant(value: float) -> Initializer:
    """The same number everywhere: for biases.

    Weights must differ, or the units of a layer stay copies.

    >>> constant(0.1)(np.random.default_rng(0), (3,))
    array([0.1, 0.1, 0.1])
    """
    value = number("value", value)
    return lambda rng, shape: np.full(shape, value)


def zeros(rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    """The number 0 everywhere: where biases start."""
    return np.zeros(shape)


def normal(std: float = 1.0) -> Initializer:
    """N(0, std²), whatever the shape."""
    if not number("std", std) >= 0:
        raise ValueError(f"std must be at least 0, not {std}")
    return lambda rng, shape: rng.normal(0, std, shape)


def scaled_normal(rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    """N(0, 1/fan_in): net inputs have variance 1 where the inputs have.

    Source: LeCun et al. (1998), Efficient backprop.
    """
    return rng.normal(0, 1 / np.sqrt(_fan_in(shape)), shape)


def xavier(rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    """N(0, 2 / (fan_in + fan_out)): for tanh.

    It is a compromise of the forward pass and the backward pass, as
    `torch.nn.init.xavier_normal_`.
    Source: Glorot and Bengio (2010), Understanding the difficulty of training
    deep feedforward neural networks.
    """
    return rng.normal(0, np.sqrt(2 / (_fan_in(shape) + _fan_out(shape))), shape)


def he(rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    """N(0, 2/fan_in): twice the variance, as ReLU passes half of it.

    As `torch.nn.init.kaiming_normal_`.
    Source: He et al. (2015), Delving deep into rectifiers.

    >>> rng = np.random.default_rng(0)
    >>> Linear(784, 30, rng, init=he).weight.shape
    (30, 784)
    """
    return rng.normal(0, np.sqrt(2 / _fan_in(shape)), shape)


def initial(
    name: str, init: Initializer, rng: np.random.Generator, shape: tuple[int, ...]
) -> FloatArray:
    """What the argument `name`, an initializer, gives for a parameter of that shape."""
    generator("rng", rng)
    if not callable(init):
        raise TypeError(f"{name} must be an initializer, such as nnlib.he, not {init!r}")
    return floats(f"what {name} returns", init(rng, shape), shape)


def weight_and_bias(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    bias: bool,
    init: Initializer,
    bias_init: Initializer,
) -> dict[str, FloatArray | None]:
    """The parameters of a layer whose weights have that shape; None for a bias that it lacks."""
    instance("bias", bias, bool, "True; its values are from bias_init")
    return {
        "weight": initial("init", init, rng, shape),
        "bias": initial("bias_init", bias_init, rng, shape[:1]) if bias else None,
    }


def _fan_in(shape: tuple[int, ...]) -> int:
    return math.prod(shape[1:])


def _fan_out(shape: tuple[int, ...]) -> int:
    return shape[0] * math.prod(shape[2:])
