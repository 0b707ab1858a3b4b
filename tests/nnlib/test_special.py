import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

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
