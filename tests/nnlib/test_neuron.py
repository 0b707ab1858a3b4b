import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnlib import Neuron, central_difference, identity, logistic, relu, step, tanh

X_BOOLEAN = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


@st.composite
def samples(draw, max_n=5):
    """w (D,), b, X (N, D), y (N,)."""
    n, d = draw(st.integers(1, max_n)), draw(st.integers(1, 4))
    values = st.floats(-3, 3)
    w, X, y = (draw(arrays(np.float64, shape, elements=values)) for shape in (d, (n, d), n))
    return w, draw(values), X, y


@pytest.mark.parametrize(
    ("f", "torch_f"), [(logistic, torch.sigmoid), (tanh, torch.tanh), (identity, torch.clone)]
)
@given(samples())
def test_output_and_gradient_are_those_of_torch(f, torch_f, sample):
    w, b, X, y = sample
    neuron = Neuron(w, b, f)
    linear = torch.nn.Linear(len(w), 1, dtype=torch.float64)
    with torch.no_grad():
        linear.weight[0] = torch.tensor(w)
        linear.bias[0] = b
    z = linear(torch.tensor(X))[:, 0]
    y_hat = torch_f(z)
    (0.5 * (y_hat - torch.tensor(y)) ** 2).mean().backward()

    np.testing.assert_allclose(neuron.net_input(X), z.detach(), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(neuron(X), y_hat.detach(), rtol=1e-12, atol=1e-14)
    dw, db = neuron.gradient(X, y)
    assert dw.shape == w.shape
    np.testing.assert_allclose(dw, linear.weight.grad[0], rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(db, linear.bias.grad[0], rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("f", [logistic, tanh, identity], ids=repr)
@given(samples())
def test_gradient_is_the_limit_of_differences(f, sample):
    w, b, X, y = sample
    dw, db = Neuron(w, b, f).gradient(X, y)
    dw_difference = central_difference(lambda w: np.mean((f(X @ w + b) - y) ** 2) / 2, w)
    db_difference = central_difference(lambda b: np.mean((f(X @ w + b) - y) ** 2) / 2, b)
    np.testing.assert_allclose(dw, dw_difference, rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(db, db_difference, rtol=1e-7, atol=1e-7)


@given(samples())
def test_a_batch_is_its_samples_one_by_one(sample):
    w, b, X, y = sample
    neuron = Neuron(w, b, logistic)
    np.testing.assert_allclose(neuron(X), [neuron(x) for x in X], rtol=1e-14)
    dw, db = zip(*(neuron.gradient(x, y_n) for x, y_n in zip(X, y, strict=True)), strict=True)
    mean_dw, mean_db = neuron.gradient(X, y)
    np.testing.assert_allclose(mean_dw, np.mean(dw, axis=0), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(mean_db, np.mean(db), rtol=1e-12, atol=1e-15)


def test_one_sample_by_the_formula():
    w, b, x, y = np.array([0.5, -1.0]), 0.25, np.array([2.0, 3.0]), 1.0
    neuron = Neuron(w, b, logistic)
    z = 0.5 * 2 - 1 * 3 + 0.25
    y_hat = 1 / (1 + np.exp(-z))
    assert neuron.net_input(x) == z
    assert neuron(x) == pytest.approx(y_hat, rel=1e-14)
    dw, db = neuron.gradient(x, y)
    np.testing.assert_allclose(dw, (y_hat - y) * y_hat * (1 - y_hat) * x, rtol=1e-14)
    assert db == pytest.approx((y_hat - y) * y_hat * (1 - y_hat), rel=1e-14)


def test_a_perceptron_computes_nand():
    nand = Neuron([-2, -2], 3, step)
    np.testing.assert_array_equal(nand(X_BOOLEAN), [1, 1, 1, 0])
    assert nand([1, 1]) == 0


def test_scaling_leaves_a_perceptron_and_sharpens_a_logistic_neuron():
    w, b = np.array([-2.0, -2.0]), 3.0
    perceptron = Neuron(w, b, step)(X_BOOLEAN)
    for c in (0.1, 7, 1e3):
        np.testing.assert_array_equal(Neuron(c * w, c * b, step)(X_BOOLEAN), perceptron)
    np.testing.assert_allclose(Neuron(1e3 * w, 1e3 * b, logistic)(X_BOOLEAN), perceptron, atol=1e-9)


def test_float32_stays_float32():
    neuron = Neuron(np.ones(2, np.float32), 0.5, relu)
    X = np.ones((3, 2), np.float32)
    assert neuron(X).dtype == np.float32
    dw, db = neuron.gradient(X, np.zeros(3, np.float32))
    assert dw.dtype == db.dtype == np.float32


def test_training_leaves_the_callers_weights_alone():
    w = np.ones(2)
    neuron = Neuron(w, 0, logistic)
    neuron.w -= 0.5
    np.testing.assert_array_equal(w, 1)


def test_bad_arguments_are_named():
    for w in (1.0, [[1, 2]], []):
        with pytest.raises(ValueError, match=r"^w must have shape \(D,\), but has shape \("):
            Neuron(w, 0, logistic)
    with pytest.raises(ValueError, match=r"^b, the bias of one neuron, must be one number"):
        Neuron([1, 2], [0, 0], logistic)
    with pytest.raises(TypeError, match=r"^b, the bias of one neuron, must be real numbers"):
        Neuron([1, 2], None, logistic)
    with pytest.raises(TypeError, match=r"^f must be of type Activation, such as nnlib.logistic"):
        Neuron([1, 2], 0, np.tanh)

    neuron = Neuron([1, 2], 0, logistic)
    for X in (1.0, [1, 2, 3], np.ones((4, 3)), np.ones((0, 2)), np.ones((1, 4, 2))):
        for method in (neuron, neuron.net_input, lambda X: neuron.gradient(X, 0)):
            with pytest.raises(ValueError, match=r"^X must have shape \(2,\) or \(N, 2\), but has"):
                method(X)
    with pytest.raises(ValueError, match=r"^y must have shape \(4,\), but has shape \(4, 1\)$"):
        neuron.gradient(X_BOOLEAN, np.ones((4, 1)))
    with pytest.raises(ValueError, match=r"^y must have shape \(4,\), but has shape \(\)$"):
        neuron.gradient(X_BOOLEAN, 1)
    with pytest.raises(ValueError, match=r"^y must have shape \(\), but has shape \(1,\)$"):
        neuron.gradient([1, 2], [1])
