"""Layers of vectors, one sample a row, and networks of layers."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from nnlib import summary
from nnlib.activations import Activation
from nnlib.checks import FloatArray, Shape, count, generator, instance, number
from nnlib.initializers import Initializer, scaled_normal, weight_and_bias, zeros
from nnlib.layer import Layer, all_but_channels, check_different, per_channel


class Linear(Layer):
    """Z = A Wᵀ + b, from A (N, M_in) to Z (N, M_out).

    As `torch.nn.Linear`, with the gradients in sight. `weight` (M_out, M_in)
    starts at N(0, 1/M_in), `bias` (M_out,) at 0, or as `init` and `bias_init`
    say. With bias=False there is none: b = 0, and `bias` is None.

    >>> layer = Linear(3, 2, np.random.default_rng(0))
    >>> layer(np.ones((5, 3))).shape
    (5, 2)
    >>> layer.backward(np.ones((5, 2))).shape
    (5, 3)
    >>> layer.bias_grad
    array([5., 5.])
    """

    weight: FloatArray
    weight_grad: FloatArray
    bias: FloatArray | None
    bias_grad: FloatArray | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        rng: np.random.Generator,
        *,
        bias: bool = True,
        init: Initializer = scaled_normal,
        bias_init: Initializer = zeros,
    ) -> None:
        shape = count("out_features", out_features), count("in_features", in_features)
        self._learn(**weight_and_bias(rng, shape, bias, init, bias_init))
        self.input_shapes = (("N", in_features),)

    def output_shape(self, shape: Shape) -> Shape:
        return "N", len(self.weight)

    def _forward(self, A: FloatArray) -> FloatArray:
        b = 0 if self.bias is None else self.bias
        return A @ self.weight.T + b

    def _set_gradients(self, D: FloatArray) -> None:
        np.matmul(D.T, self.A_prev, out=self.weight_grad)
        if self.bias is not None:
            D.sum(axis=0, out=self.bias_grad)

    def _input_gradient(self, D: FloatArray) -> FloatArray:
        return D @ self.weight


class Activate(Layer):
    """A = f(Z), element by element, for any shape; going back, D ⊙ f′(Z).

    >>> Activate(relu)([[-1.0, 2.0]])
    array([[0., 2.]])
    """

    keeps_shape = True

    def __init__(self, f: Activation) -> None:
        instance("f", f, Activation, "nnlib.logistic")
        self.f = f

    def _forward(self, Z: FloatArray) -> FloatArray:
        self._A = self.f.value(Z)
        return self._A

    def _input_gradient(self, D: FloatArray) -> FloatArray:
        return D * self.f.derivative(self.A_prev, self._A)

    def __repr__(self) -> str:
        return repr(self.f)


class PReLU(Layer):
    """Leaky ReLU whose slope is learned: one, or one for each channel.

    `weight` is (1,), or (C,) for inputs (N, C, …); as `torch.nn.PReLU`.
    Source: He et al. (2015), Delving deep into rectifiers.

    >>> PReLU()([[-4.0, 2.0]])
    array([[-1.,  2.]])
    """

    keeps_shape = True
    weight: FloatArray
    weight_grad: FloatArray

    def __init__(self, num_parameters: int = 1, init: float = 0.25) -> None:
        channels = count("num_parameters", num_parameters)
        self._learn(weight=np.full(channels, number("init", init)))
        if channels > 1:
            self.input_shapes = (("N", channels, "..."),)

    def _forward(self, Z: FloatArray) -> FloatArray:
        return np.where(Z > 0, Z, self._slopes() * Z)

    def _set_gradients(self, D: FloatArray) -> None:
        products = D * np.minimum(self.A_prev, 0)
        axes = all_but_channels(D) if self.weight.size > 1 else None
        self.weight_grad[...] = products.sum(axis=axes)

    def _input_gradient(self, D: FloatArray) -> FloatArray:
        return D * np.where(self.A_prev > 0, 1, self._slopes())

    def _slopes(self) -> FloatArray:
        return per_channel(self.weight, self.A_prev) if self.weight.size > 1 else self.weight


class Maxout(Layer):
    """The greatest of k linear functions: a learned convex activation.

    A (N, M_in) to (N, M_out). The layer inside, `linear`, has k rows for each
    unit; of equal values the first gets the gradient.
    Source: Goodfellow et al. (2013), Maxout networks.

    >>> layer = Maxout(1, 1, 2, np.random.default_rng(0))
    >>> layer.linear.weight = [[1.0], [-1.0]]
    >>> layer([[-3.0], [2.0]])
    array([[3.],
           [2.]])
    """

    _parts: tuple[Linear]

    def __init__(
        self,
        in_features: int,
        out_features: int,
        pieces: int,
        rng: np.random.Generator,
        *,
        init: Initializer = scaled_normal,
        bias_init: Initializer = zeros,
    ) -> None:
        self.pieces = count("pieces", pieces)
        units = count("out_features", out_features)
        linear = Linear(in_features, units * pieces, rng, init=init, bias_init=bias_init)
        self._parts = (linear,)
        self.input_shapes = linear.input_shapes

    @property
    def linear(self) -> Linear:
        """The layer inside."""
        return self._parts[0]

    def children(self) -> dict[str, Layer]:
        return {"linear": self.linear}

    def output_shape(self, shape: Shape) -> Shape:
        return "N", len(self.linear.weight) // self.pieces

    def _forward(self, A: FloatArray) -> FloatArray:
        Z = self.linear.feed(A).reshape(len(A), -1, self.pieces)
        self._winner = Z.argmax(axis=2)[:, :, None]
        return np.take_along_axis(Z, self._winner, axis=2)[:, :, 0]

    def _to_pieces(self, D: FloatArray) -> FloatArray:
        """D for the winning piece of each unit, and 0 for the others."""
        D_pieces = np.zeros((*D.shape, self.pieces), D.dtype)
        np.put_along_axis(D_pieces, self._winner, D[:, :, None], axis=2)
        return D_pieces.reshape(len(D), -1)

    def backward(self, D: npt.ArrayLike) -> FloatArray:
        return self.linear.backward(self._to_pieces(self._checked(D)))

    def set_gradients(self, D: npt.ArrayLike) -> None:
        self.linear.set_gradients(self._to_pieces(self._checked(D)))


class Dropout(Layer):
    """In training, each value is 0 with probability p, or grows.

    It is then 1 / (1 − p) times as great, so that its expectation is
    unchanged, and evaluation changes nothing ("inverted" dropout, as
    `torch.nn.Dropout`). For any shape.
    Source: Srivastava et al. (2014), Dropout.

    >>> layer = Dropout(0.5, np.random.default_rng(0))
    >>> np.unique(layer(np.ones((1, 100))))
    array([0., 2.])
    >>> layer.eval()(np.ones((1, 3)))
    array([[1., 1., 1.]])
    """

    keeps_shape = True

    def __init__(self, p: float, rng: np.random.Generator) -> None:
        self.p = number("p", p)
        if not 0 <= self.p < 1:
            raise ValueError(f"p must be at least 0 and less than 1, not {p}")
        generator("rng", rng)
        self.rng = rng

    def _forward(self, A: FloatArray) -> FloatArray:
        if self.training:
            self._mask = (self.rng.random(A.shape) >= self.p).astype(A.dtype) / (1 - self.p)
        else:
            self._mask = np.ones((), A.dtype)
        return A * self._mask

    def _input_gradient(self, D: FloatArray) -> FloatArray:
        return D * self._mask

    def __repr__(self) -> str:
        return f"Dropout({self.p:g})"


class Flatten(Layer):
    """Each sample's values in one row: (N, C, H, W) becomes (N, C·H·W).

    As `torch.nn.Flatten`.

    >>> Flatten()(np.ones((5, 1, 28, 28))).shape
    (5, 784)
    """

    def output_shape(self, shape: Shape) -> Shape:
        lengths = [n for n in shape[1:] if isinstance(n, int)]
        return "N", math.prod(lengths) if len(lengths) == len(shape) - 1 else "?"

    def _forward(self, A: FloatArray) -> FloatArray:
        return A.reshape(len(A), -1)

    def _input_gradient(self, D: FloatArray) -> FloatArray:
        A_grad = np.empty_like(self.A_prev, D.dtype)  # in memory as the layer before likes it
        A_grad[...] = D.reshape(A_grad.shape)
        return A_grad


class Sequential(Layer):
    """One layer after another. An activation among them stands for its layer:

    `Sequential(Linear(784, 30, rng), logistic, Linear(30, 10, rng))`

    `net[0]` is its first layer, `len(net)` their number, and "0.weight" a
    parameter of the first. `print(net)` shows the shapes and sizes of all, and
    a notebook that ends a cell with `net` draws it.

    >>> rng = np.random.default_rng(0)
    >>> layers = Linear(784, 30, rng), logistic, Linear(30, 10, rng)
    >>> print(Sequential(*layers))
       layer     output   parameters
    0  Linear    (N, 30)      23,550
    1  logistic  (N, 30)
    2  Linear    (N, 10)         310
                 total        23,860
    """

    def __init__(self, *layers: Layer | Activation) -> None:
        self._parts = tuple(Activate(f) if isinstance(f, Activation) else f for f in layers)
        for layer in self.layers:
            instance("layers", layer, Layer, "nnlib.Linear(2, 3, rng)")
        if not layers:
            raise ValueError("layers must hold at least one layer")
        check_different(self)
        # Gradients need not go back further than to the first layer that learns.
        learns = [bool(layer.parameters()) for layer in self.layers]
        self._first = learns.index(True) if any(learns) else len(layers)

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers, one after another."""
        return self._parts

    def _forward(self, A: FloatArray) -> FloatArray:
        try:
            for layer in self.layers:
                A = layer.feed(A)
        except (TypeError, ValueError) as error:
            error.add_note(f"A is the input of layer {self.layers.index(layer)}, {layer!r}")
            raise
        return A

    def backward(self, D: npt.ArrayLike) -> FloatArray:
        D = self._checked(D)
        for layer in reversed(self.layers):
            D = layer.backward(D)
        return D

    def set_gradients(self, D: npt.ArrayLike) -> None:
        D = self._checked(D)
        for layer in reversed(self.layers[self._first + 1 :]):
            D = layer.backward(D)
        if self._first < len(self.layers):
            self.layers[self._first].set_gradients(D)

    def children(self) -> dict[str, Layer]:
        return {str(i): layer for i, layer in enumerate(self.layers)}

    def in_turn(self, prefix: str = "") -> Iterator[tuple[str, Layer]]:
        for name, layer in self.children().items():
            yield from layer.in_turn(f"{prefix}{name}.")

    def output_shape(self, shape: Shape) -> Shape:
        for layer in self.layers:
            shape = layer.output_shape(shape)
        return shape

    def __getitem__(self, i: int) -> Layer:
        return self.layers[i]

    def __len__(self) -> int:
        return len(self.layers)

    def __str__(self) -> str:
        return summary.table(self)

    def _repr_html_(self) -> str:
        return summary.picture(self)


class Residual(Layer):
    """A + block(A): the gradient also reaches A past the block.

    The layers of the block follow each other as in `Sequential`, and keep the
    shape of A.
    Source: He et al. (2016), Deep residual learning for image recognition.

    >>> rng = np.random.default_rng(0)
    >>> block = Linear(2, 2, rng, init=zeros)
    >>> Residual(block)([[1.0, 2.0]])
    array([[1., 2.]])
    """

    keeps_shape = True
    _parts: tuple[Sequential]

    def __init__(self, *layers: Layer | Activation) -> None:
        self._parts = (Sequential(*layers),)

    @property
    def block(self) -> Sequential:
        """What is added to A."""
        return self._parts[0]

    def children(self) -> dict[str, Layer]:
        return {"block": self.block}

    def in_turn(self, prefix: str = "") -> Iterator[tuple[str, Layer]]:
        yield from self.block.in_turn(f"{prefix}block.")

    def _forward(self, A: FloatArray) -> FloatArray:
        F = self.block.feed(A)
        if F.shape != A.shape:
            raise ValueError(f"A must keep its shape {A.shape} in the block, but gets {F.shape}")
        return A + F

    def backward(self, D: npt.ArrayLike) -> FloatArray:
        D = self._checked(D)
        return D + self.block.backward(D)

    def set_gradients(self, D: npt.ArrayLike) -> None:
        self.block.set_gradients(self._checked(D))
