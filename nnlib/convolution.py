"""Layers for images, NCHW: sample, channel, row, column."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from nnlib.checks import FloatArray, Shape, count, floats
from nnlib.initializers import Initializer, initial, scaled_normal, zeros
from nnlib.layer import Layer


class Conv2d(Layer):
    """Z[n, o] = Σ_c A[n, c] ⋆ weight[o, c] + bias[o], as `torch.nn.Conv2d`.

    ⋆ is the cross-correlation that deep learning calls convolution: the kernel
    is not turned round. A (N, C, H, W), `weight` (O, C, k, k), `bias` (O,), Z
    (N, O, P, Q) with P = ⌊(H + 2·padding - k) / stride⌋ + 1, and Q from W
    alike.

    >>> rng = np.random.default_rng(0)
    >>> layer = Conv2d(1, 8, 5, rng, padding=2)
    >>> layer(np.ones((2, 1, 28, 28))).shape
    (2, 8, 28, 28)
    """

    weight: FloatArray
    weight_grad: FloatArray
    bias: FloatArray
    bias_grad: FloatArray

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        rng: np.random.Generator,
        *,
        stride: int = 1,
        padding: int = 0,
        init: Initializer = scaled_normal,
        bias_init: Initializer = zeros,
    ) -> None:
        k = count("kernel_size", kernel_size)
        shape = count("out_channels", out_channels), count("in_channels", in_channels), k, k
        self.stride, self.padding = count("stride", stride), count("padding", padding, at_least=0)
        self._learn(
            weight=initial("init", init, rng, shape),
            bias=initial("bias_init", bias_init, rng, shape[:1]),
        )
        self.input_shapes = (("N", in_channels, "H", "W"),)

    def output_shape(self, shape: Shape) -> Shape:
        k: int = self.weight.shape[-1]
        windows = (
            (n + 2 * self.padding - k) // self.stride + 1 if isinstance(n, int) else "?"
            for n in (shape[2:] if len(shape) == 4 else "??")
        )
        return "N", len(self.weight), *windows

    def _forward(self, A: FloatArray) -> FloatArray:
        k = self.weight.shape[-1]
        if min(A.shape[2:]) + 2 * self.padding < k:
            raise ValueError(
                f"A must be at least {k} x {k} with its padding, but has shape {A.shape}"
            )
        self._columns, (p, q) = columns(self._padded(A), k, self.stride)
        Z = self._matrix(self.weight) @ self._columns
        Z += self.bias[:, None]
        return Z.reshape(len(A), -1, p, q)

    def _set_gradients(self, D: FloatArray) -> None:
        D = D.reshape(*D.shape[:2], -1)
        np.sum(D @ self._columns.transpose(0, 2, 1), axis=0, out=self._matrix(self.weight_grad))
        D.sum(axis=(0, 2), out=self.bias_grad)

    def _input_gradient(self, D: FloatArray) -> FloatArray:
        """Place (i, j) of the kernels sends D back to where it read: k² shifted sums."""
        n, o, p, q = D.shape
        D, s, m = D.reshape(n, o, -1), self.stride, self.padding
        A_grad = np.zeros_like(self._padded(self.A_prev))
        W = np.ascontiguousarray(self.weight.transpose(2, 3, 1, 0))  # [i, j] is a matrix (C, O)
        for i, j in np.ndindex(W.shape[:2]):
            read = A_grad[:, :, i : i + s * p : s, j : j + s * q : s]
            read += (W[i, j] @ D).reshape(read.shape)
        return A_grad[:, :, m : A_grad.shape[2] - m, m : A_grad.shape[3] - m]

    def _padded(self, A: FloatArray) -> FloatArray:
        m = self.padding
        return np.pad(A, ((0, 0), (0, 0), (m, m), (m, m))) if m else A

    @staticmethod
    def _matrix(kernels: FloatArray) -> FloatArray:
        """The kernels as rows, (O, C·k·k): a view."""
        return kernels.reshape(len(kernels), -1)


def columns(A: FloatArray, k: int, stride: int = 1) -> tuple[FloatArray, tuple[int, int]]:
    """The k x k windows of A (N, C, H, W) as columns (N, C·k·k, P·Q), and (P, Q).

    One matrix a sample: the batched product with the kernels needs no transposes of the images,
    and each sample's product stays in the processor's cache.
    """
    windows = sliding_window_view(A, (k, k), axis=(2, 3))[:, :, ::stride, ::stride]
    n, c, p, q = windows.shape[:4]
    return windows.transpose(0, 1, 4, 5, 2, 3).reshape(n, c * k * k, p * q), (p, q)


def conv2d(
    A: npt.ArrayLike, weight: npt.ArrayLike, bias: npt.ArrayLike, stride: int = 1, padding: int = 0
) -> FloatArray:
    """What `Conv2d` computes, written as it is defined: for reading, and slow.

    A (N, C, H, W), `weight` (O, C, k, k), `bias` (O,); the result is (N, O, P,
    Q).

    >>> A = [[[[0.0, 0.0, 1.0, 1.0]]]]
    >>> conv2d(A, [[[[-1.0, 1.0]]]], [0.0])  # an edge
    array([[[[0., 1., 0.]]]])
    """
    A = floats("A", A, ("N", "C", "H", "W"))
    weight = floats("weight", weight, ("O", A.shape[1], "k", "k"))
    bias = floats("bias", bias, weight.shape[:1])
    s, m = count("stride", stride), count("padding", padding, at_least=0)
    A = np.pad(A, ((0, 0), (0, 0), (m, m), (m, m)))
    k_rows, k_columns = weight.shape[2:]
    p, q = (A.shape[2] - k_rows) // s + 1, (A.shape[3] - k_columns) // s + 1
    if p < 1 or q < 1:
        raise ValueError(f"A must be no smaller than the kernel, but has shape {A.shape}")
    Z = np.zeros((len(A), len(weight), p, q))
    for n, o, i, j in np.ndindex(Z.shape):
        window = A[n, :, s * i : s * i + k_rows, s * j : s * j + k_columns]
        Z[n, o, i, j] = (weight[o] * window).sum() + bias[o]
    return Z


class MaxPool2d(Layer):
    """The greatest value of each k x k block, as `torch.nn.MaxPool2d`.

    From A (N, C, H, W) to Z (N, C, ⌊H/k⌋, ⌊W/k⌋). The gradient goes to the
    first of equal values, row by row. On digits this matters: the blank
    background ties everywhere. Rows and columns that fill no block are left
    out.

    >>> MaxPool2d(2)([[[[1.0, 2.0, 0.0], [3.0, 4.0, 9.0]]]])
    array([[[[4.]]]])
    """

    input_shapes = (("N", "C", "H", "W"),)
    _Z: FloatArray

    def __init__(self, kernel_size: int) -> None:
        self.kernel_size = count("kernel_size", kernel_size)

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 4:
            return "N", "?", "?", "?"
        k = self.kernel_size
        return *shape[:2], *(n // k if isinstance(n, int) else "?" for n in shape[2:])

    def _forward(self, A: FloatArray) -> FloatArray:
        k = self.kernel_size
        if min(A.shape[2:]) < k:
            raise ValueError(f"A must be at least {k} x {k}, but has shape {A.shape}")
        # One contiguous plane for each of the k² places in a block: compared as a whole, fast.
        self._planes = np.ascontiguousarray(_blocks(A, k))
        self._Z = self._planes.max(axis=(0, 1))
        return self._Z

    def _input_gradient(self, D: FloatArray) -> FloatArray:
        A_grad = np.zeros_like(self.A_prev)
        blocks = _blocks(A_grad, self.kernel_size)
        free = np.ones(D.shape, bool)  # blocks whose greatest value has not been met yet
        some_nan = np.isnan(self._Z).any()
        for at in np.ndindex(blocks.shape[:2]):
            greatest = self._planes[at] == self._Z
            if some_nan:  # NaN is greater than any number, and equals none
                greatest |= np.isnan(self._planes[at])
            met = free & greatest
            free ^= met
            np.multiply(D, met, out=blocks[at])
        return A_grad

    def __repr__(self) -> str:
        return f"MaxPool2d({self.kernel_size})"


def _blocks(A: FloatArray, k: int) -> FloatArray:
    """A view (k, k, N, C, P, Q) of the k x k blocks of A: [i, j] is that place of every block."""
    n, c, h, w = A.shape
    p, q = h // k, w // k
    return A[:, :, : p * k, : q * k].reshape(n, c, p, k, q, k).transpose(3, 5, 0, 1, 2, 4)
