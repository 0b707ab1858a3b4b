"""Layers for images, NCHW: sample, channel, row, column.

In memory they turn the images round, to row, channel, column, sample: the part of a window that
lies in one row is then one long run for all samples, which is copied, added and compared fast.
What they return is a view in the usual order, and the next layer finds the images turned already.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from nnlib.checks import FloatArray, Shape, count, floats
from nnlib.initializers import Initializer, scaled_normal, weight_and_bias, zeros
from nnlib.layer import Layer


class Conv2d(Layer):
    """Z[n, o] = Σ_c A[n, c] ⋆ weight[o, c] + bias[o], as `torch.nn.Conv2d`.

    ⋆ is the cross-correlation that deep learning calls convolution: the kernel
    is not turned round. A (N, C, H, W), `weight` (O, C, k, k), `bias` (O,), Z
    (N, O, P, Q) with P = ⌊(H + 2·padding - k) / stride⌋ + 1, and Q from W
    alike. With bias=False there is none, and `bias` is None.

    >>> rng = np.random.default_rng(0)
    >>> layer = Conv2d(1, 8, 5, rng, padding=2)
    >>> layer(np.ones((2, 1, 28, 28))).shape
    (2, 8, 28, 28)
    """

    weight: FloatArray
    weight_grad: FloatArray
    bias: FloatArray | None
    bias_grad: FloatArray | None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        rng: np.random.Generator,
        *,
        stride: int = 1,
        padding: int = 0,
        bias: bool = True,
        init: Initializer = scaled_normal,
        bias_init: Initializer = zeros,
    ) -> None:
        k = count("kernel_size", kernel_size)
        shape = count("out_channels", out_channels), count("in_channels", in_channels), k, k
        self.stride, self.padding = count("stride", stride), count("padding", padding, at_least=0)
        self._learn(**weight_and_bias(rng, shape, bias, init, bias_init))
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
        self._columns, q = columns(turned(self._padded(A)), k, self.stride)
        b = np.zeros(len(self.weight), self.dtype) if self.bias is None else self.bias
        Z = np.column_stack([b, self._matrix(self.weight)]) @ self._columns
        return turned_back(Z.reshape(*Z.shape[:2], q, -1))

    def _set_gradients(self, D: FloatArray) -> None:
        D = turned(D).reshape(D.shape[2], D.shape[1], -1)
        gradients = (self._columns @ D.transpose(0, 2, 1)).sum(axis=0)
        self._matrix(self.weight_grad)[...] = gradients[1:].T
        if self.bias_grad is not None:
            self.bias_grad[...] = gradients[0]

    def _input_gradient(self, D: FloatArray) -> FloatArray:
        """Place (i, j) of the kernels sends D back to where it read: k² shifted sums."""
        _, o, p, q = D.shape
        D, s, m = turned(D).reshape(p, o, -1), self.stride, self.padding
        A_grad = np.zeros_like(turned(self._padded(self.A_prev)))
        W = np.ascontiguousarray(self.weight.transpose(2, 3, 1, 0))  # [i, j] is a matrix (C, O)
        for i, j in np.ndindex(W.shape[:2]):
            read = A_grad[i : i + s * p : s, :, j : j + s * q : s]
            read += (W[i, j] @ D).reshape(read.shape)
        return turned_back(A_grad)[:, :, m : len(A_grad) - m, m : A_grad.shape[2] - m]

    def _padded(self, A: FloatArray) -> FloatArray:
        m = self.padding
        return np.pad(A, ((0, 0), (0, 0), (m, m), (m, m))) if m else A

    @staticmethod
    def _matrix(kernels: FloatArray) -> FloatArray:
        """The kernels as rows, (O, C·k·k): a view."""
        return kernels.reshape(len(kernels), -1)


def turned(A: FloatArray) -> FloatArray:
    """A (N, C, H, W) as (H, C, W, N), in that order in memory."""
    return np.ascontiguousarray(A.transpose(2, 1, 3, 0))


def turned_back(A: FloatArray) -> FloatArray:
    """A view (N, C, H, W) of A (H, C, W, N)."""
    return A.transpose(3, 1, 0, 2)


def columns(A: FloatArray, k: int, stride: int = 1) -> tuple[FloatArray, int]:
    """The k x k windows of A (H, C, W, N) as columns (P, 1 + C·k·k, Q·N), and Q.

    One matrix for the windows that start in a row: its product stays in the processor's cache. Its
    first row is 1, what the bias is the weight of.
    """
    windows = sliding_window_view(A, (k, k), axis=(0, 2))[::stride, :, ::stride]
    p, c, q, n = windows.shape[:4]
    result = np.empty((p, 1 + c * k * k, q * n), A.dtype)
    result[:, 0] = 1
    result[:, 1:].reshape(p, c, k, k, q, n)[...] = windows.transpose(0, 1, 4, 5, 2, 3)
    return result, q


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
        self._planes = np.ascontiguousarray(_blocks(A.transpose(2, 1, 3, 0), k))
        self._Z = self._planes.max(axis=(0, 1))
        return turned_back(self._Z)

    def _input_gradient(self, D: FloatArray) -> FloatArray:
        D, k = turned(D), self.kernel_size
        n, c, h, w = self.A_prev.shape
        A_grad = np.empty((h, c, w, n), D.dtype)
        A_grad[h // k * k :] = A_grad[:, :, w // k * k :] = 0  # what fills no block
        blocks = _blocks(A_grad, k)
        free = np.ones(D.shape, bool)  # blocks whose greatest value has not been met yet
        some_nan = np.isnan(self._Z).any()
        *places, last = np.ndindex(k, k)
        for at in places:
            greatest = self._planes[at] == self._Z
            if some_nan:  # NaN is greater than any number, and equals none
                greatest |= np.isnan(self._planes[at])
            greatest &= free
            free ^= greatest
            np.multiply(D, greatest, out=blocks[at])
        np.multiply(D, free, out=blocks[last])
        return turned_back(A_grad)

    def __repr__(self) -> str:
        return f"MaxPool2d({self.kernel_size})"


def _blocks(A: FloatArray, k: int) -> FloatArray:
    """A view (k, k, P, C, Q, N) of the k x k blocks of A (H, C, W, N): [i, j] is that place."""
    h, c, w, n = A.shape
    p, q = h // k, w // k
    return A[: p * k, :, : q * k].reshape(p, k, c, q, k, n).transpose(1, 4, 0, 2, 3, 5)
