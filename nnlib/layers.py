"""Layers: `forward` computes the output, `backward` the gradients, one sample a row."""

import numpy as np
import numpy.typing as npt

from nnlib.checks import FloatArray, count, floats, instance


class Linear:
    """Z = A Wᵀ + b, from M_in values a sample to M_out: `torch.nn.Linear` with gradients in sight.

    `weight` (M_out, M_in) starts at N(0, 1/M_in), `bias` (M_out,) at 0; `backward` writes
    `weight_grad` and `bias_grad`, arrays of the same shapes.
    """

    def __init__(self, in_features: int, out_features: int, rng: np.random.Generator) -> None:
        shape = count("out_features", out_features), count("in_features", in_features)
        instance("rng", rng, np.random.Generator, "np.random.default_rng(0)")
        self.weight: FloatArray = rng.normal(0, 1 / np.sqrt(in_features), shape)
        self.bias: FloatArray = np.zeros(out_features)
        self.weight_grad = np.zeros_like(self.weight)
        self.bias_grad = np.zeros_like(self.bias)
        self.A_prev: FloatArray | None = None

    def forward(self, A: npt.ArrayLike) -> FloatArray:
        """Z of shape (N, M_out), from A of shape (N, M_in), which `backward` will use."""
        A = self.A_prev = floats("A", A, ("N", self.weight.shape[1]))
        return A @ self.weight.T + self.bias

    __call__ = forward

    def backward(self, D: npt.ArrayLike) -> FloatArray:
        """∂C/∂A of shape (N, M_in), from D = ∂C/∂Z of shape (N, M_out); sets the two gradients."""
        if self.A_prev is None:
            raise RuntimeError("backward needs a forward pass before it")
        D = floats("D", D, (len(self.A_prev), len(self.bias)))
        self.weight_grad[...] = D.T @ self.A_prev
        self.bias_grad[...] = D.sum(axis=0)
        return D @ self.weight
