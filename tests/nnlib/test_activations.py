import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nnlib import Activation, central_difference, identity, logistic, relu, step, tanh

ALL = [identity, step, logistic, tanh, relu]
EPS = np.finfo(np.float64).eps
TORCH = {
    identity: torch.clone,
    step: lambda z: torch.heaviside(z, torch.zeros((), dtype=z.dtype)),
    logistic: torch.sigmoid,
    tanh: torch.tanh,
    relu: torch.relu,
}

every = pytest.mark.parametrize("f", ALL, ids=repr)


def inputs(bound, **elements):
    """float64 arrays of any shape, of up to three axes."""
    values = st.floats(-bound, bound, **elements)
    return arrays(np.float64, array_shapes(min_dims=0, max_dims=3, max_side=4), elements=values)


@every
@given(z=inputs(1e3))
def test_value_is_that_of_torch(f: Activation, z):
    expected = TORCH[f](torch.tensor(z)).numpy()
    np.testing.assert_allclose(f(z), expected, rtol=1e-12, atol=EPS)


@pytest.mark.parametrize("f", [identity, logistic, tanh, relu], ids=repr)
@given(z=inputs(1e3))
def test_derivative_is_that_of_autograd(f, z):
    leaf = torch.tensor(z, requires_grad=True)
    TORCH[f](leaf).sum().backward()
    np.testing.assert_allclose(f.df(z), leaf.grad.numpy(), rtol=1e-12, atol=EPS)


@every
@given(z=inputs(20).filter(lambda z: np.all(np.abs(z) > 1e-3)))  # no difference across a kink
def test_derivative_is_the_limit_of_differences(f, z):
    difference = central_difference(lambda z: f(z).sum(), z)
    np.testing.assert_allclose(f.df(z), difference, rtol=1e-8, atol=1e-8)


@every
def test_extreme_inputs_reach_the_limits_without_a_warning(f):
    z = np.array([-np.inf, -1e308, -1e3, -0.0, 0.0, 5e-324, 1e3, 1e308, np.inf])
    value, derivative = f(z), f.df(z)  # pytest turns warnings into errors
    low, high = f.range
    assert (value[0], value[-1]) == (low, high)
    assert np.all((low <= value) & (value <= high))
    assert np.all(np.diff(value) >= 0)
    assert np.all((derivative >= 0) & (derivative <= 1))


@every
def test_nan_stays_nan(f):
    assert np.isnan(f(np.nan))


@every
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


@given(z=inputs(1e3))
def test_identities(z):
    np.testing.assert_allclose(tanh(z), 2 * logistic(2 * z) - 1, atol=2 * EPS)
    np.testing.assert_allclose(logistic(-z), 1 - logistic(z), atol=EPS)
    np.testing.assert_allclose(logistic.df(z), logistic(z) * (1 - logistic(z)), atol=EPS)
    np.testing.assert_allclose(tanh.df(z), 1 - tanh(z) ** 2, atol=EPS)
    np.testing.assert_array_equal(relu(z), z * step(z))
    np.testing.assert_array_equal(relu(z) - relu(-z), identity(z))


def test_logistic_derivative_peaks_at_a_quarter():
    assert logistic.df(0) == 0.25


def test_an_activation_prints_as_its_name():
    assert [repr(f) for f in ALL] == ["identity", "step", "logistic", "tanh", "relu"]
    assert [f.name for f in ALL] == [repr(f) for f in ALL]
