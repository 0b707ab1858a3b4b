"""Every rule with all that NumPy takes: reverse and forward mode against torch, or by counting.

Precisions, broadcasting both ways, arrays of length 0 and 1, infinities and NaN, ties, constants
of any type, axes and indices of any kind. Where torch knows the derivative, so does the rule, and
without a warning (pytest turns them into errors); where it is NaN, the rule may not hide that.
"""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from against import ELEMENTWISE
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnlib import elu, gelu, gelu_tanh, logistic, softplus, swish
from nnlib.autodiff import Variable, grad, hvp, logsumexp, softmax
from nnlib.dual import jvp
from nnlib.symbolic import Symbol, derivative, value

SEEDS = st.integers(0, 2**32 - 1)
FLOATS = st.sampled_from([np.float16, np.float32, np.float64])
SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)
FINITE = [0.0, -0.0, 0.5, 1.0, -1.0, 2.0, -3.0, 12.0, -12.0]
VALUES = [*FINITE, np.inf, -np.inf, np.nan]
TIES = (-1.0, 0.0, 1.0)


def array(data, shape, dtype, values=VALUES):
    return data.draw(hnp.arrays(dtype, shape, elements=st.sampled_from(values)))


def weights(seed, shape):
    """∂C/∂y: other numbers in every place, none of them rounded in any precision."""
    return np.random.default_rng(seed).integers(1, 9, shape) / 4


@np.errstate(all="ignore")
def reverse(f, xs, c):
    """∂(Σ c ⊙ f(xs))/∂x for each x."""
    variables = [Variable(x) for x in xs]
    y = f(*variables)
    c = np.asarray(c, y.dtype)
    return y.value, grad(np.sum(c * y), variables)


def by_torch(f, xs, c):
    leaves = [torch.tensor(x, requires_grad=True) for x in xs]
    y = f(*leaves)
    c = torch.tensor(c, dtype=y.dtype)
    return y.detach().numpy(), torch.autograd.grad(y, leaves, c, materialize_grads=True)


def assert_agree(mine, reference, dtype, scale=1.0):
    """Equal up to a few roundings of this precision; NaN where the reference is NaN."""
    reference = np.asarray(reference)
    assert mine.shape == reference.shape
    assert mine.dtype == dtype
    eps = 16 * float(np.finfo(dtype).eps)
    np.testing.assert_allclose(
        mine.astype(float), reference.astype(float), rtol=eps, atol=eps * scale
    )


UNARY = {
    "negative": (np.negative, torch.neg),
    "positive": (np.positive, torch.clone),
    **ELEMENTWISE,
    "absolute": (np.absolute, torch.abs),
    "clip": (lambda x: np.clip(x, -1, 2), lambda x: torch.clamp(x, -1, 2)),
    "clip from above": (lambda x: np.clip(x, None, 0.5), lambda x: torch.clamp(x, max=0.5)),
}


@pytest.mark.parametrize(("ours", "theirs"), UNARY.values(), ids=UNARY)
@settings(max_examples=25)
@given(data=st.data(), shape=SHAPES, dtype=FLOATS, seed=SEEDS)
def test_elementwise_rules(ours, theirs, data, shape, dtype, seed):
    # The slope of |NaN| is NaN here, and 0 in torch, which hides it.
    values = VALUES[:-1] if ours is np.absolute else VALUES
    x, c = array(data, shape, dtype, values), weights(seed, shape)
    value, (expected,) = by_torch(theirs, [x], c)
    mine, (gradient,) = reverse(ours, [x], c)
    assert_agree(mine, value, dtype)
    assert_agree(gradient, expected, dtype)
    with np.errstate(all="ignore"):
        y, tangent = jvp(ours, x, c)
    assert_agree(y, value, dtype)
    assert_agree(tangent, expected, dtype)


BINARY = {
    "add": (np.add, torch.add),
    "subtract": (np.subtract, torch.subtract),
    "multiply": (np.multiply, torch.multiply),
    "divide": (np.divide, torch.divide),
    "maximum": (np.maximum, torch.maximum),
    "minimum": (np.minimum, torch.minimum),
    "logaddexp": (np.logaddexp, torch.logaddexp),
}
PAIRS = hnp.mutually_broadcastable_shapes(num_shapes=2, min_side=0, max_side=3, max_dims=3)


@pytest.mark.parametrize(("ours", "theirs"), BINARY.values(), ids=BINARY)
@settings(max_examples=25)
@given(data=st.data(), shapes=PAIRS, dtypes=st.tuples(FLOATS, FLOATS), seed=SEEDS)
def test_elementwise_rules_of_two_arrays(ours, theirs, data, shapes, dtypes, seed):
    values = data.draw(st.sampled_from([TIES, FINITE, VALUES]))
    pairs = zip(shapes.input_shapes, dtypes, strict=True)
    a, b = (array(data, shape, dtype, values) for shape, dtype in pairs)
    dtype, c = np.result_type(a, b), weights(seed, shapes.result_shape)
    value, expected = by_torch(theirs, [a.astype(dtype), b.astype(dtype)], c)
    mine, gradients = reverse(ours, [a, b], c)
    assert_agree(mine, value, dtype)
    for x, gradient, reference in zip((a, b), gradients, expected, strict=True):
        assert_agree(gradient, reference, x.dtype, scale=20)


CONSTANTS = st.sampled_from([np.bool_, np.int8, np.uint8, np.int32, np.uint64, *"efd"])


@pytest.mark.parametrize(("ours", "theirs"), BINARY.values(), ids=BINARY)
@settings(max_examples=25)
@given(data=st.data(), shapes=PAIRS, dtype=FLOATS, kind=CONSTANTS, seed=SEEDS)
def test_constants_of_any_type(ours, theirs, data, shapes, dtype, kind, seed):
    x = array(data, shapes.input_shapes[0], dtype, [0.5, 1.0, 3.0, -7.0])
    k = array(data, shapes.input_shapes[1], kind, [0, 1, 3, 100] if kind != np.bool_ else [0, 1])
    as_list = k.size > 0 and data.draw(st.booleans())
    k = k.tolist() if as_list else k
    result = dtype if as_list and np.ndim(k) == 0 else np.result_type(x, np.asarray(k))
    c = weights(seed, shapes.result_shape)
    constant = torch.tensor(np.array(k, result))
    for f, g in (
        (lambda x: ours(x, k), lambda x: theirs(x, constant)),
        (lambda x: ours(k, x), lambda x: theirs(constant, x)),
    ):
        value, (expected,) = by_torch(g, [x.astype(result)], c)
        mine, (gradient,) = reverse(f, [x], c)
        assert_agree(mine, value, result)
        assert_agree(gradient, expected, x.dtype, scale=700)
        with np.errstate(all="ignore"):
            y, tangent = jvp(f, x, np.ones_like(x))
        assert_agree(y, value, result)
        (slopes,) = by_torch(g, [np.broadcast_to(x, c.shape).astype(result)], np.ones(c.shape))[1]
        assert_agree(tangent, slopes, result)


@given(data=st.data(), shapes=PAIRS, dtype=FLOATS, kind=st.sampled_from("?bBlefd"), seed=SEEDS)
def test_powers(data, shapes, dtype, kind, seed):
    x = array(data, shapes.input_shapes[0], dtype)
    x = np.abs(x) if kind in "efd" else x  # NumPy and C disagree about √(−∞)
    exponents = {"?": [0, 1], "B": [0, 1, 2], "b": [0, 1, 2, -1], "l": [0, 1, 3, -2]}
    b = array(data, shapes.input_shapes[1], kind, exponents.get(kind, [0, 1, 2, 0.5, -1]))
    result = np.result_type(x, b)
    c = weights(seed, shapes.result_shape)
    value, (expected,) = by_torch(
        lambda x: torch.pow(x, torch.tensor(b.astype(result))), [x.astype(result)], c
    )
    mine, (gradient,) = reverse(lambda x: x**b, [x], c)
    assert_agree(mine, value, result)
    assert_agree(gradient, expected, x.dtype, scale=20)


THREE = hnp.mutually_broadcastable_shapes(num_shapes=3, min_side=0, max_side=3, max_dims=3)


@given(data=st.data(), shapes=THREE, dtype=FLOATS, kind=st.sampled_from("?bBlefd"), seed=SEEDS)
def test_conditions_of_any_type(data, shapes, dtype, kind, seed):
    """What is not chosen gets 0, whatever ∂C/∂y is."""
    a, b = (array(data, shape, dtype) for shape in shapes.input_shapes[1:])
    true = [0, 2] if kind in "bBl" else [0.0, 0.5, -1.0, np.inf, np.nan] if kind != "?" else [0, 1]
    k = array(data, shapes.input_shapes[0], kind, true)
    c = weights(seed, shapes.result_shape)
    if data.draw(st.booleans()):
        c = np.where(c > 1, c, np.inf)
    value, expected = by_torch(
        lambda a, b: torch.where(torch.tensor(k.astype(bool)), a, b), [a, b], c
    )
    for condition in (k, k.tolist()) if k.size else (k,):  # an empty list has no shape
        mine, gradients = reverse(lambda a, b, k=condition: np.where(k, a, b), [a, b], c)
        assert_agree(mine, value, dtype)
        for gradient, reference in zip(gradients, expected, strict=True):
            assert_agree(gradient, reference, dtype)
    chosen = np.broadcast_to(k.astype(bool), value.shape)
    with np.errstate(all="ignore"):
        tangent = jvp(lambda a: np.where(k, a, b), a, np.full_like(a, np.inf))[1]
    assert_agree(tangent, np.where(chosen, np.inf, 0), dtype)


@given(data=st.data(), shapes=THREE, dtype=FLOATS, seed=SEEDS)
def test_limits_that_are_arrays(data, shapes, dtype, seed):
    x, low = (array(data, shape, dtype) for shape in shapes.input_shapes[:2])
    high = low + array(data, shapes.input_shapes[2], dtype, [0.5, 1.0])
    c = weights(seed, np.broadcast_shapes(x.shape, high.shape))

    def clamp(x):  # whose gradient in torch is not summed where x is broadcast
        return torch.clamp(x.broadcast_to(c.shape), torch.tensor(low), torch.tensor(high))

    value, (expected,) = by_torch(clamp, [x], c)
    mine, (gradient,) = reverse(lambda x: np.clip(x, low, high), [x], c)
    assert_agree(mine, value, dtype)
    assert_agree(gradient, expected, dtype)


def axes_of(data, ndim, *, empty=True):
    each = st.integers(-ndim, ndim - 1)
    several = st.lists(each, min_size=0 if empty else 1, max_size=ndim)
    tuples = several.map(tuple).filter(lambda axes: len({i % ndim for i in axes}) == len(axes))
    return data.draw(st.none() | (each | tuples if ndim else st.just(())))


REDUCTIONS = {
    "sum": (np.sum, torch.sum),
    "mean": (np.mean, torch.mean),
    "logsumexp": (logsumexp, torch.logsumexp),
    "softmax": (softmax, lambda x, axes, keepdim: torch.exp(x - x.logsumexp(axes, True))),
}


@pytest.mark.parametrize(("ours", "theirs"), REDUCTIONS.values(), ids=REDUCTIONS)
@settings(max_examples=25)
@given(data=st.data(), shape=SHAPES, dtype=FLOATS, keepdims=st.booleans(), seed=SEEDS)
def test_sums_along_any_axes(ours, theirs, data, shape, dtype, keepdims, seed):
    axis = axes_of(data, len(shape))
    axes = np.arange(len(shape))[... if axis is None else np.array(axis, int)].reshape(-1)
    if 0 in np.take(shape, axes) and ours is not np.sum:
        return  # of nothing there is no mean and no greatest
    x = array(data, shape, dtype, FINITE)
    axes = tuple(axes.tolist())
    options = {"axis": axis} if ours is softmax else {"axis": axis, "keepdims": keepdims}

    def reference(x):
        if ours in (logsumexp, softmax):
            x = x.double()  # ours is exact to the last digit
        if axes:
            return theirs(x, axes, keepdim=keepdims)
        return 1 + 0 * x if ours is softmax else 1 * x

    c = weights(seed, tuple(reference(torch.tensor(x)).shape))
    value, (expected,) = by_torch(reference, [x], c)
    mine, (gradient,) = reverse(lambda x: ours(x, **options), [x], c)
    assert_agree(mine, value, dtype, scale=100)
    assert_agree(gradient, expected, dtype, scale=10)
    v = weights(seed + 1, shape)
    y, tangent = jvp(lambda x: ours(x, **options), x, v)
    assert_agree(y, value, dtype, scale=100)
    through = np.sum(expected.numpy().astype(float) * v)
    np.testing.assert_allclose(
        np.sum(c * tangent.astype(float)), through, rtol=1e-2, atol=300 * float(np.finfo(dtype).eps)
    )


@given(
    shapes=hnp.mutually_broadcastable_shapes(signature=np.matmul.signature, min_side=0, max_side=3),
    data=st.data(),
    dtypes=st.tuples(FLOATS, FLOATS),
    seed=SEEDS,
)
def test_products_of_any_shapes(shapes, data, dtypes, seed):
    pairs = zip(shapes.input_shapes, dtypes, strict=True)
    A, B = (array(data, shape, dtype, FINITE) for shape, dtype in pairs)
    dtype, c = np.result_type(A, B), weights(seed, shapes.result_shape)
    value, expected = by_torch(torch.matmul, [A.astype(dtype), B.astype(dtype)], c)
    mine, gradients = reverse(np.matmul, [A, B], c)
    assert_agree(mine, value, dtype)
    for x, gradient, reference in zip((A, B), gradients, expected, strict=True):
        assert_agree(gradient, reference, x.dtype, scale=100)
    tangent = jvp(lambda A: A @ B, A, A)[1]
    assert_agree(tangent, value, dtype, scale=100)


def only_moves(f, x, seed):
    """What f does to the places of x tells where each number came from, and so the gradient."""
    places = f(np.arange(x.size).reshape(x.shape))
    c = weights(seed, places.shape)
    mine, (gradient,) = reverse(f, [x], c)
    np.testing.assert_array_equal(mine, f(x))
    expected = np.bincount(places.ravel(), c.ravel(), minlength=x.size).reshape(x.shape)
    assert_agree(gradient, expected, x.dtype)
    y, tangent = jvp(f, x, weights(seed, x.shape))
    np.testing.assert_array_equal(y, f(x))
    np.testing.assert_array_equal(tangent, f(weights(seed, x.shape)))


@given(data=st.data(), shape=SHAPES, dtype=FLOATS, seed=SEEDS)
def test_any_index(data, shape, dtype, seed):
    x = array(data, shape, dtype, FINITE)
    indices = [
        hnp.basic_indices(shape, allow_newaxis=True),
        st.sampled_from([True, False, (), ...]),
    ]
    if shape:
        indices += [hnp.arrays(bool, shape), hnp.arrays(bool, shape[:1])]
        if 0 not in shape:
            places = hnp.integer_array_indices(shape)
            indices += [places, places.map(lambda index: (..., *index))]
            indices += [places.map(lambda index: (None, index[0].tolist(), *index[1:]))]
            indices += [st.lists(st.integers(-shape[0], shape[0] - 1))]
    index = data.draw(st.one_of(indices))
    if isinstance(index, list) and not index:
        return  # NumPy reads it as floats
    only_moves(lambda x: x[index], x, seed)


@given(data=st.data(), shape=SHAPES, dtype=FLOATS, seed=SEEDS)
def test_any_move(data, shape, dtype, seed):
    x = array(data, shape, dtype, FINITE)
    n = len(shape)
    axes = data.draw(st.permutations(range(n)))
    signs = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    axes = [i - n if minus else i for i, minus in zip(axes, signs, strict=True)]
    front = data.draw(hnp.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=2))
    stretched = (*front, *(3 if k == 1 else k for k in shape))
    moves = [
        lambda x: np.transpose(x, axes),
        lambda x: np.transpose(x, axes=tuple(axes)),
        lambda x: x.T,
        lambda x: np.broadcast_to(x, stretched),
        lambda x: x.reshape(x.size),
        lambda x: np.reshape(x, (1, *shape, 1)),
    ]
    if n:
        i, j = data.draw(st.tuples(st.integers(-n, n - 1), st.integers(-n, n - 1)))
        moves += [lambda x: np.swapaxes(x, i, j)]
    for move in moves:
        only_moves(move, x, seed)


SMOOTH = {
    **{name: UNARY[name] for name in ("square", "sin", "tanh")},
    "logaddexp": (lambda x: np.logaddexp(x, -x), lambda x: torch.logaddexp(x, -x)),
    "logsumexp": (logsumexp, lambda x: torch.logsumexp(x, -1)),
    "softmax": (softmax, lambda x: torch.softmax(x, -1)),
    "maximum": (lambda x: np.maximum(x * x, 2), lambda x: torch.clamp_min(x * x, 2)),
    "where": (lambda x: np.where(x > 0, x * x, x), lambda x: torch.where(x > 0, x * x, x)),
    "logistic": (logistic, torch.sigmoid),
    "softplus": (softplus, F.softplus),
    "swish": (swish(), F.silu),
    "gelu": (gelu, F.gelu),
    "gelu_tanh": (gelu_tanh, lambda x: F.gelu(x, approximate="tanh")),
    "elu": (elu(), F.elu),
}


@pytest.mark.parametrize(("ours", "theirs"), SMOOTH.values(), ids=SMOOTH)
@settings(max_examples=25)
@given(data=st.data(), n=st.integers(1, 3), seed=SEEDS)
def test_second_derivatives_far_out(ours, theirs, data, n, seed):
    x = array(data, (n,), np.float64, [0.5, -1.0, 12.0, 45.0, -45.0, 700.0, -700.0, 1e4, -1e4])
    c, v = weights(seed, np.shape(ours(x))), weights(seed + 1, x.shape)
    leaf = torch.tensor(x, requires_grad=True)
    (slope,) = torch.autograd.grad((torch.tensor(c) * theirs(leaf)).sum(), leaf, create_graph=True)
    (expected,) = torch.autograd.grad(
        slope, leaf, torch.tensor(v), materialize_grads=True, allow_unused=True
    )
    variable = Variable(x)
    mine = hvp(np.sum(c * ours(variable)), variable, v)
    known = ~np.isnan(expected.numpy())
    np.testing.assert_allclose(mine[known], expected.numpy()[known], rtol=1e-9, atol=1e-12)


def test_truth_is_that_of_the_value():
    for zero in (Variable(0.0), jvp_argument(0.0)):
        assert not zero
        assert zero + 1
    with pytest.raises(ValueError, match="ambiguous"):
        bool(Variable([1.0, 2.0]))
    with pytest.raises(TypeError, match=r"^x is neither true nor false"):
        bool(Symbol("x"))


def jvp_argument(x):
    seen = []
    jvp(lambda x: seen.append(x) or x, x, 1.0)
    return seen[0]


def test_the_height_of_a_step_is_a_constant():
    x = Variable(0.0)
    assert grad(np.heaviside(x, 0.5), x) == 0
    with pytest.raises(TypeError, match=r"^heaviside must have a rule for each input"):
        np.heaviside(0.0, x)


def test_what_forward_mode_returns_may_be_changed():
    x = np.zeros(3)
    for f in (lambda x: x, lambda x: x[:2], lambda x: x.reshape(3, 1), lambda _: x):
        for result in jvp(f, x, x):
            result += 1
    np.testing.assert_array_equal(x, 0)


def test_a_choice_in_a_formula():
    x = Symbol("x")
    assert np.where(2.0, x, 0.0) is x
    assert derivative(np.where(0.0, x, 3 * x), x) == 3
    with pytest.raises(TypeError, match=r"^not_equal must have a rule"):
        derivative(np.where(x, x, 0.0), x)
    assert derivative(np.inf, x) == 0
    assert value(x * x, {x: 3}) == 9
    assert value(np.exp(x), {x: np.int8(1)}) == np.e
