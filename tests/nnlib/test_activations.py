from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nnlib import (
    Activation,
    central_difference,
    elu,
    gelu,
    gelu_tanh,
    hard_logistic,
    hard_tanh,
    identity,
    leaky_relu,
    log_softmax,
    logistic,
    relu,
    softmax,
    softplus,
    step,
    swish,
    tanh,
)

EPS = np.finfo(np.float64).eps
F = torch.nn.functional
TORCH = {
    identity: torch.clone,
    step: lambda z: torch.heaviside(z, torch.zeros((), dtype=z.dtype)),
    logistic: torch.sigmoid,
    tanh: torch.tanh,
    hard_logistic: lambda z: F.hardtanh(z / 4 + 0.5, 0, 1),
    hard_tanh: F.hardtanh,
    relu: torch.relu,
    leaky_relu(): F.leaky_relu,
    leaky_relu(0.3): lambda z: F.leaky_relu(z, 0.3),
    elu(): F.elu,
    elu(0.5): lambda z: F.elu(z, 0.5),
    softplus: lambda z: torch.logaddexp(z, torch.zeros_like(z)),
    swish(): F.silu,
    swish(2.5): lambda z: z * torch.sigmoid(2.5 * z),
    gelu: F.gelu,
    gelu_tanh: lambda z: F.gelu(z, approximate="tanh"),
}
ALL = list(TORCH)
MONOTONE = [f for f in ALL if f.name not in ("swish(1)", "swish(2.5)", "gelu", "gelu_tanh")]

every = pytest.mark.parametrize("f", ALL, ids=repr)


def inputs(bound, **elements):
    """float64 arrays of any shape, of up to three axes."""
    values = st.floats(-bound, bound, **elements)
    return arrays(np.float64, array_shapes(min_dims=0, max_dims=3, max_side=4), elements=values)


def away_from_kinks(z):
    """A difference across a kink is no derivative."""
    return all(np.all(np.abs(np.abs(z) - kink) > 1e-3) for kink in (0, 1, 2))


@every
@settings(max_examples=30)
@given(z=inputs(1e3))
def test_value_is_that_of_torch(f: Activation, z):
    expected = TORCH[f](torch.tensor(z)).numpy()
    np.testing.assert_allclose(f(z), expected, rtol=1e-12, atol=40 * EPS)


@pytest.mark.parametrize("f", [f for f in ALL if f is not step], ids=repr)
@settings(max_examples=30)
@given(z=inputs(1e3))
def test_derivative_is_that_of_autograd(f, z):
    leaf = torch.tensor(z, requires_grad=True)
    TORCH[f](leaf).sum().backward()
    np.testing.assert_allclose(f.df(z), leaf.grad.numpy(), rtol=1e-12, atol=40 * EPS)


@every
@settings(max_examples=30)
@given(z=inputs(20).filter(away_from_kinks))
def test_derivative_is_the_limit_of_differences(f, z):
    difference = central_difference(lambda z: f(z).sum(), z)
    rounding = 1e-10 * np.abs(f(z)).sum()  # EPS / h of the sum, and to spare
    np.testing.assert_allclose(f.df(z), difference, rtol=1e-8, atol=1e-8 + rounding)


EXTREMES = np.array([-np.inf, -1e308, -1e3, -0.0, 0.0, 5e-324, 1e3, 1e308, np.inf])


@pytest.mark.parametrize("f", MONOTONE, ids=repr)
def test_extreme_inputs_reach_the_limits_without_a_warning(f):
    value, derivative = f(EXTREMES), f.df(EXTREMES)  # pytest turns warnings into errors
    low, high = f.range
    assert (value[0], value[-1]) == (low, high)
    assert np.all((low <= value) & (value <= high))
    assert np.all(np.diff(value) >= 0)
    assert np.all((derivative >= 0) & (derivative <= 1))


@pytest.mark.parametrize("f", [f for f in ALL if f not in MONOTONE], ids=repr)
def test_a_gate_shuts_below_and_opens_above(f):
    np.testing.assert_array_equal(f(EXTREMES), [0, 0, 0, 0, 0, 0, 1e3, 1e308, np.inf])
    np.testing.assert_array_equal(f.df(EXTREMES), [0, 0, 0, 0.5, 0.5, 0.5, 1, 1, 1])


@every
def test_range_is_the_least_and_the_greatest_value(f):
    z = np.concatenate([np.linspace(-60, 60, 1_000_001), [-np.inf, np.inf]])
    values = f(z)
    np.testing.assert_allclose((values.min(), values.max()), f.range, rtol=1e-8, atol=1e-15)
    low, high = f.range
    assert low - EPS <= values.min()
    assert values.max() <= high


@every
def test_nan_stays_nan(f):
    assert np.isnan(f(np.nan))


@every
@settings(max_examples=30)
@given(z=inputs(1e3))
def test_shape_is_kept_and_the_input_left_alone(f, z):
    before = z.copy()
    for result in (f(z), f.df(z)):
        assert np.shape(result) == z.shape
        assert not np.shares_memory(result, z)
    np.testing.assert_array_equal(z, before)


@every
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_precision_is_kept(f, dtype):
    for z in (np.array([-1, 0, 2], dtype), dtype(2)):
        assert f(z).dtype == f.df(z).dtype == dtype


@every
@pytest.mark.parametrize("z", [2, -2.0, True, [1, -2], (0.5, 1), np.arange(3, dtype=np.uint8)])
def test_numbers_lists_and_integers_count_as_float64(f, z):
    for g in (f, f.df):
        result = g(z)
        assert result.dtype == np.float64
        assert isinstance(result, float if np.ndim(z) == 0 else np.ndarray)
        np.testing.assert_array_equal(result, g(np.array(z, np.float64)))


@every
@pytest.mark.parametrize(
    "z", [None, "1", 1j, [1, "a"], [[1, 2], [3]], {1}, np.array([1, None]), np.datetime64("2000")]
)
def test_other_types_are_refused(f, z):
    for g in (f, f.df):
        with pytest.raises(TypeError, match=r"^z must be real numbers, but "):
            g(z)


def test_step_is_0_at_0():
    np.testing.assert_array_equal(step([-1e-9, -0.0, 0.0, 1e-9]), [0, 0, 0, 1])
    np.testing.assert_array_equal(step.df([-1, 0, 1]), 0)


def test_relu_has_derivative_0_at_0():
    np.testing.assert_array_equal(relu.df([-1, 0, 1]), [0, 0, 1])


@pytest.mark.parametrize(
    "f", [f for f in ALL if f not in (step, hard_logistic, hard_tanh)], ids=repr
)
def test_float32_is_as_good_as_float32_can_be(f):
    z = np.linspace(-20, 20, 4001, dtype=np.float32)
    for single, double in ((f(z), f(z.astype(np.float64))), (f.df(z), f.df(z.astype(np.float64)))):
        np.testing.assert_allclose(single, double, rtol=1e-5, atol=1e-5)


@given(z=inputs(1e3))
def test_identities(z):
    close = partial(np.testing.assert_allclose, rtol=1e-13)
    close(tanh(z), 2 * logistic(2 * z) - 1, atol=2 * EPS)
    close(logistic(-z), 1 - logistic(z), atol=EPS)
    close(logistic.df(z), logistic(z) * (1 - logistic(z)), atol=EPS)
    close(tanh.df(z), 1 - tanh(z) ** 2, atol=EPS)
    close(softplus.df(z), logistic(z), atol=EPS)
    close(softplus(z) - softplus(-z), z, atol=EPS)
    close(gelu(z) - gelu(-z), z, atol=EPS)
    close(swish(3)(z), swish()(3 * z) / 3, atol=20 * EPS)
    close(hard_tanh(z), 2 * hard_logistic(2 * z) - 1, atol=EPS)
    np.testing.assert_array_equal(relu(z), z * step(z))
    np.testing.assert_array_equal(relu(z) - relu(-z), identity(z))
    np.testing.assert_array_equal(leaky_relu(0.2)(z), relu(z) - 0.2 * relu(-z))


def test_a_soft_activation_tends_to_a_hard_one():
    z = np.linspace(-5, 5, 1001)
    for sharpness in (10, 100, 1000):
        np.testing.assert_allclose(swish(sharpness)(z), relu(z), atol=0.3 / sharpness)
        np.testing.assert_allclose(softplus(sharpness * z) / sharpness, relu(z), atol=1 / sharpness)
    np.testing.assert_allclose(swish(1e-9)(z), z / 2, atol=1e-7)
    np.testing.assert_allclose(gelu_tanh(z), gelu(z), atol=5e-4)


def test_the_hard_ones_are_the_tangents_at_0():
    for hard, soft in ((hard_logistic, logistic), (hard_tanh, tanh)):
        assert hard(0) == soft(0)
        assert hard.df(0) == soft.df(0)


def test_derivatives_at_the_kinks():
    np.testing.assert_array_equal(relu.df([-1, 0, 1]), [0, 0, 1])
    np.testing.assert_array_equal(leaky_relu(0.1).df([-1, 0, 1]), [0.1, 0.1, 1])
    np.testing.assert_array_equal(hard_tanh.df([-1, 0, 1]), [0, 1, 0])
    np.testing.assert_array_equal(hard_logistic.df([-2, 0, 2]), [0, 0.25, 0])


@pytest.mark.parametrize(("dtype", "bound"), [(np.float64, 700), (np.float32, 86), (np.float16, 9)])
def test_logistic_is_precise_in_both_tails(dtype, bound):
    z = np.linspace(-bound, bound, 4001).astype(dtype)
    wide = z.astype(np.longdouble)
    exact = 1 / (1 + np.exp(-wide))
    # exp(−z) in the precision of z: a rounding or two in every value
    assert np.max(np.abs(logistic(z) / exact - 1)) < 4 * np.finfo(dtype).eps
    assert logistic(dtype(-np.inf)) == 0
    assert logistic(dtype(-5000)) == 0  # and no warning


def test_logistic_derivative_peaks_at_a_quarter():
    assert logistic.df(0) == 0.25


def test_parameters_of_activations_are_positive():
    makers = ((leaky_relu, "slope", (0,)), (elu, "alpha", (0,)), (swish, "beta", ()))
    for make, name, also_bad in makers:
        for bad in (-1, np.nan, *also_bad):
            with pytest.raises(
                ValueError, match=rf"^{name} must be (greater than|at least) 0, not "
            ):
                make(bad)
        with pytest.raises(TypeError, match=rf"^{name} must be real numbers"):
            make("1")


@given(z=st.floats(allow_nan=False))
def test_swish_with_an_even_gate_is_half_its_input(z):
    assert swish(0)(z) == z / 2
    assert swish(0).df(z) == 0.5
    assert swish(0).range == (-np.inf, np.inf)


def test_an_activation_prints_as_its_name():
    assert [repr(f) for f in ALL] == [f.name for f in ALL]
    assert repr(tanh) == "tanh"
    assert repr(leaky_relu()) == "leaky_relu(0.01)"


rows = arrays(
    np.float64, st.tuples(st.integers(1, 3), st.integers(1, 5)), elements=st.floats(-9, 9)
)


@given(Z=rows)
def test_softmax_is_that_of_torch(Z):
    expected = torch.softmax(torch.tensor(Z), dim=1), torch.log_softmax(torch.tensor(Z), dim=1)
    np.testing.assert_allclose(softmax(Z), expected[0], rtol=1e-12)
    np.testing.assert_allclose(log_softmax(Z), expected[1], rtol=1e-12, atol=EPS)
    np.testing.assert_array_equal(softmax(Z[0]), softmax(Z)[0])
    np.testing.assert_array_equal(log_softmax(Z[0]), log_softmax(Z)[0])


@given(Z=rows, shift=st.floats(-1e3, 1e3))
def test_identities_of_softmax(Z, shift):
    np.testing.assert_allclose(softmax(Z).sum(axis=1), 1, rtol=1e-14)
    np.testing.assert_allclose(softmax(Z + shift), softmax(Z), rtol=1e-11)
    np.testing.assert_allclose(np.exp(log_softmax(Z)), softmax(Z), rtol=1e-13)
    z = Z[:, 0]
    two = softmax(np.stack([np.zeros_like(z), z], axis=1))  # one sigmoid is two softmax outputs
    np.testing.assert_allclose(two[:, 1], logistic(z), rtol=1e-11)


def test_softmax_of_extreme_rows():
    Z = np.array([[1e308, -1e308], [0, -np.inf], [1e3, 1e3], [-1e3, 0]])
    np.testing.assert_allclose(softmax(Z), [[1, 0], [1, 0], [0.5, 0.5], [0, 1]], atol=1e-300)
    np.testing.assert_array_equal(log_softmax(Z)[3], [-1000, 0])
    assert softmax(Z[2:].astype(np.float32)).dtype == np.float32


def test_softmax_takes_rows():
    for g in (softmax, log_softmax):
        for bad in (1.0, [], np.ones((0, 2)), np.ones((1, 2, 3))):
            with pytest.raises(
                ValueError, match=r"^Z must have shape \(K,\) or \(N, K\), but has "
            ):
                g(bad)
