"""Reverse and forward mode: each operation against torch and central differences."""

import doctest

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from against import ELEMENTWISE
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes

from nnlib import (
    autodiff,
    central_difference,
    elu,
    gelu,
    gelu_tanh,
    hard_logistic,
    hard_tanh,
    identity,
    leaky_relu,
    logistic,
    relu,
    softplus,
    step,
    swish,
    tanh,
)
from nnlib.autodiff import Variable, grad, graph, hvp, logsumexp, softmax
from nnlib.derivatives import DERIVATIVES
from nnlib.dual import Dual, jvp

SEEDS = st.integers(0, 2**32 - 1)

# Each function of one array as NumPy writes it and as torch does; the inputs are from 0.5 to 2.
UNARY = {
    "negative": (lambda x: -x, torch.neg),
    "positive": (lambda x: +x, torch.clone),
    **ELEMENTWISE,
    "clip": (lambda x: np.clip(x, 0.9, 1.5), lambda x: x.clamp(0.9, 1.5)),
    "absolute": (lambda x: abs(x - 1), lambda x: torch.where(x > 1, x - 1, 1 - x)),
    "cube": (lambda x: x**3, lambda x: x**3),
    "inverse": (lambda x: x**-1.5, lambda x: x**-1.5),
    "numbers": (lambda x: 2 * x - (1 - x) / 3 + 4 / x, lambda x: 2 * x - (1 - x) / 3 + 4 / x),
    "where": (lambda x: np.where(x > 1, x**2, 2), lambda x: torch.where(x > 1, x**2, 2.0)),
    "sum": (np.sum, torch.sum),
    "sum, an axis": (lambda x: x.sum(axis=0), lambda x: x.sum(0)),
    "sum, the last axis": (lambda x: x.sum(-1, keepdims=True), lambda x: x.sum(-1, keepdim=True)),
    "sum, axes": (lambda x: np.sum(x, axis=tuple(range(x.ndim))), lambda x: x.sum()),
    "mean": (np.mean, torch.mean),
    "mean, an axis": (lambda x: x.mean(axis=-1), lambda x: x.mean(-1)),
    "reshape": (lambda x: x.reshape(-1) ** 2, lambda x: x.reshape(-1) ** 2),
    "transpose": (lambda x: x.T**2, lambda x: x.permute(*reversed(range(x.ndim))) ** 2),
    "one row": (lambda x: x[0] ** 2, lambda x: x[0] ** 2),
    "slices": (lambda x: x[..., ::2] ** 2, lambda x: x[..., ::2] ** 2),
    "rows, repeated": (lambda x: x[[0, -1, 0]] ** 2, lambda x: x[[0, -1, 0]] ** 2),
    "mask": (lambda x: x[x > 1] ** 2, lambda x: x[x > 1] ** 2),
    "iteration": (lambda x: sum(x) ** 2, lambda x: sum(x) ** 2),
    "logsumexp": (logsumexp, lambda x: x.logsumexp(-1)),
    "logsumexp, an axis": (
        lambda x: logsumexp(x, axis=0, keepdims=True),
        lambda x: x.logsumexp(0, keepdim=True),
    ),
    "softmax": (softmax, lambda x: x.softmax(-1)),
    "softmax, an axis": (lambda x: softmax(x, axis=0), lambda x: x.softmax(0)),
}
ACTIVATIONS = {
    identity: torch.clone,
    step: lambda z: torch.heaviside(z.detach(), torch.zeros((), dtype=z.dtype)) + 0 * z,
    logistic: torch.sigmoid,
    tanh: torch.tanh,
    hard_logistic: lambda z: (z / 4 + 0.5).clamp(0, 1),
    hard_tanh: F.hardtanh,
    relu: torch.relu,
    leaky_relu(0.1): lambda z: F.leaky_relu(z, 0.1),
    elu(1.5): lambda z: F.elu(z, 1.5),
    softplus: F.softplus,
    swish(2): lambda z: z * torch.sigmoid(2 * z),
    gelu: F.gelu,
    gelu_tanh: lambda z: F.gelu(z, approximate="tanh"),
}
BINARY = {
    "add": (lambda a, b: a + b, torch.add),
    "subtract": (lambda a, b: a - b, torch.sub),
    "multiply": (lambda a, b: a * b, torch.mul),
    "divide": (lambda a, b: a / b, torch.div),
    "maximum": (np.maximum, torch.maximum),
    "minimum": (np.minimum, torch.minimum),
    "logaddexp": (np.logaddexp, torch.logaddexp),
    "where": (lambda a, b: np.where(a > b, a, b**2), lambda a, b: torch.where(a > b, a, b**2)),
    "used twice": (lambda a, b: a * b + a / b + a, lambda a, b: a * b + a / b + a),
}
MATRICES = [
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 2)),
    ((2, 3), (3, 4)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 1, 2, 3), (4, 3, 2)),
    ((3,), (5, 3, 2)),
    ((5, 2, 3), (3,)),
]


def agrees(ours, theirs, *xs, seed=0):
    """Value, gradient, Hessian-vector product, forward derivative: all are those of torch.

    What is differentiated is Σ c ⊙ y² for random c, so that no second derivative is 0 by itself.
    """
    rng = np.random.default_rng(seed)
    y_torch = theirs(*(torch.tensor(x) for x in xs))
    c = rng.normal(size=y_torch.shape)
    vs = [rng.normal(size=x.shape) for x in xs]

    def f(*xs):
        return np.sum(c * ours(*xs) ** 2)

    leaves = [torch.tensor(x, requires_grad=True) for x in xs]
    expected = torch.sum(torch.tensor(c) * theirs(*leaves) ** 2)
    first = torch.autograd.grad(expected, leaves, create_graph=True, materialize_grads=True)
    slope = sum((g * torch.tensor(v)).sum() for g, v in zip(first, vs, strict=True))
    second = torch.autograd.grad(slope, leaves, materialize_grads=True, allow_unused=True)

    variables = [Variable(x) for x in xs]
    y = f(*variables)
    close(ours(*xs), y_torch)  # a plain array in, a plain array out
    close(y.value, expected)
    for mine, reference, x in zip(grad(y, variables), first, xs, strict=True):
        close(mine, reference)
        assert type(mine) is np.ndarray
        assert mine.shape == x.shape
    for mine, reference in zip(hvp(y, variables, vs), second, strict=True):
        close(mine, reference)

    forward = sum(jvp_in(f, xs, i, v) for i, v in enumerate(vs))
    close(forward, slope)


def jvp_in(f, xs, i, v):
    """The derivative of f in its input i alone, in the direction v."""
    return jvp(lambda x: f(*xs[:i], x, *xs[i + 1 :]), xs[i], v)[1]


def close(mine, reference):
    np.testing.assert_allclose(mine, reference.detach().numpy(), rtol=1e-10, atol=1e-10)


def uniform(seed, shape):
    return np.random.default_rng(seed).uniform(0.5, 2, shape)


@pytest.mark.parametrize(("ours", "theirs"), UNARY.values(), ids=UNARY)
@settings(max_examples=10)
@given(shape=array_shapes(max_dims=3, max_side=4), seed=SEEDS)
def test_functions_of_one_array_are_those_of_torch(ours, theirs, shape, seed):
    agrees(ours, theirs, uniform(seed, shape), seed=seed)


@pytest.mark.parametrize(("ours", "theirs"), ACTIVATIONS.items(), ids=map(repr, ACTIVATIONS))
@settings(max_examples=10)
@given(shape=array_shapes(min_dims=0, max_dims=3, max_side=4), seed=SEEDS)
def test_activations_are_those_of_torch_twice_differentiated(ours, theirs, shape, seed):
    agrees(ours, theirs, 3 * (uniform(seed, shape) - 1.3), seed=seed)


@pytest.mark.parametrize(("ours", "theirs"), BINARY.values(), ids=BINARY)
@settings(max_examples=20)
@given(shapes=mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3), seed=SEEDS)
def test_functions_of_two_arrays_are_those_of_torch_however_they_broadcast(
    ours, theirs, shapes, seed
):
    a, b = (uniform(seed + i, shape) for i, shape in enumerate(shapes.input_shapes))
    agrees(ours, theirs, a, b, seed=seed)


@pytest.mark.parametrize(("left", "right"), MATRICES)
def test_products_of_vectors_and_matrices_are_those_of_torch(left, right):
    agrees(np.matmul, torch.matmul, uniform(0, left), uniform(1, right))


@settings(max_examples=30)
@given(shape=array_shapes(min_dims=0, max_dims=3, max_side=3), seed=SEEDS)
def test_functions_that_only_move_elements(shape, seed):
    """`torch` has other names for some: the derivative moves them back."""
    x = uniform(seed, shape)
    rng = np.random.default_rng(seed)
    axes = rng.permutation(x.ndim)
    moves = [
        lambda x: np.transpose(x, axes),
        lambda x: np.transpose(x, axes=list(axes - x.ndim)),
        lambda x: np.broadcast_to(x, (2, *x.shape)),
        lambda x: x.reshape(-1, 1),
        lambda x: x.reshape((1, -1)),
        lambda x: x.mT if x.ndim > 1 else x,
        lambda x: x[..., None],
    ]
    for move in moves:
        c = rng.normal(size=move(x).shape)
        v = Variable(x)
        derived = grad(np.sum(c * move(v) ** 2), v)
        difference = central_difference(lambda x, move=move, c=c: np.sum(c * move(x) ** 2), x)
        np.testing.assert_allclose(derived, difference, rtol=1e-7, atol=1e-7)
        np.testing.assert_allclose(jvp(move, x, x)[1], move(x))


@settings(max_examples=20)
@given(seed=SEEDS, n=st.integers(1, 5))
def test_a_network_is_differentiated_as_by_torch_and_by_hand(seed, n):
    rng = np.random.default_rng(seed)
    X, Y = rng.normal(size=(n, 3)), rng.normal(size=(n, 2))
    parameters = [rng.normal(size=shape) for shape in [(4, 3), (4,), (2, 4), (2,)]]

    def cost(logistic, W1, b1, W2, b2, X=X, Y=Y):
        return ((logistic(X @ W1.T + b1) @ W2.T + b2 - Y) ** 2).sum() / (2 * n)

    leaves = [torch.tensor(p, requires_grad=True) for p in parameters]
    expected = cost(torch.sigmoid, *leaves, X=torch.tensor(X), Y=torch.tensor(Y))
    expected.backward()

    variables = [Variable(p) for p in parameters]
    y = cost(logistic, *variables)
    close(y.value, expected)
    gradients = grad(y, variables)
    for mine, leaf in zip(gradients, leaves, strict=True):
        close(mine, leaf.grad)

    W1, b1, W2, b2 = parameters
    A = logistic(X @ W1.T + b1)
    D2 = (A @ W2.T + b2 - Y) / n
    D1 = (D2 @ W2) * A * (1 - A)
    by_hand = D1.T @ X, D1.sum(axis=0), D2.T @ A, D2.sum(axis=0)
    for mine, other in zip(gradients, by_hand, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-12, atol=1e-14)


@settings(max_examples=20)
@given(seed=SEEDS)
def test_hessian_vector_products_make_a_symmetric_hessian(seed):
    def f(x):
        return np.sum(np.tanh(x)) * np.exp(-np.mean(x**2))

    x = Variable(uniform(seed, 4))
    y = f(x)
    hessian = np.array([hvp(y, x, e) for e in np.eye(4)])
    np.testing.assert_allclose(hessian, hessian.T, atol=1e-14)
    slopes = [lambda x, e=e: jvp(f, x, e)[1] for e in np.eye(4)]
    differences = [central_difference(slope, x.value) for slope in slopes]
    np.testing.assert_allclose(hessian, differences, rtol=1e-7, atol=1e-8)


def test_derivatives_of_every_order():
    x = y = Variable(0.3)
    y = np.tanh(x)
    t = np.tanh(0.3)
    formulas = [1 - t**2, -2 * t * (1 - t**2), (6 * t**2 - 2) * (1 - t**2)]
    for formula in formulas:
        y = grad(y, x, create_graph=True)
        assert y.value == pytest.approx(formula, rel=1e-14)


@pytest.mark.parametrize("n", range(5))
def test_powers_at_0(n):
    x = y = Variable(0.0)
    y = x**n
    for order in range(1, 6):
        y = grad(y, x, create_graph=True)
        assert y.value == (np.prod(range(1, n + 1)) if order == n else 0)


def test_conventions_at_kinks_are_those_of_torch():
    def at_0(ours, theirs):
        x, leaf = Variable(0.0), torch.zeros((), requires_grad=True)
        theirs(leaf).backward()
        forward = jvp(ours, 0.0, 1.0)[1]
        assert grad(ours(x), x) == forward == leaf.grad.item()

    at_0(relu, torch.relu)
    at_0(abs, torch.abs)
    at_0(lambda x: np.maximum(x, 0), lambda x: torch.maximum(x, torch.zeros(())))
    at_0(lambda x: np.maximum(0, x), lambda x: torch.maximum(torch.zeros(()), x))
    at_0(lambda x: np.minimum(x, -x), lambda x: torch.minimum(x, -x))
    at_0(lambda x: relu(x) - relu(-x), lambda x: torch.relu(x) - torch.relu(-x))  # 0, not 1


def test_extreme_inputs():
    big = Variable([-1e300, -1e3, 0.0, 1e3, 1e300])
    for f in (logistic, relu, np.tanh, softmax, logsumexp, lambda x: np.logaddexp(0, x)):
        y = f(big)  # pytest turns warnings into errors
        assert np.isfinite(y.value).all()
        assert np.isfinite(grad(y.sum(), big)).all()
    assert relu(-np.inf) == 0
    assert np.isnan(relu(np.nan))
    assert logsumexp([-np.inf, 0.0]) == 0
    assert logsumexp([np.inf, 0.0]) == np.inf


def test_minus_infinity_everywhere_is_no_reason_to_warn():
    x = [-np.inf, -np.inf]
    assert logsumexp(x) == logsumexp(Variable(x)).value == -np.inf
    assert grad(logsumexp(Variable([-np.inf, 0.0])), Variable(0.0)) == 0
    np.testing.assert_array_equal(softmax([-np.inf, 0.0]), [0, 1])
    assert np.isnan(softmax(x)).all()


def test_gradients_of_steps_on_the_way_and_of_strangers():
    x = Variable(2.0)
    z = x**2
    y = 3 * z
    stranger = Variable([1.0, 2.0])
    assert grad(y, [x, z, y]) == [12, 3, 1]
    np.testing.assert_array_equal(grad(y, stranger), [0, 0])
    np.testing.assert_array_equal(grad(y, stranger, create_graph=True).value, [0, 0])
    np.testing.assert_array_equal(hvp(np.sum(stranger), stranger, [1, 1]), [0, 0])
    assert grad(y, []) == []


def test_gradients_may_be_changed_at_will():
    x, y = Variable([1.0, 2.0]), Variable([3.0, 4.0])
    first, second = grad(np.sum(x + y), [x, y])
    first += 1
    np.testing.assert_array_equal(second, 1)
    array = np.ones(2)
    with pytest.raises(ValueError, match="read-only"):
        Variable(array).value[:] = 0


@pytest.mark.parametrize(
    ("function", "arrays", "expected"),
    [
        (lambda x, a: x * a, (np.array([1.0, 2.0]),), [1, 2]),
        (lambda x, a: a @ x, (np.array([[3.0, 4.0]]),), [3, 4]),
        (lambda x, a: x[a], (np.array([1, 1]),), [0, 2]),
        (lambda x, a: x[a, 0], ([1, 1],), [[0], [2]]),
        (lambda x, a, b: x[a][:, b], (np.array([1, 1]), [0]), [[0], [2]]),
        (lambda x, a: np.where(a, x, 0), (np.array([True, False]),), [1, 0]),
        (lambda x, a: x * a.reshape(2), (np.array([[1.0], [2.0]]),), [1, 2]),
        (lambda x, a: x * np.broadcast_to(a, 2), (np.array([3.0]),), [3, 3]),
    ],
)
def test_a_buffer_that_is_filled_again_changes_no_gradient(function, arrays, expected):
    x = Variable(np.ones_like(expected, float))
    y = np.sum(function(x, *arrays))
    for array in arrays:
        array[:] = np.zeros_like(array)
    np.testing.assert_array_equal(grad(y, x), expected)


def test_a_deep_graph_needs_no_recursion():
    x = Variable(1.0)
    y = x
    for _ in range(20_000):
        y = y * 1.0
    assert grad(y, x) == 1
    assert len(graph(y)) == 20_001


def test_a_shared_step_is_walked_once():
    x = y = Variable(1.0)
    for _ in range(100):
        y = (y + y) / 2
    assert grad(y, x) == 1
    assert len(graph(y)) == 201
    assert graph(y)[0] is x
    assert graph(y)[-1] is y


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept(dtype):
    x, W = Variable(np.ones((2, 3), dtype)), np.ones((4, 3), dtype)
    for f in (relu, logistic, softmax, logsumexp, abs, np.tanh, lambda x: np.maximum(x, 0)):
        y = np.mean(f(2 * x @ W.T / 3 - 1) ** 2)
        assert y.dtype == grad(y, x).dtype == hvp(y, x, np.ones(x.shape)).dtype == dtype
        assert jvp(f, x.value, x.value)[1].dtype == dtype


def test_the_graph_of_a_gradient_is_a_graph():
    x = Variable(3.0, "x")
    dy = grad(x**2, x, create_graph=True)
    assert {v.function for v in graph(dy)} == {None, np.power, np.multiply}
    assert [v.name for v in graph(dy) if v.function is None] == ["1", "x"]


def test_a_new_rule_serves_every_mode(monkeypatch):
    monkeypatch.setitem(DERIVATIVES, np.arctan, (lambda y, x: 1 / (1 + x**2),))
    x = Variable(2.0)
    assert grad(np.arctan(x), x) == jvp(np.arctan, 2.0, 1.0)[1] == 0.2
    assert hvp(np.arctan(x), x, 1.0) == pytest.approx(-4 / 25)


def test_comparisons_are_plain():
    for x in (Variable([1.0, 2.0]), Dual([1.0, 2.0], [0.0, 0.0])):
        for result in (x > 1, x >= 2, x < 1, x == 2, x != 1, np.sign(x) == 1):
            assert type(result) is np.ndarray
        assert np.shape(x) == x.shape == (2,)
        assert (np.ndim(x), np.size(x), np.argmax(x)) == (1, 2, 1)


def test_how_they_print():
    x = Variable([1.0, 2.0], "x")
    assert repr(x) == "x([1. 2.])"
    assert repr(x + 1) == "Variable([2. 3.])"
    assert repr(Dual(1.0, 2.0)) == "1.0 + 2.0 ε"


@pytest.mark.parametrize("kind", [Variable, lambda x: Dual(x, np.zeros_like(x))])
def test_what_cannot_be_differentiated_is_refused(kind):
    x, masked = kind(np.ones((2, 3))), np.ma.ones((2, 3))
    bad = {
        "add must have inputs that fit, not (2, 3), (4,)": lambda: x + np.ones(4),
        "add must have inputs that fit, not (4,), (2, 3)": lambda: np.ones(4) + x,
        "matmul must have inputs that fit, not (2, 3), (2, 3)": lambda: x @ x,
        "reshape must have inputs that fit, not (2, 3), 5": lambda: x.reshape(5),
        "sum must have inputs that fit, not (2, 3): axis 7": lambda: x.sum(axis=7),
        "must have inputs that fit, not (2, 3): axis 2": lambda: softmax(x, axis=2),
        "an input of add must be real numbers, but has dtype object": lambda: x + None,
        "an input of multiply must be real numbers": lambda: [1, "a"] * x,
        "an input of add must be real numbers, but has dtype complex128": lambda: x + 1j,
        "an input of add must be real numbers, but has": lambda: x + np.array([1j]),
        "an input of multiply must be real numbers, but is masked": lambda: x * np.ma.ones(3),
        "an input of where must be real numbers, but is masked": lambda: np.where(x, x, masked),
        "an input of where must be real numbers, but is ma": lambda: np.where(masked, x, x),
        "an input of clip must be real numbers, but is masked": lambda: np.clip(x, masked, 2),
        "sum must have no option dtype": lambda: np.sum(x, dtype=int),
        "sum must have no option dtype here": lambda: np.sum(x, 0, int),
        "mean must have no option dtype here": lambda: np.mean(x, None, float, None, True),
        "reshape must have no option order here": lambda: np.reshape(x, (3, 2), "F"),
        "reshape must have no option order": lambda: np.reshape(x, (3, 2), order="F"),
        "broadcast_to must have no option subok here": lambda: np.broadcast_to(x, (2, 3), True),
        "clip must have no option out here (nothing is": lambda: np.clip(x, 0, 1, np.ones((2, 3))),
        "exp must have no option out here (nothing is changed": lambda: np.exp(x, out=np.ones(3)),
        "add.reduce must have a derivative rule": lambda: np.add.reduce(x),
        "arctan must have a rule for each input": lambda: np.arctan(x),
        "power must have a rule for each input": lambda: 2**x,
        "concatenate must have a rule for each input": lambda: np.concatenate([x, x]),
        f"a {type(x).__name__} stands for an array; use its .value": lambda: np.asarray(x),
    }
    for message, call in bad.items():
        with pytest.raises((TypeError, ValueError)) as caught:
            call()
        assert message in str(caught.value)
    with pytest.raises(TypeError, match=r"^add must have no option out here \(nothing is changed"):
        x += 1
    with pytest.raises(IndexError):
        x[7]


def test_bad_arguments_are_named():
    x = Variable([1.0, 2.0])
    y = np.sum(x**2)
    for bad in (x, x[:1], x[None]):
        with pytest.raises(ValueError, match=r"^y must be one number, but has shape \("):
            grad(bad, x)
    with pytest.raises(TypeError, match=r"^y must be of type Variable, such as Variable\(1.0\)"):
        grad(5.0, x)
    for bad in (2.0, None, np.ones(2), {x}):
        with pytest.raises(TypeError, match=r"^xs must be of type Sequence, such as \[Variable"):
            grad(y, bad)
    with pytest.raises(TypeError, match=r"^xs must be of type Variable, such as"):
        grad(y, [x, 2.0])
    with pytest.raises(ValueError, match=r"^vs must have shape \(2,\), but has shape \(3,\)"):
        hvp(y, x, np.ones(3))
    with pytest.raises(ValueError, match=r"^vs must have 1 entries as xs, not 2"):
        hvp(y, [x], [[1, 1], [1, 1]])
    with pytest.raises(TypeError, match=r"^vs must be of type Sequence, such as \[1.0\]"):
        hvp(y, [x], 1.0)
    for bad, error in (("a", TypeError), (1j, TypeError), ([[1], [1, 2]], TypeError)):
        with pytest.raises(error, match=r"^value must be real numbers"):
            Variable(bad)
        with pytest.raises(error, match=r"^x must be real numbers"):
            softmax(bad)
    with pytest.raises(ValueError, match=r"^softmax must have inputs that fit, not \(0,\)"):
        softmax([])
    with pytest.raises(ValueError, match=r"^v must have shape \(2,\), but has shape \(\)"):
        jvp(np.exp, [1, 2], 1)
    with pytest.raises(ValueError, match=r"^tangent must have shape \(2,\), but has shape \(\)"):
        Dual([1, 2], 1)
    with pytest.raises(TypeError, match=r"^f\(x\) must be real numbers"):
        jvp(lambda x: None, 1.0, 1.0)


def test_a_constant_has_derivative_0():
    value, tangent = jvp(lambda x: np.ones(3), 1.0, 1.0)
    np.testing.assert_array_equal(value, 1)
    np.testing.assert_array_equal(tangent, 0)


def test_the_example_in_the_docstring_is_true():
    result = doctest.testmod(autodiff)
    assert result.attempted > 0
    assert result.failed == 0
