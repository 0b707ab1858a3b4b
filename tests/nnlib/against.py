"""What is held against torch and against differences, by more than one module of tests."""

import numpy as np
import torch

from nnlib import central_difference

# Functions of numbers that NumPy and torch both have, and their rules must know.
ELEMENTWISE = {
    "square": (np.square, torch.square),
    "square root": (np.sqrt, torch.sqrt),
    "exp": (np.exp, torch.exp),
    "log": (np.log, torch.log),
    "sin": (np.sin, torch.sin),
    "cos": (np.cos, torch.cos),
    "tanh": (np.tanh, torch.tanh),
}


def assert_close(actual, expected, rtol=1e-10):
    """Equal up to `rtol` of the greatest value: sums that cancel have no relative precision."""
    if isinstance(expected, torch.Tensor):
        expected = expected.detach().numpy()
    scale = np.abs(expected).max(initial=1e-300)
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=rtol * scale)


def state_as_tensors(layer):
    return {name: torch.tensor(value) for name, value in layer.state_dict().items()}


def assert_same_as_torch(layer, reference, A):
    """Output, all gradients and the state afterwards, for an arbitrary D."""
    reference = reference.double()
    reference.load_state_dict(state_as_tensors(layer), strict=False)
    A_torch = torch.tensor(A, requires_grad=True)
    Z_torch = reference(A_torch)
    D = np.random.default_rng(0).normal(size=Z_torch.shape)
    Z_torch.backward(torch.tensor(D))

    assert_close(layer(A), Z_torch)
    assert_close(layer.backward(D), A_torch.grad)
    gradients = layer.gradients()
    assert gradients.keys() == dict(reference.named_parameters()).keys()
    for name, parameter in reference.named_parameters():
        assert gradients[name].shape == parameter.shape
        assert_close(gradients[name], parameter.grad)
    for name, value in layer.state_dict().items():
        assert_close(value, reference.state_dict()[name])


def assert_gradients_are_limits(layer, A):
    """With the cost C = Σ D ⊙ layer(A), ∂C/∂Z is D."""
    D = np.random.default_rng(0).normal(size=layer(A).shape)
    layer(A)
    A_grad = layer.backward(D)
    gradients = {name: gradient.copy() for name, gradient in layer.gradients().items()}
    expected = central_difference(lambda A: np.sum(D * layer(A)), A)
    np.testing.assert_allclose(A_grad, expected, rtol=1e-7, atol=1e-7)

    for name, parameter in layer.parameters().items():

        def cost(value, parameter=parameter):
            before = parameter.copy()
            parameter[...] = value
            result = np.sum(D * layer(A))
            parameter[...] = before
            return result

        expected = central_difference(cost, parameter)
        np.testing.assert_allclose(gradients[name], expected, rtol=1e-7, atol=1e-7, err_msg=name)
    for parameter in gradients:  # set_gradients is backward without the gradient of the input
        layer.gradients()[parameter][...] = np.nan
    layer(A)
    layer.set_gradients(D)
    for name, gradient in gradients.items():
        np.testing.assert_array_equal(layer.gradients()[name], gradient)
