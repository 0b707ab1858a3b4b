"""Reverse mode: the derivatives of one number in all it was computed from, in one pass back.

A `Variable` remembers the operation that made it. So a function written with NumPy, called with
Variables, leaves a graph behind, and `grad` walks it from the result back:

>>> import numpy as np
>>> from nnlib.autodiff import Variable, grad
>>> x = Variable([1.0, 2.0])
>>> grad(np.sum(x**3), x)
array([ 3., 12.])

An operation is its value and, beside it in a table, its derivative in each input: elementwise
functions are in `nnlib.derivatives`, functions of whole arrays in `RULES`. Every rule is written
with functions that have rules, so the pass back can be recorded and differentiated as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from nnlib.checks import FloatArray, floats, instance
from nnlib.derivatives import (
    Function,
    Inputs,
    Options,
    TracedArray,
    chain,
    check_rules,
    derivatives_of,
    evaluate,
    graph,
    plain,
    take,
    traceable,
)

__all__ = ["Variable", "grad", "graph", "hvp", "logsumexp", "softmax"]


class Variable(TracedArray):
    """An array that remembers how it was computed: `value` is what `function` made of `inputs`.

    Operators and NumPy functions make Variables of Variables and arrays. One made by hand, from a
    copy of `value`, is a leaf of the graph and has no function. The name is for drawings.

    A Variable is indexed as an array, and has the same `shape`, `ndim`, `size`, `dtype`, `T`, `mT`,
    `sum`, `mean` and `reshape`. Nothing is changed in place: `value` is read-only, and of arrays
    among the inputs it remembers copies.
    """

    def __init__(self, value: npt.ArrayLike, name: str = "") -> None:
        self.value = remembered(floats("value", value))
        self.name = name
        self.function: Function | None = None
        self.inputs: Inputs = ()
        self.options: Options = {}

    def _operation(self, function: Function, inputs: Inputs, options: Options) -> Self:
        rules = derivatives_of(function) or RULES.get(function, ())
        check_rules(rules, function, inputs, options)
        inputs, options = remembered(inputs), {name: remembered(options[name]) for name in options}
        y = type(self).__new__(type(self))
        y.value, y.name = evaluate(function, inputs, options), ""
        y.value.setflags(write=False)
        y.function, y.inputs, y.options = function, inputs, options
        return y

    def __repr__(self) -> str:
        value = np.array2string(self.value, threshold=10)
        return f"{self.name or 'Variable'}({value})"


def remembered(x: Any) -> Any:
    """x with a read-only copy of each array in it, so that what happens to that later is no matter.

    An array that already is such a copy is taken as it is.
    """
    if isinstance(x, np.ndarray) and (x.flags.writeable or x.base is not None):
        x = x.copy(order="K")
        x.setflags(write=False)
    elif isinstance(x, tuple | list):
        x = type(x)(map(remembered, x))
    return x


def grad(y: Variable, xs: Variable | Sequence[Variable], *, create_graph: bool = False) -> Any:
    """∂y/∂x of the shape and precision of x: an array for one Variable, a list for a sequence.

    y is one number; an x may be any step on the way to it, and has the gradient 0 if it is none.
    With `create_graph` the gradients are Variables, which can be differentiated in turn.
    Source: Griewank and Walther, Evaluating Derivatives, 2nd ed., section 3.2.
    """
    targets = [xs] if isinstance(xs, Variable) else xs
    instance("xs", targets, Sequence, "[Variable(1.0)]")
    for name, each in [("y", y), *(("xs", x) for x in targets)]:
        instance(name, each, Variable, "Variable(1.0)")
    if y.shape != ():
        raise ValueError(f"y must be one number, but has shape {y.shape}")

    order = graph(y)
    needed = set(targets)  # and what depends on them: no gradient has to go anywhere else
    for v in order:
        if any(isinstance(x, Variable) and x in needed for x in v.inputs):
            needed.add(v)

    one = np.ones_like(y.value)
    gradients: dict[Variable, Any] = {y: Variable(one, "1") if create_graph else one}
    for v in reversed(order):
        if v not in needed:
            continue
        g = gradients[v]  # complete: everything that uses v comes after it in the order
        value, inputs = (v, v.inputs) if create_graph else (v.value, plain(v.inputs))
        for i, x in enumerate(v.inputs):
            if isinstance(x, Variable) and x in needed:
                g_x = unbroadcast(_back(v, i, g, value, inputs), x.shape)
                gradients[x] = gradients[x] + g_x if x in gradients else g_x

    zeros = [np.zeros_like(x.value) for x in targets]
    found = [gradients.get(x, zero) for x, zero in zip(targets, zeros, strict=True)]
    if create_graph:
        found = [g if isinstance(g, Variable) else Variable(g) for g in found]
    else:
        pairs = zip(found, targets, strict=True)
        found = [np.array(g, x.dtype) for g, x in pairs]  # each its own, to be changed at will
    return found[0] if isinstance(xs, Variable) else found


def hvp(y: Variable, xs: Variable | Sequence[Variable], vs: Any) -> Any:
    """The Hessian of y times v: the gradient of ∇y · v, without the Hessian
    itself.

    v has the shape of x; for a sequence of Variables, give as many vs, and get
    a list.
    Source: Pearlmutter (1994), Fast exact multiplication by the Hessian.

    >>> x = Variable([1.0, 2.0])
    >>> hvp(np.sum(x**3), x, [1.0, 0.0])
    array([6., 0.])
    """
    if isinstance(xs, Variable):
        return hvp(y, [xs], [vs])[0]
    instance("vs", vs, Sequence, "[1.0]")
    if len(vs) != len(xs):
        raise ValueError(f"vs must have {len(xs)} entries as xs, not {len(vs)}")
    gradients = grad(y, xs, create_graph=True)
    pairs = zip(gradients, vs, strict=True)
    slopes = [np.sum(g * floats("vs", v, g.shape).astype(g.dtype)) for g, v in pairs]
    return grad(sum(slopes), xs)


def _back(v: Variable, i: int, g: Any, value: Any, inputs: Sequence[Any]) -> Any:
    """The part of ∂y/∂(input i of v) that comes through v, where g = ∂y/∂v."""
    assert v.function is not None
    if v.function in RULES:
        return RULES[v.function][i](g, value, *inputs, **v.options)
    return chain(derivatives_of(v.function)[i](value, *inputs), g)


def unbroadcast(g: Any, shape: tuple[int, ...]) -> Any:
    """g summed over the axes along which an array of this shape was repeated."""
    if g.shape == shape:
        return g
    new = g.ndim - len(shape)
    repeated = tuple(i for i in range(g.ndim) if i < new or shape[i - new] == 1)
    return np.reshape(np.sum(g, axis=repeated), shape)


def restore(g: Any, x: Any, axis: Any) -> Any:
    """g, which has lost the `axis` of x to a sum, with that axis back at length 1."""
    kept = np.ones(x.ndim, bool)
    kept[... if axis is None or x.ndim == 0 else np.array(axis, int)] = False
    return np.reshape(g, np.where(kept, x.shape, 1))


@traceable
def logsumexp(x: Any, *, axis: int | None = -1, keepdims: bool = False) -> Any:
    """log Σ_j exp(x_j) along an axis; the greatest x_j is taken out, so that nothing overflows."""
    top = _greatest(x, axis)
    with np.errstate(divide="ignore", over="ignore"):  # log 0 and exp(∞) are right
        rest = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=keepdims))
    return rest + (top if keepdims else np.squeeze(top, axis))


@traceable
def softmax(x: Any, *, axis: int | None = -1) -> Any:
    """exp(x_k) / Σ_j exp(x_j) along an axis, of the shape of x."""
    with np.errstate(invalid="ignore", over="ignore"):  # ∞ / ∞ is NaN, which shows in the result
        E = np.exp(x - _greatest(x, axis))
        return E / np.sum(E, axis=axis, keepdims=True)


def _greatest(x: Any, axis: int | None) -> FloatArray:
    """The greatest value along the axis, a constant; 0 where that is infinite."""
    top = evaluate(np.max, (x,), {"axis": axis, "keepdims": True})
    return np.where(np.isfinite(top), top, 0)


@traceable
def scatter(x: Any, *, index: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of that shape with x added at the index: what `take` undoes, and its derivative."""
    y = np.zeros(shape, x.dtype)
    np.add.at(y, index, x)
    return y


def _left(g: Any, y: Any, A: Any, B: Any) -> Any:
    g, _, B = _matrices(g, A, B)
    return g @ np.swapaxes(B, -1, -2)


def _right(g: Any, y: Any, A: Any, B: Any) -> Any:
    g, M, _ = _matrices(g, A, B)
    g_B = np.swapaxes(M, -1, -2) @ g
    return g_B if B.ndim > 1 else g_B[..., 0]


def _matrices(g: Any, A: Any, B: Any) -> tuple[Any, Any, Any]:
    """g, A and B as matrices: `@` takes a vector on its left as a row, on its right as a column."""
    if B.ndim == 1:
        g, B = g[..., np.newaxis], B[:, np.newaxis]
    if A.ndim == 1:
        g, A = g[..., np.newaxis, :], A[np.newaxis, :]
    return g, A, B


# Functions of whole arrays, each with its rule for each input x: from g = ∂C/∂y to ∂C/∂x, where C
# is any number computed from y. Where x was broadcast, the caller of the rule sums.
RULES: dict[Function, tuple[Function, ...]] = {
    np.matmul: (_left, _right),
    np.sum: (
        lambda g, y, x, axis=None, keepdims=False: np.broadcast_to(restore(g, x, axis), x.shape),
    ),
    np.mean: (
        lambda g, y, x, axis=None, keepdims=False: np.broadcast_to(
            restore(g, x, axis) * (y.size / max(x.size, 1)), x.shape
        ),
    ),
    logsumexp: (
        lambda g, y, x, axis=-1, keepdims=False: restore(g, x, axis) * softmax(x, axis=axis),
    ),
    softmax: (lambda g, y, x, axis=-1: y * (g - np.sum(g * y, axis=axis, keepdims=True)),),
    np.reshape: (lambda g, y, x, shape: np.reshape(g, x.shape),),
    np.transpose: (
        lambda g, y, x, axes=None: np.transpose(
            g, None if axes is None else np.argsort(np.mod(axes, x.ndim))
        ),
    ),
    np.swapaxes: (lambda g, y, x, axis1, axis2: np.swapaxes(g, axis1, axis2),),
    np.broadcast_to: (lambda g, y, x, shape: unbroadcast(g, x.shape),),
    take: (lambda g, y, x, index: scatter(g, index=index, shape=x.shape),),
    scatter: (lambda g, y, x, index, shape: take(g, index=index),),
}
