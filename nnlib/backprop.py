"""Backpropagation as four equations, for a network of linear layers and activations.

For each sample, δ^(l) = ∂ℓ/∂z^(l) is the error of layer l, and with the book's numbering

    BP1  δ^(L) = ∇_ŷ ℓ ⊙ f_L′(z^(L))
    BP2  δ^(l) = (W^(l+1)ᵀ δ^(l+1)) ⊙ f_l′(z^(l))
    BP3  ∂ℓ/∂b^(l) = δ^(l)
    BP4  ∂ℓ/∂W^(l) = δ^(l) a^(l−1)ᵀ

The layers' methods compute the same, each its own share; here everything is in one place and kept.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy.typing as npt

from nnlib.activations import Activation, identity
from nnlib.checks import FloatArray, floats, instance
from nnlib.layers import Activate, Linear, Sequential
from nnlib.losses import Loss


@dataclass(frozen=True)
class LayerRecord:
    """What backpropagation meets at one layer.

    The N samples are in the rows of Z, A and D, (N, M_l). D is δ with the
    factor 1/N of the mean cost, so that dW (M_l, M_{l-1}) and db (M_l,) are
    ∂C/∂W and ∂C/∂b.
    """

    Z: FloatArray
    A: FloatArray
    D: FloatArray
    dW: FloatArray
    db: FloatArray


def backprop(net: Sequential, X: npt.ArrayLike, Y: npt.ArrayLike, loss: Loss) -> list[LayerRecord]:
    """The record of each layer 1 … L of a network of linear layers.

    The inputs X are (N, M_0), and the targets Y as the loss takes them. `net`
    holds linear layers, each followed by at most one activation; where there
    is none, f is the identity. Nothing in `net` is changed.

    >>> rng = np.random.default_rng(0)
    >>> net = Sequential(Linear(2, 3, rng), tanh, Linear(3, 1, rng))
    >>> X, Y = np.ones((5, 2)), np.zeros((5, 1))
    >>> records = backprop(net, X, Y, squared_error)
    >>> [record.dW.shape for record in records]
    [(3, 2), (1, 3)]
    """
    instance("loss", loss, Loss, "nnlib.squared_error")
    W, b, f, Z, A = {}, {}, {}, {}, {}
    for l, (linear, activation) in enumerate(_pairs(net), 1):
        W[l], f[l] = linear.weight, activation
        b[l] = 0 if linear.bias is None else linear.bias
    L = len(W)

    A[0] = floats("X", X, ("N", W[1].shape[1]))
    for l in range(1, L + 1):
        Z[l] = A[l - 1] @ W[l].T + b[l]
        A[l] = f[l](Z[l])

    D = {L: loss.gradient(A[L], Y) * f[L].df(Z[L])}  # BP1
    for l in range(L - 1, 0, -1):
        D[l] = (D[l + 1] @ W[l + 1]) * f[l].df(Z[l])  # BP2
    db = {l: D[l].sum(axis=0) for l in D}  # BP3
    dW = {l: D[l].T @ A[l - 1] for l in D}  # BP4
    return [LayerRecord(Z[l], A[l], D[l], dW[l], db[l]) for l in range(1, L + 1)]


def _pairs(net: Sequential) -> list[tuple[Linear, Activation]]:
    """Each linear layer with its activation."""
    instance("net", net, Sequential, "nnlib.Sequential(nnlib.Linear(2, 3, rng), nnlib.tanh)")
    pairs: list[tuple[Linear, Activation]] = []
    for layer in net.layers:
        if isinstance(layer, Linear):
            pairs.append((layer, identity))
        elif isinstance(layer, Activate) and pairs and pairs[-1][1] is identity:
            pairs[-1] = pairs[-1][0], layer.f
        else:
            raise ValueError(
                f"net must be linear layers, each with at most one activation, but has {layer!r}"
            )
    for (linear, _), (following, _) in itertools.pairwise(pairs):
        if len(linear.weight) != following.weight.shape[1]:
            raise ValueError(f"net must be layers that fit, but {linear} feeds {following}")
    return pairs
