import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnlib import Linear, central_difference


@st.composite
def layers(draw):
    """A layer with its input A (N, M_in) and D = ∂C/∂Z (N, M_out)."""
    n, m_in, m_out = (draw(st.integers(1, 4)) for _ in range(3))
    layer = Linear(m_in, m_out, np.random.default_rng(draw(st.integers(0, 99))))
    values = st.floats(-3, 3)
    layer.bias[:] = draw(arrays(np.float64, m_out, elements=values))
    A, D = (draw(arrays(np.float64, (n, m), elements=values)) for m in (m_in, m_out))
    return layer, A, D


@given(layers())
def test_forward_and_backward_are_those_of_torch(case):
    layer, A, D = case
    reference = torch.nn.Linear(*A.shape[1:], D.shape[1], dtype=torch.float64)
    with torch.no_grad():
        reference.weight[:] = torch.tensor(layer.weight)
        reference.bias[:] = torch.tensor(layer.bias)
    A_torch = torch.tensor(A, requires_grad=True)
    Z = reference(A_torch)
    Z.backward(torch.tensor(D))

    np.testing.assert_allclose(layer.forward(A), Z.detach(), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(layer.backward(D), A_torch.grad, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(layer.weight_grad, reference.weight.grad, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(layer.bias_grad, reference.bias.grad, rtol=1e-12, atol=1e-14)


@given(layers())
def test_gradients_are_the_limit_of_differences(case):
    """C = Σ D ⊙ Z has ∂C/∂Z = D."""
    layer, A, D = case
    layer.forward(A)
    A_grad = layer.backward(D)
    W, b = layer.weight, layer.bias
    for x, cost, gradient in (
        (A, lambda A: np.sum(D * (A @ W.T + b)), A_grad),
        (W, lambda W: np.sum(D * (A @ W.T + b)), layer.weight_grad),
        (b, lambda b: np.sum(D * (A @ W.T + b)), layer.bias_grad),
    ):
        np.testing.assert_allclose(gradient, central_difference(cost, x), rtol=1e-7, atol=1e-7)


@given(layers())
def test_a_row_is_the_column_formula(case):
    layer, A, _ = case
    for a, z in zip(A, layer(A), strict=True):
        np.testing.assert_allclose(z, layer.weight @ a + layer.bias, rtol=1e-12, atol=1e-14)


def test_gradients_are_named_arrays_of_the_parameters_shapes():
    layer = Linear(3, 2, np.random.default_rng(0))
    assert layer.weight.shape == layer.weight_grad.shape == (2, 3)
    assert layer.bias.shape == layer.bias_grad.shape == (2,)
    held = layer.weight_grad, layer.bias_grad
    layer(np.ones((4, 3)))
    layer.backward(np.ones((4, 2)))
    layer.backward(np.ones((4, 2)))  # a second pass replaces, it does not add
    for gradient in held:  # the same arrays, written anew: an optimizer can hold on to them
        np.testing.assert_array_equal(gradient, 4)


def test_initial_weights():
    rng = np.random.default_rng(0)
    layer = Linear(100, 5000, rng)
    assert layer.weight.mean() == pytest.approx(0, abs=1e-3)
    assert layer.weight.std() == pytest.approx(1 / np.sqrt(100), rel=5e-3)
    np.testing.assert_array_equal(layer.bias, 0)
    first, second = (Linear(3, 2, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first.weight, second.weight)


def test_bad_arguments_are_named():
    rng = np.random.default_rng(0)
    for bad, error in ((0, ValueError), (-1, ValueError), (2.0, TypeError), (True, TypeError)):
        with pytest.raises(error, match=r"^in_features must be "):
            Linear(bad, 2, rng)
        with pytest.raises(error, match=r"^out_features must be "):
            Linear(2, bad, rng)
    for bad in (0, None, np.random.RandomState(0), np.random):
        with pytest.raises(TypeError, match=r"^rng must be of type Generator, such as np.random.d"):
            Linear(2, 3, bad)

    layer = Linear(3, 2, rng)
    with pytest.raises(RuntimeError, match="forward"):
        layer.backward(np.ones((4, 2)))
    for A in (1.0, np.ones(3), np.ones((4, 2)), np.ones((0, 3)), np.ones((1, 4, 3))):
        with pytest.raises(ValueError, match=r"^A must have shape \(N, 3\), but has shape \("):
            layer(A)
    layer(np.ones((4, 3)))
    for D in (1.0, np.ones(2), np.ones((4, 3)), np.ones((3, 2)), np.ones((1, 2))):
        with pytest.raises(ValueError, match=r"^D must have shape \(4, 2\), but has shape \("):
            layer.backward(D)
