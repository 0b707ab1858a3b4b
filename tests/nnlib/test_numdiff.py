import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nnlib import central_difference

EXACT = [
    (lambda x: (x**2).sum() / 2, lambda x: x),
    (lambda x: np.sin(x).sum(), np.cos),
    (lambda x: np.exp(-x).sum(), lambda x: -np.exp(-x)),
    (lambda x: np.sqrt(1 + (x**2).sum()), lambda x: x / np.sqrt(1 + (x**2).sum())),
]


@pytest.mark.parametrize(("f", "gradient"), EXACT)
@given(x=arrays(np.float64, array_shapes(max_dims=3, max_side=3), elements=st.floats(-3, 3)))
def test_gradient_of_any_shape(f, gradient, x):
    before = x.copy()
    result = central_difference(f, x)
    assert result.shape == x.shape
    np.testing.assert_allclose(result, gradient(x), rtol=1e-8, atol=1e-8)
    np.testing.assert_array_equal(x, before)


def test_a_number_has_a_number_for_derivative():
    result = central_difference(np.exp, 1)
    assert isinstance(result, float)
    assert result == pytest.approx(np.e, rel=1e-9)


def test_float32_is_differentiated_in_float64():
    x = np.array([0.1, 0.7], np.float32)
    result = central_difference(lambda x: np.sin(x).sum(), x)
    np.testing.assert_allclose(result, np.cos(x.astype(np.float64)), rtol=1e-9)


def test_error_falls_with_the_square_of_h():
    coarse, fine = (abs(central_difference(np.sin, 1, h=h) - np.cos(1)) for h in (0.02, 0.01))
    assert coarse / fine == pytest.approx(4, rel=1e-3)


def test_default_step_is_near_the_best():
    steps = 10.0 ** np.arange(-10, 0)
    errors = [abs(central_difference(np.exp, 1, h=h) - np.e) for h in steps]
    assert abs(central_difference(np.exp, 1) - np.e) <= 3 * min(errors)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match=r"^f\(x\) must be one number, but has shape \(2,\)"):
        central_difference(lambda x: x, [1, 2])
    with pytest.raises(TypeError, match=r"^f\(x\) must be real numbers, but has dtype object"):
        central_difference(lambda x: None, [1, 2])
    with pytest.raises(TypeError, match=r"^x must be real numbers, but has dtype complex128"):
        central_difference(np.sum, [1j])
    for h in (0, -1e-5, np.nan):
        with pytest.raises(ValueError, match=r"^h must be greater than 0, not "):
            central_difference(np.sum, [1], h=h)
    with pytest.raises(TypeError, match=r"^h must be real numbers"):
        central_difference(np.sum, [1], h="small")
