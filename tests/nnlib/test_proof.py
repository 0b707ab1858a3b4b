"""`prove` prints only what is so: each way to be wrong is an AssertionError that says which."""

import doctest

import numpy as np
import pytest
import torch

from nnlib import logistic, proof, prove, softmax

Z = np.array([0.5, -1.0, 2.0])


def logistic_derivative(z):
    return np.diag(logistic(z) * (1 - logistic(z)))


def softmax_jacobian(z):
    p = softmax(z[None])[0]
    return np.diag(p) - np.outer(p, p)


def jacobian_of_softmax_without_the_product(z):
    p = softmax(z[None])[0]
    return np.diag(p * (1 - p))


def by_torch(f, z):
    return torch.autograd.functional.jacobian(f, torch.tensor(z))


def test_examples():
    assert doctest.testmod(proof).failed == 0


def test_a_jacobian(capsys):
    autograd = by_torch(torch.sigmoid, Z)
    prove("3.3", logistic_derivative, Z, of=logistic, at=Z, autograd=lambda: autograd)
    assert capsys.readouterr().out == (
        "(3.3) logistic_derivative = central differences = autograd\n"
    )


def test_without_the_library_the_other_witness_stands_and_a_last_line_names_the_missing(capsys):
    def absent():
        import torch_that_is_nowhere

        return torch_that_is_nowhere.grad

    prove("3.3", logistic_derivative, Z, of=logistic, at=Z, autograd=absent)
    assert capsys.readouterr().out == (
        "(3.3) logistic_derivative = central differences\n"
        "(3.3) autograd was not asked: No module named 'torch_that_is_nowhere'\n"
    )
    with pytest.raises(AssertionError, match="differs from central differences"):
        prove("5.1", jacobian_of_softmax_without_the_product, Z, of=of, at=Z, autograd=absent)


def test_no_other_error_of_the_witness_is_hidden():
    with pytest.raises(NameError, match="forgotten"):
        prove("3.3", logistic_derivative, Z, of=logistic, at=Z, autograd=lambda: forgotten)  # noqa: F821


def test_the_axes_are_those_of_the_output_and_then_of_the_input():
    W, x = np.arange(6.0).reshape(2, 3), np.ones(3)

    def derivative(W):
        return W

    prove("1.1", derivative, W, of=lambda x: W @ x, at=x, autograd=lambda: W)
    with pytest.raises(ValueError, match=r"autograd must have shape \(2, 3\), but has .*\(3, 2\)"):
        prove("1.1", derivative, W, of=lambda x: W @ x, at=x, autograd=lambda: W.T)


def of(z):
    return softmax(z[None])[0]


def test_a_wrong_formula_is_told_with_its_elements():
    def autograd():
        return by_torch(lambda z: torch.softmax(z, 0), Z)

    prove("5.1", softmax_jacobian, Z, of=of, at=Z, autograd=autograd)
    with pytest.raises(AssertionError, match=r"\(5.1\) jacobian_of.*central differences in 6 of 9"):
        prove("5.1", jacobian_of_softmax_without_the_product, Z, of=of, at=Z, autograd=autograd)


def test_a_wrong_autograd_is_told_from_a_wrong_formula():
    autograd = by_torch(lambda z: torch.softmax(z, 0), Z) * (1 + 1e-8)
    with pytest.raises(AssertionError, match="differs from autograd in"):
        prove("5.1", softmax_jacobian, Z, of=of, at=Z, autograd=lambda: autograd)


def test_a_wrong_shape_is_told():
    def constant(z):
        return 1.0

    with pytest.raises(ValueError, match=r"constant\(…\) must have shape \(3,\)"):
        prove("1.1", constant, Z, of=lambda z: z.sum(), at=Z, autograd=lambda: np.ones(3))
