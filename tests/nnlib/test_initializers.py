import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnlib import constant, he, normal, scaled_normal, xavier, zeros

SHAPES = [(400, 500), (100, 40, 5, 5)]  # a weight matrix, kernels
TORCH = {
    xavier: torch.nn.init.xavier_normal_,
    he: torch.nn.init.kaiming_normal_,
    normal(): torch.nn.init.normal_,
    scaled_normal: lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="linear"),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("init", TORCH)
def test_mean_and_variance_are_those_of_torch(init, shape):
    torch.manual_seed(0)
    values = init(np.random.default_rng(0), shape)
    expected = TORCH[init](torch.empty(shape))
    assert values.shape == shape
    assert values.std() == pytest.approx(expected.std().item(), rel=0.01)
    assert values.mean() == pytest.approx(0, abs=0.01 * values.std())


@given(st.integers(1, 20), st.integers(1, 20), st.integers(1, 3))
def test_deviations_by_the_formulas(m_in, m_out, k):
    class Ones:
        """In the place of a generator: draws the standard deviation."""

        def normal(self, mean, std, shape):
            return np.full(shape, std)

    for shape in ((m_out, m_in), (m_out, m_in, k, k)):
        window = 1 if len(shape) == 2 else k * k
        for init, variance in (
            (normal(0.3), 0.09),
            (scaled_normal, 1 / (m_in * window)),
            (he, 2 / (m_in * window)),
            (xavier, 2 / ((m_in + m_out) * window)),
        ):
            np.testing.assert_allclose(init(Ones(), shape) ** 2, variance, rtol=1e-12)


def test_constants():
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(constant(0.5)(rng, (2, 3)), np.full((2, 3), 0.5))
    np.testing.assert_array_equal(zeros(rng, (3,)), np.zeros(3))


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match=r"^std must be at least 0, not -1"):
        normal(-1)
    with pytest.raises(TypeError, match=r"^value must be real numbers"):
        constant("0")
