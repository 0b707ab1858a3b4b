import doctest
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import gelu, logistic, symbolic
from nnlib.autodiff import Variable, grad
from nnlib.derivatives import DERIVATIVES
from nnlib.dual import jvp
from nnlib.symbolic import Symbol, derivative, shared_size, value, written_size

NAMES = {f.__name__: f for f in DERIVATIVES} | {"np": np, "logistic": logistic, "gelu": gelu}
UNARY = [
    np.tanh,
    np.sin,
    np.cos,
    np.negative,
    np.square,
    logistic,
    gelu,
    lambda x: x**3,
    lambda x: x**0,
    lambda x: np.exp(-(x**2)),
    lambda x: np.log(1 + x**2),
    lambda x: np.sqrt(1 + x**2),
]
BINARY = [np.add, np.subtract, np.multiply, np.logaddexp, lambda a, b: a / (1 + b**2)]
x = Symbol("x")


def functions(depth=3):
    """Functions of one number, made of others at random."""
    if depth == 0:
        return st.sampled_from([lambda x: x, lambda x: 2.0, lambda x: x + 1])
    f, g = functions(depth - 1), functions(depth - 1)
    return st.one_of(
        st.builds(lambda h, f: lambda x: h(f(x)), st.sampled_from(UNARY), f),
        st.builds(lambda h, f, g: lambda x: h(f(x), g(x)), st.sampled_from(BINARY), f, g),
    )


@settings(max_examples=200)
@given(f=functions(), at=st.floats(-2, 2))
def test_a_derivative_is_that_of_the_other_modes(f, at):
    y, v = f(x), Variable(at)
    formula = derivative(y, x)
    forward = jvp(f, at, 1.0)
    np.testing.assert_allclose(value(y, {x: at}), forward[0], rtol=1e-12)
    np.testing.assert_allclose(value(formula, {x: at}), forward[1], rtol=1e-10, atol=1e-10)
    result = f(v)
    if isinstance(result, Variable):
        np.testing.assert_allclose(grad(result, v), forward[1], rtol=1e-10, atol=1e-10)


@settings(max_examples=200)
@given(f=functions(), at=st.floats(-2, 2))
def test_a_formula_can_be_read_back(f, at):
    for formula in (f(x), derivative(f(x), x)):
        written = eval(repr(formula), NAMES, {"x": at})
        np.testing.assert_allclose(written, value(formula, {x: at}), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (x * 0 + 0 * x + 0 / x, "0"),
        (1 * x * 1 / 1 + 0 - 0, "x"),
        (x**1 + x**0, "x + 1"),
        ((x + 1) * (x - 1), "(x + 1) * (x - 1)"),
        (x - (x - x) - x, "x - (x - x) - x"),
        (x / (x / x) / x, "x / (x / x) / x"),
        ((x**2) ** 3, "(x**2)**3"),
        (-(x**-1), "-x**-1"),
        ((-x) ** 2, "(-x)**2"),
        (x - -2 * x, "x - -2 * x"),
        (np.exp(-x / 3), "exp(-x / 3)"),
        (np.maximum(x, 0.25), "maximum(x, 0.25)"),
    ],
    ids=str,
)
def test_formulas_are_simplified_and_written_as_by_hand(formula, text):
    assert repr(formula).removesuffix(".0") == text


def test_derivatives_as_by_hand():
    assert repr(derivative(x**3, x)) == "3 * x**2"
    assert repr(derivative(np.sin(2 * x), x)) == "2 * cos(2 * x)"
    assert repr(derivative(logistic(x), x)) == "logistic(x) * (1 - logistic(x))"
    w, b = Symbol("w"), Symbol("b")
    assert repr(derivative(np.tanh(w * x + b), w)) == (
        "x * (1 - tanh(w * x + b) * tanh(w * x + b))"
    )
    assert derivative(w * b, x) == derivative(3.0, x) == 0
    assert derivative(w + b, b) == 1


def test_derivatives_swell_unless_parts_are_shared():
    """The logistic map x → 4 x (1 − x), n times over: a classic of Baydin et al. (2018)."""
    y, written, shared = x, [], []
    for _ in range(12):
        y = 4 * y * (1 - y)
        written.append(written_size(derivative(y, x)))
        shared.append(shared_size(derivative(y, x)))
    assert all(later > 2 * sooner for sooner, later in itertools.pairwise(written))
    assert len(set(np.diff(shared))) == 1


def test_sizes():
    assert written_size(x) == shared_size(x) == written_size(2.0) == shared_size(2.0) == 1
    y = (x + 2) * (x + 2)  # twice the same, though not the same object
    assert (written_size(y), shared_size(y)) == (7, 4)


def test_a_deep_formula_needs_no_recursion():
    y = x
    for _ in range(3_000):
        y = np.sin(y)
    assert written_size(y) == 3_001
    assert abs(value(derivative(y, x), {x: 1.0})) < 1
    assert len(repr(y)) == 15_001


def test_values_may_be_arrays():
    at = np.linspace(-1, 1, 5)
    np.testing.assert_allclose(value(derivative(x**2, x), {x: at}), 2 * at)


def test_what_is_no_formula_is_refused():
    for call in (
        lambda: 2**x,
        lambda: x @ x,
        lambda: x > 0,
        lambda: np.arctan(x),
        lambda: np.sum(x),
        lambda: derivative(np.maximum(x, 0), x),
        lambda: np.exp(x, where=x),
    ):
        with pytest.raises(TypeError, match=r"^\w+ must have a rule for each input in which"):
            call()
    with pytest.raises(TypeError, match=r"^an input of add must be real numbers"):
        x + "1"
    with pytest.raises(ValueError, match=r"^an input of add must be one number, but has shape"):
        x + np.ones(2)
    with pytest.raises(TypeError, match=r"^x must be of type Symbol, such as Symbol\(\"x\"\)"):
        derivative(x, 1.0)
    with pytest.raises(TypeError, match=r"^y must be real numbers"):
        derivative("x", x)
    with pytest.raises(ValueError, match=r"^at must have a value for every symbol, .* for x$"):
        value(x + 1, {})


def test_the_example_in_the_docstring_is_true():
    result = doctest.testmod(symbolic)
    assert result.attempted > 0
    assert result.failed == 0
