"""What all layers share: `forward` computes the output, `backward` the gradients.

A layer is three methods: `_forward(A)`, its output; `_set_gradients(D)`, the gradients of its
parameters; `_input_gradient(D)`, the gradient that goes back to the layer before. D is ∂C/∂output.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from nnlib.checks import FloatArray, Shape, as_array, floats

_Kind = tuple[tuple[int, ...], np.dtype[Any]]  # shape and precision of an array


class Layer:
    """What all layers share: parameters and gradients by name, and a mode.

    A parameter `weight` has its gradient in `weight_grad`, an array of the
    same shape that every backward pass writes anew. Names, modes and the state
    are as in `torch.nn.Module`.
    """

    input_shapes: tuple[Shape, ...] = (("N", "..."),)
    keeps_shape = False  # whether the output has the shape of the input
    parameter_names: tuple[str, ...] = ()
    buffer_names: tuple[str, ...] = ()  # what is saved with the parameters, but not learned
    training = True
    dtype: np.dtype[Any] | None = None  # of the parameters
    A_prev: FloatArray  # the input of the last forward pass
    _held: tuple[str, ...] = ()  # the attributes that are arrays, each one and the same
    # Shape and precision of an input that needed no conversion, and of D after a forward pass: what
    # is like them is not checked again, which in training would take as long as the products.
    _input_fits: _Kind | None = None
    _output_fits: _Kind | None = None
    # The layers inside, the same ones for good, since an optimizer knows no others, and what each
    # had for `_output_fits` after the pass through the whole. Every pass makes that anew, so that
    # another object tells of a pass through the part alone, or of one that an error has stopped.
    _parts: tuple[Layer, ...] = ()
    _passes: Sequence[_Kind | None] = ()

    def _forward(self, A: FloatArray) -> FloatArray:
        raise NotImplementedError

    def _set_gradients(self, D: FloatArray) -> None:
        """Nothing to do for a layer without parameters."""

    def _input_gradient(self, D: FloatArray) -> FloatArray:
        raise NotImplementedError

    def forward(self, A: npt.ArrayLike) -> FloatArray:
        """The output for A, in the precision of the parameters.

        `backward` will use both: the output is read-only, and what becomes of
        A does not matter, since the layer keeps a copy.
        """
        A = as_array("A", A, "real numbers").copy(order="K")
        A.setflags(write=False)
        return self.feed(A)

    def feed(self, A: FloatArray) -> FloatArray:
        """`forward` without the copy.

        For an A that nobody changes, such as the output of another layer.
        """
        if (A.shape, A.dtype) != self._input_fits:
            given, A = A, self._converted(floats("A", A, *self.input_shapes))
            self._input_fits = (A.shape, A.dtype) if A is given else None
        self._output_fits = None  # an error may keep this pass from its end
        self.A_prev = A
        Z = self._forward(A)
        Z.setflags(write=False)
        self._output_fits = Z.shape, Z.dtype if self.dtype is None else self.dtype
        if self._parts:
            self._passes = [part._output_fits for part in self._parts]
        return Z

    def __call__(self, A: npt.ArrayLike) -> FloatArray:
        return self.forward(A)

    def backward(self, D: npt.ArrayLike) -> FloatArray:
        """∂C/∂A, of the shape of A, from D = ∂C/∂output.

        It is that of the last forward pass. Sets the gradients of the
        parameters, too.
        Raises RuntimeError before the first forward pass, and where `predict`,
        an optimizer's step, an assignment or a pass through a part alone came
        after the last one. (What is written into a parameter's array, as by
        `weight[0] = 0`, goes unseen.)
        """
        D = self._checked(D)
        self._set_gradients(D)
        return self._input_gradient(D)

    def set_gradients(self, D: npt.ArrayLike) -> None:
        """`backward` without ∂C/∂A, which a first layer need not compute."""
        self._set_gradients(self._checked(D))

    def _checked(self, D: npt.ArrayLike) -> FloatArray:
        fits = self._output_fits
        if self._parts:
            for part, own in zip(self._parts, self._passes, strict=False):
                fits = fits if part._output_fits is own else None
        if fits is None:
            raise RuntimeError(
                "backward needs a forward pass, and after it no predict, step or assignment, "
                "and no pass through a part alone or in another network"
            )
        if type(D) is np.ndarray and (D.shape, D.dtype) == fits:
            return D
        return self._converted(floats("D", D, fits[0]))

    def _converted(self, A: FloatArray) -> FloatArray:
        """A in the precision of the parameters."""
        return A if self.dtype is None else A.astype(self.dtype, copy=False)

    def _learn(self, **parameters: FloatArray | None) -> None:
        """Make each array a parameter of that name, with a gradient beside it.

        Where there is None instead, the layer lacks that parameter, and its attributes are None.
        """
        self.parameter_names = tuple(name for name, each in parameters.items() if each is not None)
        for name, each in parameters.items():
            self._hold({name: each, f"{name}_grad": None if each is None else np.zeros_like(each)})
        self.dtype = getattr(self, self.parameter_names[0]).dtype

    def _hold(self, arrays: Mapping[str, FloatArray | None]) -> None:
        """Make each a copy that stays the attribute of that name, whatever is assigned to it."""
        for name, value in arrays.items():
            vars(self)[name] = None if value is None else value.copy()
            setattr(type(self), name, _InPlace(name))
        self._held += tuple(arrays)

    def __copy__(self) -> Self:
        """As deep as `copy.deepcopy`: it shares no array."""
        return copy.deepcopy(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """As a copy, or from pickle, which may be the first of its class in this process."""
        vars(self).update(state)
        for name in self._held:
            setattr(type(self), name, _InPlace(name))

    def _array_names(self) -> list[str]:
        gradients = [f"{name}_grad" for name in self.parameter_names]
        return [*self.parameter_names, *gradients, *self.buffer_names]

    def output_shape(self, shape: Shape) -> Shape:
        """The shape of the output for an input of `shape`.

        A length that is not known is "?", in both.

        >>> layer = Conv2d(1, 8, 5, np.random.default_rng(0))
        >>> layer.output_shape(("N", 1, 28, 28))
        ('N', 8, 24, 24)
        """
        return shape if self.keeps_shape else ("N", "...")

    def children(self) -> dict[str, Layer]:
        """The layers inside this one."""
        return {}

    def walk(self, prefix: str = "") -> Iterator[tuple[str, Layer]]:
        """This layer and all layers inside it.

        Each comes with what goes before its parameters' names.
        """
        yield prefix, self
        for name, child in self.children().items():
            yield from child.walk(f"{prefix}{name}.")

    def in_turn(self, prefix: str = "") -> Iterator[tuple[str, Layer]]:
        """The layers that data pass one after another, named as by `walk`.

        A Sequential is not among them, what it holds is.
        """
        yield prefix, self

    def parameters(self) -> dict[str, FloatArray]:
        """The arrays that training changes, by name, such as "0.weight".

        >>> rng = np.random.default_rng(0)
        >>> net = Sequential(Linear(2, 3, rng), Linear(3, 1, rng))
        >>> list(net.parameters())
        ['0.weight', '0.bias', '1.weight', '1.bias']
        """
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
        """The parameters and the buffers by name.

        That is all that is needed to use the network elsewhere.
        """
        return {
            f"{at}{name}": getattr(part, name)
            for at, part in self.walk()
            for name in (*part.parameter_names, *part.buffer_names)
        }

    def load_state_dict(self, state: Mapping[str, npt.ArrayLike]) -> None:
        """Copy the arrays of a `state_dict()` into those of the same names.

        Raises ValueError for other names or shapes, and then changes nothing.
        """
        mine = self.state_dict()
        if state.keys() != mine.keys():
            missing, extra = sorted(mine.keys() - state.keys()), sorted(state.keys() - mine.keys())
            raise ValueError(f"state must be of this network, but lacks {missing} and has {extra}")
        new = {  # copies, as they may be arrays of this network under other names
            name: floats(f"state[{name!r}]", state[name], array.shape).copy()
            for name, array in mine.items()
        }
        for name, array in mine.items():
            array[...] = new[name]
        for _, part in self.walk():
            part.forget()

    def train(self, mode: bool = True) -> Self:
        """Training mode; returns itself.

        In it dropout drops, and batch norm uses the batch. Each layer inside
        is told by its own `train`.
        """
        self.training = mode
        for part in self.children().values():
            part.train(mode)
        return self

    def eval(self) -> Self:
        """Evaluation mode; returns itself."""
        return self.train(False)

    def astype(self, dtype: npt.DTypeLike) -> Self:
        """A copy in another precision.

        For example float32 to train fast, float64 to check gradients.
        """
        try:
            wanted = np.dtype(dtype)
        except TypeError:
            wanted = np.dtype(object)
        if wanted.kind != "f":
            raise TypeError(f"dtype must be a float type, such as np.float32, not {dtype!r}")
        twin = copy.deepcopy(self)
        for _, part in twin.walk():
            for name in part._array_names():
                vars(part)[name] = getattr(part, name).astype(wanted)
            if part.dtype is not None:
                part.dtype = wanted
            part._input_fits = None
            part.forget()
        return twin

    def forget(self) -> None:
        """Make `backward` ask for another forward pass."""
        self._output_fits = None

    def __repr__(self) -> str:
        inside = [repr(child) for child in self.children().values()]
        inside += [f"{name} {getattr(self, name).shape}" for name in self.parameter_names]
        return f"{type(self).__name__}({', '.join(inside)})"


class _InPlace:
    """A parameter, gradient or buffer: what is assigned to it is copied into its array.

    So whoever holds the array, as an optimizer does, sees it. Without `__get__`, reading costs no
    more than for any other attribute.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __set__(self, layer: Layer, value: npt.ArrayLike) -> None:
        array = vars(layer)[self.name]
        if array is None:
            raise AttributeError(f"{self.name} must stay None: {layer} was made without it")
        if value is not array:  # which it is after `layer.weight -= …`
            array[...] = floats(self.name, value, array.shape)
        if self.name in layer.parameter_names:
            layer.forget()


def check_different(layer: Layer) -> None:
    """Raise ValueError if a layer is in two places: it remembers the input of one alone."""
    parts = [part for _, part in layer.walk()]
    for i, part in enumerate(parts):
        if any(part is other for other in parts[:i]):
            raise ValueError(f"layers must be different objects, but {part!r} is there twice")


def is_weight(parameter: FloatArray) -> bool:
    """Whether it is a weight matrix or a kernel: what weight decay and the L2 penalty act on."""
    return parameter.ndim >= 2


def sum_of_squares(A: FloatArray) -> float:
    """Σ a², in float64: in the precision of A it could overflow."""
    return float(np.square(A, dtype=np.float64).sum())


def norm(arrays: Collection[FloatArray]) -> float:
    """√ Σ a² of all elements of all arrays, in float64.

    What is squared is a / 2ᵏ, where 2ᵏ is next above the greatest: a² itself could overflow.
    """
    _, k = np.frexp(np.max([np.abs(A).max() for A in arrays], initial=0))
    total = sum(sum_of_squares(np.ldexp(A, -k, dtype=np.float64)) for A in arrays)
    return float(np.ldexp(math.sqrt(total), k))


def per_channel(parameter: FloatArray, A: FloatArray) -> FloatArray:
    """A view of `parameter` (C,) that is broadcast along the channels of A (N, C, …)."""
    return parameter.reshape(-1, *(1 for _ in A.shape[2:]))


def all_but_channels(A: FloatArray) -> tuple[int, ...]:
    """The axes of A (N, C, …) other than that of the channels."""
    return (0, *range(2, A.ndim))
