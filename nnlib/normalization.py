"""Batch normalization (Ioffe and Szegedy, 2015)."""

from __future__ import annotations

import numpy as np

from nnlib.checks import FloatArray, count, number, positive
from nnlib.layer import Layer, all_but_channels, per_channel


class BatchNorm(Layer):
    """Z = weight · (A − mean) / √(var + eps) + bias, for each feature or channel.

    For A (N, C) as `torch.nn.BatchNorm1d`, for (N, C, H, W) as
    `torch.nn.BatchNorm2d`. In training mean and variance are those of the
    batch, and `running_mean` and `running_var` follow them: each batch moves
    them by the share `momentum`. In evaluation they take the place of the
    batch. The running variance is the unbiased one, with n − 1.

    >>> layer = BatchNorm(1)
    >>> layer([[1.0], [3.0]]).round(2)
    array([[-1.],
           [ 1.]])
    >>> layer.running_mean
    array([0.2])
    """

    weight: FloatArray
    weight_grad: FloatArray
    bias: FloatArray
    bias_grad: FloatArray
    running_mean: FloatArray
    running_var: FloatArray
    buffer_names = ("running_mean", "running_var")
    keeps_shape = True

    def __init__(self, num_features: int, *, eps: float = 1e-5, momentum: float = 0.1) -> None:
        C = count("num_features", num_features)
        self.eps, self.momentum = positive("eps", eps), number("momentum", momentum)
        if not 0 <= self.momentum <= 1:
            raise ValueError(f"momentum must be from 0 to 1, not {momentum}")
        self._learn(weight=np.ones(C), bias=np.zeros(C))
        self._hold({"running_mean": np.zeros(C), "running_var": np.ones(C)})
        self.input_shapes = ("N", C), ("N", C, "H", "W")

    def _forward(self, A: FloatArray) -> FloatArray:
        mean, var = self.running_mean, self.running_var
        self._of_batch = self.training
        if self.training:
            axes = all_but_channels(A)
            mean, var = A.mean(axis=axes), A.var(axis=axes)
            self._follow(mean, var, n=A.size // len(mean))
        self._std = np.sqrt(var + self.eps)
        self._A_hat = (A - per_channel(mean, A)) / per_channel(self._std, A)
        return per_channel(self.weight, A) * self._A_hat + per_channel(self.bias, A)

    def _follow(self, mean: FloatArray, var: FloatArray, n: int) -> None:
        if n == 1:
            raise ValueError("A must have more than one value a channel in training, but has one")
        self.running_mean += self.momentum * (mean - self.running_mean)
        self.running_var += self.momentum * (n / (n - 1) * var - self.running_var)

    def _set_gradients(self, D: FloatArray) -> None:
        axes = all_but_channels(D)
        (D * self._A_hat).sum(axis=axes, out=self.weight_grad)
        D.sum(axis=axes, out=self.bias_grad)

    def _input_gradient(self, D: FloatArray) -> FloatArray:
        """In training A also acts through mean and variance; those two terms are taken off."""
        if self._of_batch:
            axes = all_but_channels(D)
            through_mean = D.mean(axis=axes, keepdims=True)
            through_var = (D * self._A_hat).mean(axis=axes, keepdims=True)
            D = D - through_mean - self._A_hat * through_var
        return per_channel(self.weight / self._std, D) * D
