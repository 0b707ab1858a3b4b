import copy
import pickle

import numpy as np
import pytest
import torch
from against import assert_close, assert_gradients_are_limits, assert_same_as_torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from nnlib import (
    SGD,
    Activate,
    BatchNorm,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    Linear,
    Maxout,
    MaxPool2d,
    PReLU,
    Residual,
    Sequential,
    constant,
    he,
    identity,
    load_weights,
    logistic,
    normal,
    relu,
    save_weights,
    tanh,
)

sizes = st.integers(1, 4)
seeds = st.integers(0, 999)
rngs = seeds.map(np.random.default_rng)


@given(rngs, sizes, sizes, sizes)
def test_linear(rng, n, m_in, m_out):
    layer = Linear(m_in, m_out, rng, bias_init=normal())
    A = rng.normal(size=(n, m_in))
    assert_same_as_torch(layer, torch.nn.Linear(m_in, m_out), A)
    assert_gradients_are_limits(layer, A)


@given(rngs, sizes, sizes, sizes)
def test_a_row_is_the_column_formula(rng, n, m_in, m_out):
    layer = Linear(m_in, m_out, rng, bias_init=normal())
    A = rng.normal(size=(n, m_in))
    for a, z in zip(A, layer(A), strict=True):
        np.testing.assert_allclose(z, layer.weight @ a + layer.bias, rtol=1e-12, atol=1e-14)


@given(rngs, array_shapes(max_dims=4, max_side=3))
def test_activate(rng, shape):
    Z = rng.normal(size=shape)
    assert_same_as_torch(Activate(tanh), torch.nn.Tanh(), Z)
    assert_gradients_are_limits(Activate(logistic), Z)


@given(rngs, array_shapes(max_dims=4, max_side=3))
def test_flatten(rng, shape):
    A = rng.normal(size=shape)
    layer = Flatten()
    assert layer(A).shape == (shape[0], A[0].size)
    assert layer.backward(layer(A)).shape == shape
    if len(shape) > 1:
        assert_same_as_torch(layer, torch.nn.Flatten(), A)


@given(rngs, array_shapes(min_dims=2, max_dims=4, max_side=3), st.booleans())
def test_prelu(rng, shape, by_channel):
    channels = shape[1] if by_channel else 1
    layer = PReLU(channels)
    layer.weight[:] = rng.normal(size=channels)
    A = rng.normal(size=shape)
    assert_same_as_torch(layer, torch.nn.PReLU(channels), A)
    assert_gradients_are_limits(layer, A)


def test_prelu_counts_0_as_the_negative_side():
    layer = PReLU()
    np.testing.assert_array_equal(layer([[-1.0, 0.0, 2.0]]), [[-0.25, 0, 2]])
    np.testing.assert_array_equal(layer.backward(np.ones((1, 3))), [[0.25, 0.25, 1]])
    np.testing.assert_array_equal(layer.weight_grad, [-1])


@given(rngs, sizes, sizes, sizes, sizes)
def test_maxout(rng, n, m_in, m_out, k):
    layer = Maxout(m_in, m_out, k, rng, bias_init=normal())
    A = rng.normal(size=(n, m_in))
    W = layer.linear.weight.reshape(m_out, k, m_in)
    b = layer.linear.bias.reshape(m_out, k)
    assert_close(layer(A), (np.einsum("oki,ni->nok", W, A) + b).max(axis=2))
    assert_gradients_are_limits(layer, A)


def test_maxout_of_two_opposite_lines_is_the_absolute_value():
    layer = Maxout(1, 1, 2, np.random.default_rng(0))
    layer.linear.weight[:] = [[1], [-1]]
    np.testing.assert_array_equal(layer([[-3.0], [2.0]]), [[3], [2]])
    layer([[0.0]])  # both pieces tie: the first counts
    np.testing.assert_array_equal(layer.backward([[1.0]]), [[1]])


@given(rngs, sizes, sizes)
def test_residual(rng, n, m):
    layer = Residual(Linear(m, 3, rng), tanh, Linear(3, m, rng))
    A = rng.normal(size=(n, m))
    np.testing.assert_array_equal(layer(A), A + layer.block(A))
    assert_gradients_are_limits(layer, A)


def test_dropout_keeps_the_expectation_and_scales_the_gradient_alike():
    layer = Dropout(0.2, np.random.default_rng(0))
    A = np.full((200, 500), 3.0)
    Z = layer(A)
    np.testing.assert_allclose(np.unique(Z), [0, 3 / 0.8])
    assert Z.mean() == pytest.approx(3, rel=1e-2)
    np.testing.assert_array_equal(layer.backward(A), Z)
    assert not np.array_equal(layer(A), Z)  # another draw


def test_dropout_does_nothing_in_evaluation():
    layer = Dropout(0.9, np.random.default_rng(0)).eval()
    A = np.random.default_rng(1).normal(size=(4, 5))
    np.testing.assert_array_equal(layer(A), A)
    np.testing.assert_array_equal(layer.backward(A), A)


def mixed_network(rng):
    """Every kind of layer, after one another."""
    return Sequential(
        Conv2d(1, 3, 3, rng, padding=1, init=he),
        BatchNorm(3),
        MaxPool2d(2),
        PReLU(3),
        Residual(Conv2d(3, 3, 3, rng, padding=1), tanh),
        Flatten(),
        Maxout(12, 6, 2, rng),
        BatchNorm(6),
        Dropout(0.5, rng),
        Linear(6, 4, rng),
        logistic,
    )


@settings(max_examples=3)
@given(rngs, st.integers(2, 4))
def test_a_network_of_every_kind_of_layer(rng, n):
    net = mixed_network(rng)
    net.layers[8].rng = FixedDraws()
    assert_gradients_are_limits(net, rng.normal(size=(n, 1, 4, 5)))


class FixedDraws:
    """In the place of a generator: the same dropout in every pass, so that it has a derivative."""

    def random(self, shape):
        return np.random.default_rng(0).random(shape)


@settings(max_examples=25)
@given(rngs, sizes)
def test_sequential_is_that_of_torch_down_to_the_names(rng, n):
    net = Sequential(
        Conv2d(2, 3, 2, rng), relu, MaxPool2d(2), Flatten(), Linear(12, 5, rng), tanh, PReLU(5)
    )
    reference = torch.nn.Sequential(
        torch.nn.Conv2d(2, 3, 2),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(12, 5),
        torch.nn.Tanh(),
        torch.nn.PReLU(5),
    )
    assert net.state_dict().keys() == reference.state_dict().keys()
    assert_same_as_torch(net, reference, rng.normal(size=(n, 2, 5, 6)))


@settings(max_examples=25)
@given(rngs)
def test_backward_is_the_adjoint_of_the_linearized_forward(rng):
    """⟨D, J v⟩ = ⟨Jᵀ D, v⟩, where J v is the derivative in the direction v."""
    net = Sequential(Linear(4, 5, rng), tanh, Residual(Linear(5, 5, rng), logistic))
    A, v, h = rng.normal(size=(3, 4)), rng.normal(size=(3, 4)), 1e-6
    D = rng.normal(size=(3, 5))
    J_v = (net(A + h * v) - net(A - h * v)) / (2 * h)
    net(A)
    assert np.sum(D * J_v) == pytest.approx(np.sum(net.backward(D) * v), rel=1e-7, abs=1e-8)


def test_the_first_layer_that_learns_ends_the_way_back():
    rng = np.random.default_rng(0)
    net = Sequential(Flatten(), Linear(4, 3, rng), tanh, Linear(3, 2, rng))
    A, D = rng.normal(size=(5, 2, 2)), rng.normal(size=(5, 2))
    net(A)
    net.backward(D)
    expected = copy.deepcopy(net.gradients())
    for needless in (net[0].backward, net[1].backward):
        setattr(needless.__self__, needless.__name__, None)  # calling it would fail
    net.set_gradients(D)
    for name, gradient in net.gradients().items():
        np.testing.assert_array_equal(gradient, expected[name])
    Sequential(tanh).forward(A)
    nothing = Sequential(tanh)
    nothing(A)
    nothing.set_gradients(A)  # no parameters, nothing to do


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

    net = mixed_network(np.random.default_rng(0))
    parameters, gradients = net.parameters(), net.gradients()
    assert list(parameters) == list(gradients)
    assert "4.block.0.weight" in parameters
    assert "6.linear.bias" in parameters
    for name, parameter in parameters.items():
        assert parameter.shape == gradients[name].shape
    assert parameters["0.weight"] is net[0].weight
    assert gradients["0.weight"] is net[0].weight_grad
    assert net.state_dict().keys() - parameters.keys() == {
        f"{i}.{name}" for i in (1, 7) for name in ("running_mean", "running_var")
    }


def test_what_a_layer_returns_and_keeps_is_read_only():
    net = mixed_network(np.random.default_rng(0))
    A = net(np.ones((2, 1, 4, 5)))
    for _, layer in net.walk():
        if not isinstance(layer, Sequential):
            with pytest.raises(ValueError, match="read-only"):
                layer.A_prev *= 0
    with pytest.raises(ValueError, match="read-only"):
        A -= 1
    net.backward(A)[...] = 0  # gradients are the caller's


def test_the_input_may_be_changed_after_the_forward_pass():
    rng = np.random.default_rng(0)
    for net in (mixed_network(rng), Linear(20, 3, rng), Activate(tanh), Flatten()):
        A = rng.normal(size=(2, 20) if isinstance(net, Linear) else (2, 1, 4, 5))
        for buffer in (A, A[...], A.view()):
            D = np.ones(net.eval()(buffer.copy()).shape)
            expected = net.backward(D), copy.deepcopy(net.gradients())
            net(buffer)
            buffer *= 0
            np.testing.assert_array_equal(net.backward(D), expected[0])
            for name, gradient in net.gradients().items():
                np.testing.assert_array_equal(gradient, expected[1][name])
            buffer += rng.normal(size=A.shape)
    back = net.backward(D)  # of Flatten, whose gradient is D in another shape
    back *= 0
    np.testing.assert_array_equal(D, 1)


class Failing(Layer):
    """The identity, unless it fails."""

    fails = False

    def _forward(self, A):
        if self.fails:
            raise ValueError("no")
        return +A

    def _input_gradient(self, D):
        return +D


COMPOSITES = {
    "alone": lambda part, failing, rng: part,
    "sequential": lambda part, failing, rng: Sequential(part, failing, Linear(3, 2, rng)),
    "two": lambda part, failing, rng: Sequential(Sequential(part, tanh), failing),
    "residual": lambda part, failing, rng: Residual(part, failing, tanh),
    "residual in sequential": lambda part, failing, rng: Sequential(failing, Residual(part, tanh)),
}


@pytest.mark.parametrize("make", COMPOSITES.values(), ids=COMPOSITES)
@pytest.mark.parametrize("of_maxout", [False, True])
def test_the_way_back_is_through_the_pass_of_the_whole(make, of_maxout):
    rng, failing = np.random.default_rng(0), Failing()
    part = Maxout(3, 3, 2, rng) if of_maxout else Linear(3, 3, rng)
    net, inside = make(part, failing, rng), part.linear if of_maxout else part
    A, other = rng.normal(size=(2, 4, 3))

    def stopped_by_an_error():
        failing.fails = True
        with pytest.raises(ValueError, match="no"):
            net(other)
        failing.fails = False

    ways = [lambda: inside(other), lambda: Residual(tanh, part)(other), stopped_by_an_error]
    if net is part:  # whose own last pass it is
        ways = [lambda: inside(other)] if of_maxout else []
    for away in ways:
        D = np.ones(net(A).shape)
        away()
        for back in (net.backward, net.set_gradients):
            with pytest.raises(RuntimeError, match="no pass through a part alone"):
                back(D)
    assert_gradients_are_limits(net, A)
    D = np.ones(net(A).shape)
    twin = copy.deepcopy(net)
    np.testing.assert_array_equal(twin.backward(D), net.backward(D))


def test_a_pass_that_failed_leads_nowhere_back():
    rng = np.random.default_rng(0)
    for layer, bad in (
        (Conv2d(1, 1, 3, rng), np.ones((2, 1, 2, 2))),
        (BatchNorm(1), np.ones((1, 1, 1, 1))),
    ):
        D = np.ones(layer(rng.normal(size=(2, 1, 3, 3))).shape)
        with pytest.raises(ValueError, match=r"^A must "):
            layer(bad)
        with pytest.raises(RuntimeError, match="needs a forward pass"):
            layer.backward(D)


def test_a_network_keeps_the_layers_that_it_was_made_of():
    rng = np.random.default_rng(0)
    layer = Linear(3, 3, rng)
    for net, name in (
        (Sequential(layer), "layers"),
        (Residual(layer), "block"),
        (Maxout(3, 1, 2, rng), "linear"),
    ):
        with pytest.raises(AttributeError, match=f"'{name}' of .* has no setter"):
            setattr(net, name, getattr(net, name))


def test_parameters_start_as_copies_of_what_an_initializer_returns():
    W = np.ones((2, 3))
    first, second = (Linear(3, 2, np.random.default_rng(0), init=lambda *_: W) for _ in range(2))
    first.weight[...] = 0
    np.testing.assert_array_equal(second.weight, 1)
    np.testing.assert_array_equal(W, 1)


def test_what_is_assigned_to_a_parameter_goes_into_its_array():
    layer = BatchNorm(2).astype(np.float32)
    for name in ("weight", "bias", "weight_grad", "bias_grad", "running_mean", "running_var"):
        array, new = getattr(layer, name), np.array([3.0, 4.0])
        setattr(layer, name, new)
        new[:] = 0
        assert getattr(layer, name) is array
        np.testing.assert_array_equal(array, [3, 4])
        assert array.dtype == np.float32
    layer.weight -= 1
    np.testing.assert_array_equal(layer.weight, [2, 3])
    for bad in (np.ones(3), 1.0, np.ones((1, 2))):
        with pytest.raises(ValueError, match=r"^weight must have shape \(2,\), but has shape"):
            layer.weight = bad


def test_a_network_from_pickle_copies_what_is_assigned():
    class OfOnesOwn(Linear):
        pass

    globals()["OfOnesOwn"] = OfOnesOwn
    OfOnesOwn.__qualname__ = "OfOnesOwn"
    file = pickle.dumps(OfOnesOwn(1, 1, np.random.default_rng(0)))
    del OfOnesOwn.weight, OfOnesOwn.bias, OfOnesOwn.weight_grad, OfOnesOwn.bias_grad
    layer = pickle.loads(file)  # the first of its class
    weight = layer.weight
    layer.weight = [[7]]
    np.testing.assert_array_equal(weight, 7)


def test_initial_weights():
    rng = np.random.default_rng(0)
    layer = Linear(100, 5000, rng)
    assert layer.weight.mean() == pytest.approx(0, abs=1e-3)
    assert layer.weight.std() == pytest.approx(1 / np.sqrt(100), rel=5e-3)
    np.testing.assert_array_equal(layer.bias, 0)
    first, second = (Linear(3, 2, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first.weight, second.weight)


def test_a_network_computes_in_its_own_precision():
    rng = np.random.default_rng(0)
    double = mixed_network(rng)
    single = double.astype(np.float32)
    A = rng.normal(size=(3, 1, 4, 5))
    Z = single(A)  # float64 comes in
    assert Z.dtype == np.float32
    assert single.backward(Z.astype(np.float64)).dtype == np.float32
    for arrays in (single.state_dict(), single.gradients()):
        assert {array.dtype for array in arrays.values()} == {np.dtype(np.float32)}
    assert {p.dtype for p in double.state_dict().values()} == {np.dtype(np.float64)}
    double(A)
    np.testing.assert_allclose(single.eval()(A), double.eval()(A), rtol=1e-4, atol=1e-5)


def test_a_copy_shares_nothing():
    net = Sequential(Linear(2, 2, np.random.default_rng(0)))
    for twin in (net.astype(np.float64), net.astype(np.float32), copy.copy(net)):
        twin[0].weight += 1
        twin[0].weight_grad += 1
        assert not np.array_equal(net[0].weight, twin[0].weight)
        np.testing.assert_array_equal(net[0].weight_grad, 0)
    twin = net.astype(np.float64)
    with pytest.raises(RuntimeError, match="forward"):
        twin[0].backward(np.ones((1, 2)))
    with pytest.raises(
        TypeError, match=r"^dtype must be a float type, such as np.float32, not <class"
    ):
        net.astype(int)


class FrozenBatchNorm(BatchNorm):
    def train(self, mode=True):
        return super().train(False)


def test_modes_reach_every_layer():
    net = mixed_network(np.random.default_rng(0))
    assert net.eval() is net
    assert not any(layer.training for _, layer in net.walk())
    net.train()
    assert all(layer.training for _, layer in net.walk())
    asleep = FrozenBatchNorm(2)
    net = Sequential(Linear(2, 2, np.random.default_rng(0)), Residual(asleep)).train()
    assert [name for name, layer in net.walk() if not layer.training] == ["1.block.0."]


def test_a_network_is_printed_as_its_layers():
    rng = np.random.default_rng(0)
    net = Sequential(Flatten(), Linear(3, 2, rng), tanh, Residual(Maxout(2, 2, 3, rng), PReLU()))
    assert repr(net) == (
        "Sequential(Flatten(), Linear(weight (2, 3), bias (2,)), tanh, Residual(Sequential("
        "Maxout(Linear(weight (6, 2), bias (6,))), PReLU(weight (1,)))))"
    )
    assert len(net) == 4


class Pair(Layer):
    """A composite that is no Sequential."""

    def __init__(self, *layers):
        self.pair = layers

    def children(self):
        return {"first": self.pair[0], "second": self.pair[1]}


def test_bad_sizes_are_named():
    rng = np.random.default_rng(0)
    for bad, error in ((0, ValueError), (-1, ValueError), (2.0, TypeError), (True, TypeError)):
        for name, build in (
            ("in_features", lambda bad: Linear(bad, 2, rng)),
            ("out_features", lambda bad: Linear(2, bad, rng)),
            ("pieces", lambda bad: Maxout(2, 2, bad, rng)),
            ("num_parameters", PReLU),
        ):
            with pytest.raises(error, match=rf"^{name} must be "):
                build(bad)
    for bad in (0, None, np.random.RandomState(0), np.random):
        for build in (lambda bad: Linear(2, 3, bad), lambda bad: Dropout(0.5, bad)):
            with pytest.raises(TypeError, match=r"^rng must be of type Generator, such as np.rand"):
                build(bad)
    for p in (-0.1, 1, np.nan):
        with pytest.raises(ValueError, match=r"^p must be at least 0 and less than 1, not "):
            Dropout(p, rng)
    with pytest.raises(TypeError, match=r"^init must be an initializer, such as nnlib.he, not 1"):
        Linear(2, 3, rng, init=1)
    with pytest.raises(
        ValueError, match=r"^what bias_init returns must have shape \(3,\), but has"
    ):
        Linear(2, 3, rng, bias_init=lambda rng, shape: np.zeros(2))
    with pytest.raises(TypeError, match=r"^f must be of type Activation, such as nnlib.logistic"):
        Activate(np.tanh)
    for build in (Sequential, Residual):
        with pytest.raises(TypeError, match=r"^layers must be of type Layer, such as nnlib.Linear"):
            build(np.tanh)
        with pytest.raises(ValueError, match=r"^layers must hold at least one layer"):
            build()
    layer = Linear(2, 2, rng)
    with pytest.raises(
        ValueError, match=r"^layers must be different objects, but Linear\(.* is there"
    ):
        Sequential(layer, tanh, layer)
    maxout = Maxout(2, 2, 1, rng)
    for build in (
        lambda: Sequential(layer, Residual(layer)),
        lambda: Sequential(Residual(tanh, Residual(layer)), layer),
        lambda: Sequential(layer, Sequential(layer)),
        lambda: Sequential(maxout, maxout.linear),
        lambda: SGD(Pair(layer, layer), 0.1),
    ):
        with pytest.raises(ValueError, match=r"^layers must be different objects, but Linear\("):
            build()


def test_bad_arrays_are_named():
    rng = np.random.default_rng(0)
    layer = Linear(3, 2, rng)
    for back in (layer.backward, layer.set_gradients):
        with pytest.raises(RuntimeError, match="forward"):
            back(np.ones((4, 2)))
    for A in (1.0, np.ones(3), np.ones((4, 2)), np.ones((0, 3)), np.ones((1, 4, 3))):
        with pytest.raises(ValueError, match=r"^A must have shape \(N, 3\), but has shape \("):
            layer(A)
    layer(np.ones((4, 3)))
    for D in (1.0, np.ones(2), np.ones((4, 3)), np.ones((3, 2)), np.ones((1, 2))):
        for back in (layer.backward, layer.set_gradients):
            with pytest.raises(ValueError, match=r"^D must have shape \(4, 2\), but has shape \("):
                back(D)
    for layer in (Activate(identity), Flatten(), PReLU(), Dropout(0.1, rng)):
        for A in (1.0, [], np.ones((2, 0))):
            with pytest.raises(
                ValueError, match=r"^A must have shape \(N, \.\.\.\), but has shape"
            ):
                layer(A)
    with pytest.raises(ValueError, match=r"^A must have shape \(N, 3, \.\.\.\), but has shape"):
        PReLU(3)(np.ones((2, 4)))
    with pytest.raises(
        ValueError, match=r"^A must keep its shape \(2, 3\) in the block, but gets "
    ):
        Residual(Linear(3, 2, rng))(np.ones((2, 3)))


def test_an_error_inside_a_network_says_in_which_layer():
    rng = np.random.default_rng(0)
    net = Sequential(Linear(3, 4, rng), tanh, Linear(5, 2, rng))
    with pytest.raises(
        ValueError, match=r"^A must have shape \(N, 5\), but has shape \(1, 4\)"
    ) as e:
        net(np.ones((1, 3)))
    assert e.value.__notes__ == ["A is the input of layer 2, Linear(weight (2, 5), bias (2,))"]


def test_a_layer_of_ones_own_needs_two_methods():
    class Double(Layer):
        def _forward(self, A):
            return 2 * A

        def _input_gradient(self, D):
            return 2 * D

    net = Sequential(Linear(2, 2, np.random.default_rng(0), init=constant(1)), Double())
    assert_gradients_are_limits(net, np.array([[1.0, 2.0]]))


@pytest.mark.parametrize("kind", ["linear", "convolution"])
def test_a_layer_without_bias_is_that_of_torch(kind, tmp_path):
    rng = np.random.default_rng(0)
    if kind == "linear":
        layer, reference = Linear(3, 2, rng, bias=False), torch.nn.Linear(3, 2, bias=False)
        other, A = Linear(3, 2, rng), rng.normal(size=(4, 3))
    else:
        layer, reference = Conv2d(3, 2, 2, rng, bias=False), torch.nn.Conv2d(3, 2, 2, bias=False)
        other, A = Conv2d(3, 2, 2, rng), rng.normal(size=(4, 3, 4, 4))
    assert_same_as_torch(layer, reference, A)
    assert_gradients_are_limits(layer, A)
    assert list(layer.parameters()) == list(layer.gradients()) == list(layer.state_dict())
    assert repr(layer).endswith(f"(weight {layer.weight.shape})")
    save_weights(layer, tmp_path / "weights.npz")
    load_weights(layer, tmp_path / "weights.npz")
    with pytest.raises(ValueError, match=r"lacks \['bias'\]"):
        load_weights(other, tmp_path / "weights.npz")
    for twin in (layer, copy.deepcopy(layer), layer.astype(np.float32)):
        assert twin(A).dtype == twin.weight.dtype
        assert twin.bias is twin.bias_grad is None
        with pytest.raises(AttributeError, match=r"^bias must stay None: .* was made without it"):
            twin.bias = np.zeros(2)
    with pytest.raises(TypeError, match=r"^bias must be of type bool, such as True"):
        Linear(3, 2, rng, bias=np.zeros(2))
