"""Losses, each with its gradient D = ∂C/∂Z, where C is the mean of the samples' losses ℓ.

A loss is matched to an output unit: Z is what the network's last linear layer returns, (N, K) or
(N,), and the loss contains the unit, so that the pair is stable and D has no factor f′. The 1/N of
the mean is in D, here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nnlib.activations import identity, log_softmax, logistic, softmax, softplus
from nnlib.checks import FloatArray, as_array, floats, instance, integers, number
from nnlib.layer import Layer, is_weight, sum_of_squares

Rule = Callable[[FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True, repr=False)
class Loss:
    """`loss(Z, Y)` is the cost C, `loss.gradient(Z, Y)` is D = ∂C/∂Z.

    C is a number, and D has the shape of Z. `loss.unit` turns Z into the
    prediction Ŷ. Of each sample, `of_samples(Z, Y)` gives the loss.

    >>> squared_error([1.0, 3.0], [1.0, 1.0])
    1.0
    >>> squared_error.gradient([1.0, 3.0], [1.0, 1.0])
    array([0., 1.])
    >>> softmax_cross_entropy.unit(np.zeros((1, 2)))
    array([[0.5, 0.5]])
    """

    name: str
    unit: Callable[[FloatArray], FloatArray]
    of_elements: Rule  # its sum over a sample's outputs is ℓ
    derivative: Rule  # ∂ℓ/∂Z, element by element
    target: Callable[[FloatArray, npt.ArrayLike], FloatArray]

    def __call__(self, Z: npt.ArrayLike, Y: npt.ArrayLike) -> float:
        """C = (1/N) Σ_n ℓ(y_n, z_n)."""
        Z = floats("Z", Z, ("N",), ("N", "K"))
        losses = self.of_elements(Z, self.target(Z, Y))
        return float(losses.sum(dtype=np.float64) / len(Z))  # in float16 a sum soon overflows

    def of_samples(self, Z: npt.ArrayLike, Y: npt.ArrayLike) -> FloatArray:
        """ℓ of each sample, (N,)."""
        Z = floats("Z", Z, ("N",), ("N", "K"))
        losses: FloatArray = self.of_elements(Z, self.target(Z, Y)).reshape(len(Z), -1).sum(axis=1)
        return losses

    def gradient(self, Z: npt.ArrayLike, Y: npt.ArrayLike) -> FloatArray:
        """D = ∂C/∂Z, of the shape of Z."""
        Z = floats("Z", Z, ("N",), ("N", "K"))
        return self.unchecked_gradient(Z, self.target(Z, Y))

    def unchecked_gradient(self, Z: FloatArray, Y: FloatArray) -> FloatArray:
        """`gradient` for arrays that are known to fit.

        Training checks its data once.
        Y is as `loss.target(Z, Y)` makes it.
        """
        return self.derivative(Z, Y) / len(Z)

    def __repr__(self) -> str:
        return self.name


def _numbers(Z: FloatArray, Y: npt.ArrayLike) -> FloatArray:
    return floats("Y", Y, Z.shape)


def _between_0_and_1(Z: FloatArray, Y: npt.ArrayLike) -> FloatArray:
    Y = floats("Y", Y, Z.shape)
    if not (Y.min() >= 0 and Y.max() <= 1):
        raise ValueError(f"Y must be from 0 to 1, but has {Y.min()} to {Y.max()}")
    return Y


def _plus_or_minus_1(Z: FloatArray, Y: npt.ArrayLike) -> FloatArray:
    Y = floats("Y", Y, Z.shape)
    if not (np.abs(Y) == 1).all():
        raise ValueError(f"Y must be -1 or 1, but has the values {np.unique(Y)[:5]}")
    return Y


def _distributions(Z: FloatArray, Y: npt.ArrayLike) -> FloatArray:
    """Y as probabilities of the shape of Z: one-hot rows if it came as labels, (N,)."""
    if Z.ndim != 2:
        raise ValueError(f"Z must have shape (N, K), but has shape {Z.shape}")
    Y = as_array("Y", Y, "integer labels or probabilities")
    if Y.ndim == 1:
        one_hot = np.zeros(Z.shape, Z.dtype)
        one_hot[np.arange(len(Z)), integers("Y", Y, Z.shape[:1], below=Z.shape[1])] = 1
        return one_hot
    Y = floats("Y", Y, Z.shape)
    if not (Y.min() >= 0 and np.allclose(Y.sum(axis=1), 1, atol=1e-3)):
        raise ValueError("Y must be labels (N,), or rows of probabilities that add up to 1")
    return Y


squared_error = Loss(
    "squared_error",
    unit=identity,
    of_elements=lambda Z, Y: (Z - Y) ** 2 / 2,
    derivative=lambda Z, Y: Z - Y,
    target=_numbers,
)
"""ℓ = ½ Σ_k (ŷ_k − y_k)², with Ŷ = Z the mean of a normal distribution. Y has the shape of Z.

With the ½ the derivative is the error; `torch.nn.MSELoss` is 2/K times as great.
"""

absolute_error = Loss(
    "absolute_error",
    unit=identity,
    of_elements=lambda Z, Y: np.abs(Z - Y),
    derivative=lambda Z, Y: np.sign(Z - Y),
    target=_numbers,
)
"""ℓ = Σ_k |ŷ_k − y_k|, with Ŷ = Z a median. Y has the shape of Z.

The derivative at the kink is taken as 0; `torch.nn.L1Loss` is 1/K times as great.
"""

binary_cross_entropy = Loss(
    "binary_cross_entropy",
    unit=logistic,
    of_elements=lambda Z, Y: (
        softplus.value(-np.abs(Z)) + _product(np.where(Z > 0, 1 - Y, Y), np.abs(Z))
    ),
    derivative=lambda Z, Y: logistic.value(Z) - Y,
    target=_between_0_and_1,
)
"""ℓ = −Σ_k (y_k log ŷ_k + (1 − y_k) log(1 − ŷ_k)), with Ŷ = σ(Z): each its own yes or no.

Y has the shape of Z, and values from 0 to 1. It is softplus(z) − y z, computed as softplus(−|z|)
and what is left of |z|: (1 − y) z for z > 0, else −y z. So it is precise where it is small, and
right at infinity. `torch.nn.BCEWithLogitsLoss` is 1/K times as great.
"""

softmax_cross_entropy = Loss(
    "softmax_cross_entropy",
    unit=softmax,
    of_elements=lambda Z, Y: -_product(Y, log_softmax(Z)),
    derivative=lambda Z, Y: softmax(Z) - Y,
    target=_distributions,
)
"""ℓ = −Σ_k y_k log ŷ_k, with Ŷ = softmax(Z): probabilities of K classes.

Z is (N, K), and Y labels (N,) or probabilities (N, K). As `torch.nn.CrossEntropyLoss`.
"""

kl_divergence = Loss(
    "kl_divergence",
    unit=softmax,
    of_elements=lambda Z, Y: _product(Y, np.log(np.where(Y > 0, Y, 1)) - log_softmax(Z)),
    derivative=lambda Z, Y: softmax(Z) - Y,
    target=_distributions,
)
"""ℓ = Σ_k y_k log(y_k / ŷ_k), with Ŷ = softmax(Z); Z and Y as for `softmax_cross_entropy`.

It is the cross-entropy less the entropy of Y, which no weight can change.
"""

hinge = Loss(
    "hinge",
    unit=np.sign,
    of_elements=lambda Z, Y: np.maximum(1 - Y * Z, 0),
    derivative=lambda Z, Y: np.where(Y * Z >= 1, 0, -Y).astype(Z.dtype),
    target=_plus_or_minus_1,
)
"""ℓ = Σ_k max(1 − y_k z_k, 0): raw scores Z and targets ±1 of the same shape.

It is 0 from a margin of 1 on; `unit` gives the sign.
Source: Cortes and Vapnik (1995), Support-vector networks.
"""


def quantile(tau: float) -> Loss:
    """The pinball loss, with which Ŷ is the quantile τ of Y.

    ℓ is |y − ŷ|, times τ for y above ŷ, and times 1 − τ below. τ is between 0
    and 1, and Y has the shape of Z. `quantile(0.5)` is half the absolute
    error.
    Source: Koenker and Bassett (1978), Regression quantiles.

    >>> quantile(0.75)([0.0], [1.0]), quantile(0.75)([1.0], [0.0])
    (0.75, 0.25)
    """
    tau = number("tau", tau)
    if not 0 < tau < 1:
        raise ValueError(f"tau must be between 0 and 1, not {tau}")
    return Loss(
        f"quantile({tau:g})",
        unit=identity,
        of_elements=lambda Z, Y: np.maximum(tau * (Y - Z), (1 - tau) * (Z - Y)),
        derivative=lambda Z, Y: np.where(Z == Y, 0, np.where(Z > Y, 1 - tau, -tau)).astype(Z.dtype),
        target=_numbers,
    )


def _product(Y: FloatArray, logs: FloatArray) -> FloatArray:
    """Y · logs, where 0 · ∞ is 0, as in 0 log 0."""
    return Y * np.where(Y == 0, Y, logs)


def l2_penalty(net: Layer, lam: float) -> float:
    """(λ/2) Σ ‖W‖²_F over weights and kernels, not biases.

    >>> rng = np.random.default_rng(0)
    >>> l2_penalty(Linear(2, 1, rng, init=constant(3)), lam=0.5)
    4.5
    """
    return 0.5 * number("lam", lam) * sum(sum_of_squares(W) for W, _ in _weights(net))


def add_l2_gradient(net: Layer, lam: float) -> None:
    """Add the penalty's gradient λW to that of each weight or kernel."""
    lam = number("lam", lam)
    for W, gradient in _weights(net):
        gradient += lam * W


def _weights(net: Layer) -> list[tuple[FloatArray, FloatArray]]:
    instance("net", net, Layer, "nnlib.Linear(2, 3, rng)")
    pairs = zip(net.parameters().values(), net.gradients().values(), strict=True)
    return [(parameter, gradient) for parameter, gradient in pairs if is_weight(parameter)]
