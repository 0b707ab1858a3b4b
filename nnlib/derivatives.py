"""What forward mode, reverse mode and symbolic differentiation share.

`DERIVATIVES` is the table of elementary functions, each beside its derivatives. They are written
with the functions of the table, so that a derivative can be differentiated in turn.

The other half are stand-ins: call a function that is written with NumPy with a `Traced` object in
the place of an array, and NumPy hands every operation on it to its method `apply`. There a
`Variable` records it, a `Dual` carries a derivative along, an `Expression` writes it down.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sized
from typing import Any, Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt
from numpy.lib.mixins import NDArrayOperatorsMixin

from nnlib.checks import FloatArray, floats, number

__all__ = ["DERIVATIVES", "traceable"]

Function = Callable[..., Any]
Inputs = tuple[Any, ...]
Options = Mapping[str, Any]

OPTIONS = {"axis", "axes", "index", "keepdims", "shape"}

# How many inputs come by position, and the option that NumPy would take after them.
POSITIONAL: dict[Function, tuple[int, str]] = {
    np.clip: (3, "out"), np.sum: (2, "dtype"), np.mean: (2, "dtype"),
    np.reshape: (2, "order"), np.broadcast_to: (2, "subok"),
}  # fmt: skip

# Their result does not change when the input changes a little, so it is an array as any other.
CONSTANT: set[Function] = {
    np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal,
    np.sign, np.isfinite, np.isnan, np.shape, np.ndim, np.size, np.argmax, np.zeros_like,
    np.ones_like,
}  # fmt: skip

BODIES: dict[Function, Function] = {}  # of the functions made `traceable`


class Traced(NDArrayOperatorsMixin):
    """What a function written with NumPy takes for an array: its operations end in `apply`."""

    def apply(self, function: Function, inputs: Inputs, options: Options) -> Any:
        raise NotImplementedError

    def __array_ufunc__(self, function: Function, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__":
            raise TypeError(f"{function.__name__}.{method} must have a derivative rule")
        name = f"an input of {function.__name__}"
        operands = (x if isinstance(x, Traced) else self._constant(name, x) for x in inputs)
        return self.apply(function, tuple(operands), options)

    def _constant(self, name: str, x: npt.ArrayLike) -> Any:
        return number(name, x)

    def __array_function__(
        self, function: Function, types: Collection[type], inputs: Inputs, options: Options
    ) -> Any:
        if np.ma.MaskedArray in types:  # whose mask would be lost
            raise TypeError(f"an input of {function.__name__} must be real numbers, but is masked")
        return self.apply(function, inputs, options)

    def __bool__(self) -> bool:
        raise TypeError(f"{self} is neither true nor false: its value is not known")

    def __hash__(self) -> int:
        return id(self)  # and == compares values, as with arrays


class TracedArray(Traced):
    """A stand-in that knows its `value`: with the attributes and methods of an array."""

    value: FloatArray

    def apply(self, function: Function, inputs: Inputs, options: Options) -> Any:
        if function in CONSTANT:
            return function(*plain(inputs), **options)
        return self._operation(function, inputs, options)

    def _operation(self, function: Function, inputs: Inputs, options: Options) -> Self:
        raise NotImplementedError

    def _constant(self, name: str, x: npt.ArrayLike) -> FloatArray:
        """x as an array of the precision that NumPy gives the result."""
        array = floats(name, x)
        given: Any = x if type(x) in (bool, int, float) else np.asarray(x)
        return array.astype(np.result_type(given, self.dtype), copy=False)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape

    @property
    def ndim(self) -> int:
        return self.value.ndim

    @property
    def size(self) -> int:
        return self.value.size

    @property
    def dtype(self) -> np.dtype[np.floating[Any]]:
        return self.value.dtype

    @property
    def T(self) -> Self:
        return self._method(np.transpose)

    @property
    def mT(self) -> Self:
        return self._method(np.swapaxes, -1, -2)

    def sum(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Self:
        return self._method(np.sum, axis=axis, keepdims=keepdims)

    def mean(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Self:
        return self._method(np.mean, axis=axis, keepdims=keepdims)

    def reshape(self, *shape: Any) -> Self:
        return self._method(np.reshape, shape[0] if len(shape) == 1 else shape)

    def astype(self, dtype: npt.DTypeLike) -> Self:
        """Itself: for formulas that make sure of their precision."""
        if np.dtype(dtype) != self.dtype:
            raise TypeError(f"dtype must be {self.dtype}, that of the value, not {np.dtype(dtype)}")
        return self

    def __getitem__(self, index: Any) -> Self:
        return self._method(take, index=index)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __iter__(self) -> Iterator[Self]:
        return (self[i] for i in range(len(self.value)))

    def __array__(self, *_: object, **__: object) -> FloatArray:
        raise TypeError(f"a {type(self).__name__} stands for an array; use its .value")

    def _method(self, function: Function, *inputs: Any, **options: Any) -> Self:
        return self._operation(function, (self, *inputs), options)


def evaluate(function: Function, inputs: Inputs, options: Options) -> FloatArray:
    """function(*inputs, **options), with the values of the stand-ins among the inputs.

    Raises TypeError or ValueError that names the function and the shapes that do not fit.
    """
    name = name_of(function)
    others = sorted(options.keys() - OPTIONS)
    most, following = POSITIONAL.get(function, (len(inputs), ""))
    if len(inputs) > most:
        others.append(following)
    if others:
        hint = " (nothing is changed in place: write x = x + y)" if "out" in others else ""
        raise TypeError(f"{name} must have no option {', '.join(others)} here{hint}")
    values = plain(inputs)
    try:
        y = np.asarray(BODIES.get(function, function)(*values, **options))
    except (TypeError, ValueError, OverflowError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        came = ", ".join(str(getattr(x, "shape", x)) for x in values)
        raise kind(f"{name} must have inputs that fit, not {came}: {error}") from None
    if y.dtype.kind != "f":
        raise TypeError(f"{name} must give real numbers, but gives {y.dtype}")
    return y


def name_of(function: Function) -> str:
    return getattr(function, "__name__", repr(function))


def check_rules(rules: Sized, function: Function, inputs: Inputs, options: Options) -> None:
    """Raise TypeError unless each stand-in among the inputs has a rule."""
    rest = (*inputs[len(rules) :], *options.values())
    if not rules or any(isinstance(x, Traced) for x in rest):
        raise TypeError(
            f"{name_of(function)} must have a rule for each input in which it is differentiated"
        )


def plain(inputs: Iterable[Any]) -> list[Any]:
    """The inputs, with the value in place of each stand-in."""
    return [x.value if isinstance(x, TracedArray) else x for x in inputs]


def traceable(function: Function) -> Function:
    """Decorator: a function of an array that stand-ins trace as one operation, as they do NumPy's.

    What is not an array is given by name. Its derivative goes into `DERIVATIVES`, or for a
    function of whole arrays into `nnlib.autodiff.RULES`.
    """

    @functools.wraps(function)
    def call(x: Any, *inputs: Any, **options: Any) -> Any:
        for each in (x, *inputs):
            if isinstance(each, Traced):
                return each.apply(call, (x, *inputs), options)
        return evaluate(function, (floats("x", x), *inputs), options)[()]

    BODIES[call] = function
    return call


@traceable
def take(x: Any, *, index: Any) -> Any:
    """x[index]."""
    return x[index]


DERIVATIVES: dict[Function, tuple[Function, ...]] = {
    np.add: (lambda y, a, b: 1, lambda y, a, b: 1),
    np.subtract: (lambda y, a, b: 1, lambda y, a, b: -1),
    np.multiply: (lambda y, a, b: b, lambda y, a, b: a),
    # 1 / b in the precision of y, which may be greater than that of b.
    np.divide: (lambda y, a, b: np.ones((), y.dtype) / b, lambda y, a, b: -y / b),
    np.power: (lambda y, a, b: b * a ** (b - (b != 0)),),  # the derivative of a⁰ is 0, at 0 too
    np.negative: (lambda y, x: -1,),
    np.positive: (lambda y, x: 1,),
    np.square: (lambda y, x: 2 * x,),
    np.sqrt: (lambda y, x: 0.5 / y,),
    np.exp: (lambda y, x: y,),
    np.log: (lambda y, x: 1 / x,),
    np.sin: (lambda y, x: np.cos(x),),
    np.cos: (lambda y, x: -np.sin(x),),
    np.tanh: (lambda y, x: 1 - y * y,),
    np.logaddexp: (
        lambda y, a, b: np.exp(-np.logaddexp(0, b - a)),
        lambda y, a, b: np.exp(-np.logaddexp(0, a - b)),
    ),
    # At a kink, as in PyTorch: the mean of the two sides, but 1 at the ends of clip.
    np.absolute: (lambda y, x: np.sign(x),),
    np.heaviside: (lambda y, x, at_0: 0,),
    np.clip: (lambda y, x, low, high: np.equal(x, y),),
    np.maximum: (lambda y, a, b: _not_below(a, b, y), lambda y, a, b: _not_below(b, a, y)),
    np.minimum: (lambda y, a, b: _not_below(b, a, y), lambda y, a, b: _not_below(a, b, y)),
    np.where: (
        lambda y, c, a, b: 0,
        lambda y, c, a, b: np.not_equal(c, 0),
        lambda y, c, a, b: np.equal(c, 0),
    ),
}
"""The table: each elementary function, and its derivative in each of its inputs; y is its value.

The exponent of a power is a constant: for another, write exp(b log a).
"""


def derivatives_of(function: Function) -> tuple[Function, ...]:
    """Those of the table; an `Activation` has its own. Empty if there are none."""
    rule = getattr(function, "derivative", None)
    return DERIVATIVES.get(function, ()) if rule is None else (lambda y, x: rule(x, y),)


def _not_below(a: Any, b: Any, y: Any) -> Any:
    """1 where a > b or one of them is NaN, ½ where a = b, and else 0: in the precision of y."""
    return 1 - (np.less(a, b) + np.less_equal(a, b).astype(y.dtype)) / 2


def chain(derivative: Any, g: Any) -> Any:
    """derivative · g, without a multiplication by 1; True and False let g pass, or 0 for any g."""
    if isinstance(derivative, int) and derivative == 1:
        return g
    if isinstance(derivative, np.ndarray | np.bool) and derivative.dtype.kind == "b":
        return np.where(derivative, g, 0)
    return g * derivative


class Node(Protocol):
    """What was computed from `inputs`, some of which are such nodes themselves."""

    @property
    def inputs(self) -> Inputs: ...


AnyNode = TypeVar("AnyNode", bound=Node)


def graph(y: AnyNode) -> list[AnyNode]:
    """All that y was computed from, each after its inputs, and y last: a topological order.

    A loop with a stack of its own, since a recursion as deep as the graph would hit Python's limit.
    """
    order: dict[AnyNode, None] = {}
    stack = [y]
    while stack:
        missing = [x for x in stack[-1].inputs if isinstance(x, type(y)) and x not in order]
        if missing:
            stack += reversed(missing)
        else:
            order[stack.pop()] = None
    return list(order)
