import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnlib.autodiff import Variable, grad, hvp
from nnlib.dual import jvp
from nnlib.special import erf


@given(arrays(np.float64, 20, elements=st.floats(-7, 7)))
def test_erf_is_that_of_the_standard_library(x):
    np.testing.assert_allclose(erf(x), [math.erf(value) for value in x], rtol=0, atol=2.3e-16)


def test_erf_near_the_points_of_its_table_and_far_out():
    points = np.arange(0, 7, 1 / 32)
    near = np.concatenate([points - 1e-12, points, points + 1e-12])
    expected = [math.erf(value) for value in near]
    np.testing.assert_allclose(erf(near), expected, rtol=0, atol=2.3e-16)
    np.testing.assert_array_equal(erf(-near), -erf(near))
    np.testing.assert_array_equal(
        erf(np.array([-np.inf, -1e308, 0, 1e308, np.inf])), [-1, -1, 0, 1, 1]
    )
    assert np.isnan(erf(np.array(np.nan)))
    assert erf(np.ones(2, np.float32)).dtype == np.float32


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_derivative_far_out(dtype):
    x = np.array([-np.inf, -300, -3, 0, 1, 31, np.finfo(dtype).max, np.nan], dtype)
    variable = Variable(x)
    expected = 2 / np.sqrt(np.pi) * np.exp(-np.square(x.astype(np.longdouble)))
    tolerance = 8 * np.finfo(dtype).eps
    slope = grad(np.sum(erf(variable)), variable)
    np.testing.assert_allclose(slope, expected.astype(dtype), rtol=tolerance)
    np.testing.assert_allclose(jvp(erf, x, np.ones_like(x))[1], slope)
    second = hvp(np.sum(erf(variable[1:-1])), variable, np.ones_like(x))
    curvature = -2 * x[1:-1].astype(np.longdouble) * expected[1:-1]
    np.testing.assert_allclose(second[1:-1], curvature.astype(dtype), rtol=tolerance)
