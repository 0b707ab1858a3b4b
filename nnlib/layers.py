"""Layers: `forward` computes the output, `backward` the gradients, one sample a row.

A layer is three methods: `_forward(A)`, its output; `_set_gradients(D)`, the gradients of its
parameters; `_input_gradient(D)`, the gradient that goes back to the layer before. D is ∂C/∂output.
"""

import copy
from collections.abc import Iterator
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from nnlib.activations import Activation
from nnlib.checks import FloatArray, Shape, count, floats, generator, instance, number
from nnlib.initializers import Initializer, initial, scaled_normal, zeros


class Layer:
    """What all layers share: arguments checked, parameters and gradients by name, precision, mode.

    A parameter `weight` has its gradient in `weight_grad`, an array of the same shape that every
    backward pass writes anew. Names, modes and the state are as in `torch.nn.Module`.
    """

    input_shapes: tuple[Shape, ...] = (("N", "..."),)
    parameter_names: tuple[str, ...] = ()
    buffer_names: tuple[str, ...] = ()  # what is saved with the parameters, but not learned
    training = True
    dtype: np.dtype[Any] | None = None  # of the parameters
    A_prev: FloatArray  # the input of the last forward pass
    _output_shape: tuple[int, ...] | None = None  # None before it

    def _forward(self, A: FloatArray) -> FloatArray:
        raise NotImplementedError

    def _set_gradients(self, D: FloatArray) -> None:
        """Nothing to do for a layer without parameters."""

    def _input_gradient(self, D: FloatArray) -> FloatArray:
        raise NotImplementedError

    def forward(self, A: npt.ArrayLike) -> FloatArray:
        """The output for A, which `backward` will use; in the precision of the parameters."""
        A = floats("A", A, *self.input_shapes)
        if self.dtype is not None and A.dtype != self.dtype:
            A = A.astype(self.dtype)
        self.A_prev = A
        Z = self._forward(A)
        self._output_shape = Z.shape
        return Z

    def __call__(self, A: npt.ArrayLike) -> FloatArray:
        return self.forward(A)

    def backward(self, D: npt.ArrayLike) -> FloatArray:
        """∂C/∂A of the shape of A, from D = ∂C/∂output; sets the gradients of the parameters.

        Raises RuntimeError before the first forward pass.
        """
        D = self._checked(D)
        self._set_gradients(D)
        return self._input_gradient(D)

    def set_gradients(self, D: npt.ArrayLike) -> None:
        """`backward` without ∂C/∂A, which the first layer of a network need not compute."""
        self._set_gradients(self._checked(D))

    def _checked(self, D: npt.ArrayLike) -> FloatArray:
        if self._output_shape is None:
            raise RuntimeError("backward needs a forward pass before it")
        D = floats("D", D, self._output_shape)
        return D if self.dtype is None else D.astype(self.dtype, copy=False)

    def _learn(self, **parameters: FloatArray) -> None:
        """Make each array a parameter of that name, with a gradient beside it."""
        self.parameter_names = tuple(parameters)
        for name, value in parameters.items():
            setattr(self, name, value)
            setattr(self, f"{name}_grad", np.zeros_like(value))
            self.dtype = value.dtype

    def children(self) -> dict[str, "Layer"]:
        """The layers inside this one."""
        return {}

    def walk(self, prefix: str = "") -> Iterator[tuple[str, "Layer"]]:
        """This layer and all layers inside it, each with what goes before its parameters' names."""
        yield prefix, self
        for name, child in self.children().items():
            yield from child.walk(f"{prefix}{name}.")

    def parameters(self) -> dict[str, FloatArray]:
        """The arrays that training changes, by name, such as "0.weight"."""
        return {
            f"{at}{name}": getattr(part, name)
            for at, part in self.walk()
            for name in part.parameter_names
        }

    def gradients(self) -> dict[str, FloatArray]:
        """The gradient of each parameter, under the parameter's name."""
        return {
            f"{at}{name}": getattr(part, f"{name}_grad")
            for at, part in self.walk()
            for name in part.parameter_names
        }

    def state_dict(self) -> dict[str, FloatArray]:
        """The parameters and the buffers: all that is needed to use the network elsewhere."""
        return {
            f"{at}{name}": getattr(part, name)
            for at, part in self.walk()
            for name in (*part.parameter_names, *part.buffer_names)
        }

    def train(self, mode: bool = True) -> Self:
        """Training mode, in which dropout drops and batch norm uses the batch; returns itself."""
        for _, part in self.walk():
            part.training = mode
        return self

    def eval(self) -> Self:
        """Evaluation mode; returns itself."""
        return self.train(False)

    def astype(self, dtype: npt.DTypeLike) -> Self:
        """A copy in another precision: float32 to train fast, float64 to check gradients."""
        try:
            wanted = np.dtype(dtype)
        except TypeError:
            wanted = np.dtype(object)
        if wanted.kind != "f":
            raise TypeError(f"dtype must be a float type, such as np.float32, not {dtype!r}")
        twin = copy.deepcopy(self)
        for _, part in twin.walk():
            part._output_shape = None
            gradients = [f"{name}_grad" for name in part.parameter_names]
            for name in (*part.parameter_names, *gradients, *part.buffer_names):
                setattr(part, name, getattr(part, name).astype(wanted))
            if part.dtype is not None:
                part.dtype = wanted
        return twin

    def __repr__(self) -> str:
        inside = [repr(child) for child in self.children().values()]
        inside += [f"{name} {getattr(self, name).shape}" for name in self.parameter_names]
        return f"{type(self).__name__}({', '.join(inside)})"


def is_weight(parameter: FloatArray) -> bool:
    """Whether it is a weight matrix or a kernel: what weight decay and the L2 penalty act on."""
    return parameter.ndim >= 2


def per_channel(parameter: FloatArray, A: FloatArray) -> FloatArray:
    """A view of `parameter` (C,) that is broadcast along the channels of A (N, C, …)."""
    return parameter.reshape(-1, *(1 for _ in A.shape[2:]))


def all_but_channels(A: FloatArray) -> tuple[int, ...]:
    """The axes of A (N, C, …) other than that of the channels."""
    return (0, *range(2, A.ndim))


class Linear(Layer):
    """Z = A Wᵀ + b, from A (N, M_in) to Z (N, M_out): `torch.nn.Linear` with gradients in sight.

    `weight` (M_out, M_in) starts at N(0, 1/M_in), `bias` (M_out,) at 0, or as `init` and
    `bias_init` say.
    """

    weight: FloatArray
    weight_grad: FloatArray
    bias: FloatArray
    bias_grad: FloatArray

    def __init__(
        self,
        in_features: int,
        out_features: int,
        rng: np.random.Generator,
        *,
        init: Initializer = scaled_normal,
        bias_init: Initializer = zeros,
    ) -> None:
        shape = count("out_features", out_features), count("in_features", in_features)
        self._learn(
            weight=initial("init", init, rng, shape),
            bias=initial("bias_init", bias_init, rng, shape[:1]),
        )
        self.input_shapes = (("N", in_features),)

    def _forward(self, A: FloatArray) -> FloatArray:
        return A @ self.weight.T + self.bias

    def _set_gradients(self, D: FloatArray) -> None:
        np.matmul(D.T, self.A_prev, out=self.weight_grad)
        D.sum(axis=0, out=self.bias_grad)

    def _input_gradient(self, D: FloatArray) -> FloatArray:
        return D @ self.weight


class Activate(Layer):
    """A = f(Z), element by element, for any shape; going back, D ⊙ f′(Z)."""

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
    """Leaky ReLU whose slope is learned: one for all, or one for each channel (He et al., 2015).

    `weight` is (1,), or (C,) for inputs (N, C, …); as `torch.nn.PReLU`.
    """

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
    """The greatest of k linear functions: a learned convex activation (Goodfellow et al., 2013).

    A (N, M_in) to (N, M_out). The layer inside, `linear`, has k rows for each unit; of equal
    values the first gets the gradient.
    """

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
        self.linear = Linear(in_features, units * pieces, rng, init=init, bias_init=bias_init)
        self.input_shapes = self.linear.input_shapes

    def children(self) -> dict[str, Layer]:
        return {"linear": self.linear}

    def _forward(self, A: FloatArray) -> FloatArray:
        Z = self.linear.forward(A).reshape(len(A), -1, self.pieces)
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
    """In training, each value is 0 with probability p and else 1 / (1 − p) times as great.

    So its expectation is unchanged, and evaluation changes nothing ("inverted" dropout, as
    `torch.nn.Dropout`). For any shape.
    Source: Srivastava et al. (2014), Dropout.
    """

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


class Flatten(Layer):
    """Each sample's values in one row: (N, C, H, W) becomes (N, C·H·W). As `torch.nn.Flatten`."""

    def _forward(self, A: FloatArray) -> FloatArray:
        return A.reshape(len(A), -1)

    def _input_gradient(self, D: FloatArray) -> FloatArray:
        return D.reshape(self.A_prev.shape)


class Sequential(Layer):
    """One layer after another. An activation among them stands for its layer:

    `Sequential(Linear(784, 30, rng), logistic, Linear(30, 10, rng))`

    `net[0]` is its first layer, `len(net)` their number, and "0.weight" a parameter of the first.
    """

    def __init__(self, *layers: Layer | Activation) -> None:
        self.layers = tuple(Activate(f) if isinstance(f, Activation) else f for f in layers)
        for layer in self.layers:
            instance("layers", layer, Layer, "nnlib.Linear(2, 3, rng)")
        if not layers:
            raise ValueError("layers must hold at least one layer")
        for i, layer in enumerate(self.layers):
            if any(layer is other for other in self.layers[:i]):
                raise ValueError(f"layers must be different objects, but {layer} is there twice")
        # Gradients need not go back further than to the first layer that learns.
        learns = [bool(layer.parameters()) for layer in self.layers]
        self._first = learns.index(True) if any(learns) else len(layers)

    def forward(self, A: npt.ArrayLike) -> FloatArray:
        A = floats("A", A)
        for i, layer in enumerate(self.layers):
            try:
                A = layer.forward(A)
            except (TypeError, ValueError) as error:
                error.add_note(f"A is the input of layer {i}, {layer}")
                raise
        return A

    def backward(self, D: npt.ArrayLike) -> FloatArray:
        D = floats("D", D)
        for layer in reversed(self.layers):
            D = layer.backward(D)
        return D

    def set_gradients(self, D: npt.ArrayLike) -> None:
        for layer in reversed(self.layers[self._first + 1 :]):
            D = layer.backward(D)
        if self._first < len(self.layers):
            self.layers[self._first].set_gradients(D)

    def children(self) -> dict[str, Layer]:
        return {str(i): layer for i, layer in enumerate(self.layers)}

    def __getitem__(self, i: int) -> Layer:
        return self.layers[i]

    def __len__(self) -> int:
        return len(self.layers)


class Residual(Layer):
    """A + block(A): the gradient also reaches A without passing the block (He et al., 2016).

    The layers of the block follow each other as in `Sequential`, and keep the shape of A.
    """

    def __init__(self, *layers: Layer | Activation) -> None:
        self.block = Sequential(*layers)

    def children(self) -> dict[str, Layer]:
        return {"block": self.block}

    def _forward(self, A: FloatArray) -> FloatArray:
        F = self.block.forward(A)
        if F.shape != A.shape:
            raise ValueError(f"A must keep its shape {A.shape} in the block, but gets {F.shape}")
        return A + F

    def backward(self, D: npt.ArrayLike) -> FloatArray:
        D = self._checked(D)
        return D + self.block.backward(D)

    def set_gradients(self, D: npt.ArrayLike) -> None:
        self.block.set_gradients(self._checked(D))
