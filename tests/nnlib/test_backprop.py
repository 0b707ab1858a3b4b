import itertools

import numpy as np
import pytest
from against import assert_close
from hypothesis import given
from hypothesis import strategies as st

from nnlib import (
    Conv2d,
    Linear,
    Sequential,
    backprop,
    binary_cross_entropy,
    central_difference,
    logistic,
    normal,
    relu,
    softmax_cross_entropy,
    squared_error,
    tanh,
)

rngs = st.integers(0, 999).map(np.random.default_rng)


@st.composite
def networks(draw):
    """A network of one to four layers, with its loss, inputs and targets."""
    rng, widths = draw(rngs), draw(st.lists(st.integers(1, 4), min_size=2, max_size=5))
    loss, output = draw(
        st.sampled_from(
            [(squared_error, logistic), (binary_cross_entropy, None), (softmax_cross_entropy, None)]
        )
    )
    layers = []
    for m_in, m_out in itertools.pairwise(widths):
        layers += [
            Linear(m_in, m_out, rng, bias=draw(st.booleans()), bias_init=normal()),
            draw(st.sampled_from([tanh, relu])),
        ]
    layers[-1:] = [output] if output else []
    n = draw(st.integers(1, 4))
    Y = np.eye(widths[-1])[rng.integers(0, widths[-1], n)]
    return Sequential(*layers), rng.normal(size=(n, widths[0])), Y, loss


@given(networks())
def test_the_four_equations_are_what_the_layers_compute(case):
    net, X, Y, loss = case
    records = backprop(net, X, Y, loss)
    assert_close(records[-1].A, net(X))
    net.set_gradients(loss.gradient(net(X), Y))
    linear = [layer for layer in net.layers if isinstance(layer, Linear)]
    assert len(records) == len(linear)
    for record, layer in zip(records, linear, strict=True):
        assert record.Z.shape == record.A.shape == record.D.shape == (len(X), len(layer.weight))
        assert_close(record.dW, layer.weight_grad)
        if layer.bias is not None:
            assert_close(record.db, layer.bias_grad)


@given(networks())
def test_delta_is_how_the_cost_answers_a_nudge_of_z(case):
    net, X, Y, loss = case
    records = backprop(net, X, Y, loss)
    layers, n = net.layers, 0
    for i, layer in enumerate(layers):
        if not isinstance(layer, Linear):
            continue
        rest = Sequential(*layers[i + 1 :]) if layers[i + 1 :] else lambda Z: Z
        record, n = records[n], n + 1
        expected = central_difference(lambda Z, rest=rest: loss(rest(Z), Y), record.Z)
        np.testing.assert_allclose(record.D, expected, rtol=1e-6, atol=1e-8)


def test_the_records_of_a_chain_of_single_units():
    """C = ½ (w2 tanh(w1 x) − y)²: every number can be worked out by hand."""
    rng = np.random.default_rng(0)
    net = Sequential(Linear(1, 1, rng), tanh, Linear(1, 1, rng))
    w1, w2, x, y = 0.5, -2.0, 1.5, 1.0
    net[0].weight[:], net[2].weight[:] = w1, w2
    first, second = backprop(net, [[x]], [[y]], squared_error)
    a1 = np.tanh(w1 * x)
    delta2 = w2 * a1 - y
    delta1 = delta2 * w2 * (1 - a1**2)
    for actual, expected in (
        ((first.Z, first.A, second.Z, second.A), (w1 * x, a1, w2 * a1, w2 * a1)),
        ((second.D, second.db, second.dW), (delta2, delta2, delta2 * a1)),
        ((first.D, first.db, first.dW), (delta1, delta1, delta1 * x)),
    ):
        np.testing.assert_allclose([a.item() for a in actual], expected, rtol=1e-14)


def test_the_gradients_of_the_network_are_left_alone():
    rng = np.random.default_rng(0)
    net = Sequential(Linear(2, 2, rng), logistic)
    net[0].weight_grad[...] = 7
    backprop(net, np.ones((1, 2)), np.ones((1, 2)), squared_error)
    np.testing.assert_array_equal(net[0].weight_grad, 7)


def test_bad_arguments_are_named():
    rng = np.random.default_rng(0)
    X, Y = np.ones((1, 2)), np.ones((1, 2))
    for net in (
        Sequential(tanh),
        Sequential(Linear(2, 2, rng), tanh, tanh),
        Sequential(Conv2d(1, 1, 1, rng)),
    ):
        with pytest.raises(
            ValueError, match=r"^net must be linear layers, each with at most one ac"
        ):
            backprop(net, X, Y, squared_error)
    with pytest.raises(
        TypeError, match=r"^net must be of type Sequential, such as nnlib.Sequential"
    ):
        backprop(Linear(2, 2, rng), X, Y, squared_error)
    net = Sequential(Linear(2, 2, rng))
    with pytest.raises(TypeError, match=r"^loss must be of type Loss, such as nnlib.squared_error"):
        backprop(net, X, Y, np.square)
    with pytest.raises(ValueError, match=r"^X must have shape \(N, 2\), but has shape \(1, 3\)"):
        backprop(net, np.ones((1, 3)), Y, squared_error)
    with pytest.raises(ValueError, match=r"^Y must have shape \(1, 2\), but has shape \(2,\)"):
        backprop(net, X, Y[0], squared_error)
    with pytest.raises(
        ValueError, match=r"^net must be layers that fit, but Linear\(.*\) feeds Linear\("
    ):
        backprop(Sequential(Linear(2, 2, rng), Linear(3, 2, rng)), X, Y, squared_error)
