import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import (
    SGD,
    Adam,
    Linear,
    Momentum,
    Nesterov,
    RMSprop,
    Sequential,
    clip_grad_norm,
    clip_grad_value,
    tanh,
)

optim = torch.optim
rates = st.floats(1e-3, 0.1)

# Ours and torch's, for a learning rate.
PAIRS = {
    "SGD": (SGD, optim.SGD),
    "momentum": (
        lambda net, lr, **kw: Momentum(net, lr, 0.8, **kw),
        lambda p, lr, **kw: optim.SGD(p, lr, momentum=0.8, **kw),
    ),
    "Nesterov": (Nesterov, lambda p, lr, **kw: optim.SGD(p, lr, momentum=0.9, nesterov=True, **kw)),
    "RMSprop": (RMSprop, optim.RMSprop),
    "RMSprop, alpha": (
        lambda net, lr, **kw: RMSprop(net, lr, 0.9, eps=1e-3, **kw),
        lambda p, lr, **kw: optim.RMSprop(p, lr, alpha=0.9, eps=1e-3, **kw),
    ),
    "Adam": (Adam, optim.AdamW),
    "Adam, betas": (
        lambda net, lr, **kw: Adam(net, lr, (0.7, 0.9), eps=1e-4, **kw),
        lambda p, lr, **kw: optim.AdamW(p, lr, betas=(0.7, 0.9), eps=1e-4, **kw),
    ),
}
every = pytest.mark.parametrize(("ours", "theirs"), PAIRS.values(), ids=PAIRS.keys())


def network():
    rng = np.random.default_rng(0)
    return Sequential(Linear(3, 4, rng), tanh, Linear(4, 2, rng))


def twins(net):
    return {name: torch.tensor(p, requires_grad=True) for name, p in net.parameters().items()}


def steps(net, optimizer, twin, reference, n=50):
    """n steps with the same gradients, in step after every one of them."""
    rng = np.random.default_rng(1)
    for _ in range(n):
        for name, gradient in net.gradients().items():
            gradient[...] = rng.normal(size=gradient.shape)
            twin[name].grad = torch.tensor(gradient)
        optimizer.step()
        reference.step()
        for name, parameter in net.parameters().items():
            expected = twin[name].detach().numpy()
            np.testing.assert_allclose(parameter, expected, rtol=1e-12, atol=1e-12)


@every
@settings(max_examples=5)
@given(lr=rates, maximize=st.booleans())
def test_fifty_steps_are_those_of_torch(ours, theirs, lr, maximize):
    net = network()
    twin = twins(net)
    reference = theirs(
        [{"params": list(twin.values()), "weight_decay": 0.0}], lr, maximize=maximize
    )
    steps(net, ours(net, lr, maximize=maximize), twin, reference)


@pytest.mark.parametrize("name", ["SGD", "Adam", "Adam, betas"])
def test_weight_decay_is_that_of_torch_on_the_weights_alone(name):
    ours, theirs = PAIRS[name]
    net = network()
    twin = twins(net)
    weights = [tensor for name, tensor in twin.items() if name.endswith("weight")]
    biases = [tensor for name, tensor in twin.items() if name.endswith("bias")]
    groups = [{"params": weights, "weight_decay": 0.2}, {"params": biases, "weight_decay": 0.0}]
    steps(net, ours(net, 0.05, weight_decay=0.2), twin, theirs(groups, 0.05))


@every
def test_weight_decay_shrinks_the_weights_before_the_step(ours, theirs):
    net, shrunk = network(), network()
    for name, parameter in shrunk.parameters().items():
        parameter *= 1 - 0.1 * 0.3 if name.endswith("weight") else 1
    for each in (net, shrunk):
        for gradient in each.gradients().values():
            gradient[...] = 1
    ours(net, 0.1, weight_decay=0.3).step()
    ours(shrunk, 0.1).step()
    for name, parameter in net.parameters().items():
        np.testing.assert_array_equal(parameter, shrunk.parameters()[name])


@every
def test_parameters_are_changed_in_place_and_gradients_left_alone(ours, theirs):
    net = network().astype(np.float32)
    held, before = net[0].weight, net[0].weight.copy()
    for gradient in net.gradients().values():
        gradient[...] = 2
    optimizer = ours(net, 0.1)
    for _ in range(2):
        optimizer.step()
    assert net[0].weight is held
    assert held.dtype == np.float32
    assert not np.array_equal(held, before)
    for gradient in net.gradients().values():
        np.testing.assert_array_equal(gradient, 2)


def test_sgd_by_the_formula():
    net = network()
    before = {name: p.copy() for name, p in net.parameters().items()}
    for gradient in net.gradients().values():
        gradient[...] = 3
    SGD(net, lr=0.1).step()
    for name, parameter in net.parameters().items():
        np.testing.assert_allclose(parameter, before[name] - 0.3, rtol=1e-14)


def test_the_learning_rate_may_change_on_the_way():
    net = network()
    optimizer = SGD(net, lr=0.5)
    before = net[0].weight.copy()
    net[0].weight_grad[...] = 1
    optimizer.lr = 0.25
    optimizer.step()
    np.testing.assert_allclose(net[0].weight, before - 0.25)


@settings(max_examples=20)
@given(st.floats(0.01, 100), st.integers(0, 99))
def test_clipping_is_that_of_torch(bound, seed):
    rng = np.random.default_rng(seed)
    net = network()
    twin = twins(net)
    values = {name: rng.normal(size=p.shape) for name, p in net.parameters().items()}
    for clip, reference in (
        (clip_grad_norm, torch.nn.utils.clip_grad_norm_),
        (clip_grad_value, torch.nn.utils.clip_grad_value_),
    ):
        for name, gradient in net.gradients().items():
            gradient[...] = values[name]
            twin[name].grad = torch.tensor(values[name])
        result, expected = clip(net, bound), reference(twin.values(), bound)
        if expected is not None:
            assert result == pytest.approx(expected.item(), rel=1e-12)
        for name, gradient in net.gradients().items():
            np.testing.assert_allclose(gradient, twin[name].grad, rtol=1e-12)


def test_the_norm_is_summed_in_float64():
    net = network().astype(np.float16)
    for gradient in net.gradients().values():
        gradient[...] = 300  # whose square is too great for float16
    size = sum(gradient.size for gradient in net.gradients().values())
    assert clip_grad_norm(net, 1.0) == pytest.approx(300 * np.sqrt(size))
    for gradient in net.gradients().values():
        np.testing.assert_allclose(gradient, 1 / np.sqrt(size), rtol=1e-3)


@pytest.mark.parametrize("size", [1e154, 1e160, 1e300])
def test_a_norm_whose_square_overflows_in_float64(size):
    """Torch makes the gradients 0 there; ours stay as many roundings apart as smaller ones."""
    net, small = network(), network()
    values = np.random.default_rng(0).normal(size=99)
    for clipped, scale in ((net, size), (small, 1e100)):
        for gradient in clipped.gradients().values():
            gradient[...] = scale * values[: gradient.size].reshape(gradient.shape)
    assert clip_grad_norm(net, 2.0) == pytest.approx(clip_grad_norm(small, 2.0) * (size / 1e100))
    for name, gradient in net.gradients().items():
        np.testing.assert_allclose(gradient, small.gradients()[name], rtol=1e-14)


@pytest.mark.parametrize("value", [np.nan, 0.0])
def test_clipping_with_a_nan_and_of_nothing_is_that_of_torch(value):
    net = network()
    net[0].weight_grad[0, 0] = value
    net[0].bias_grad[...] = 5 * value
    twin = twins(net)
    for name, gradient in net.gradients().items():
        twin[name].grad = torch.tensor(gradient)
    norm = clip_grad_norm(net, 1.0), torch.nn.utils.clip_grad_norm_(twin.values(), 1.0).item()
    np.testing.assert_array_equal(*norm)
    for name, gradient in net.gradients().items():
        np.testing.assert_array_equal(gradient, twin[name].grad)


@pytest.mark.parametrize("name", ["RMSprop", "Adam"])
@pytest.mark.parametrize("size", [1e-30, 1e-20, 1e18, 1e21])
def test_squares_too_great_or_too_small_for_float32(name, size):
    ours, theirs = PAIRS[name]
    net = Linear(1, 1, np.random.default_rng(0)).astype(np.float32)
    twin = twins(net)
    optimizer, reference = ours(net, 0.1), theirs(twin.values(), 0.1, weight_decay=0)
    net.weight_grad[...] = size
    for parameter in twin.values():
        parameter.grad = torch.zeros_like(parameter)
    twin["weight"].grad[...] = size
    if size == 1e21:
        with pytest.warns(RuntimeWarning, match="overflow encountered in square"):
            optimizer.step()
    else:
        optimizer.step()
    reference.step()
    np.testing.assert_allclose(net.weight, twin["weight"].detach(), rtol=1e-6)


def test_bad_arguments_are_named():
    net = network()
    for make in (SGD, Momentum, Nesterov, RMSprop, Adam):
        with pytest.raises(
            ValueError, match=r"^lr must be at least 0, not -0.1; to go uphill, pass maximize=True"
        ):
            make(net, -0.1)
        with pytest.raises(ValueError, match=r"^lr must be at least 0, not nan"):
            make(net, np.nan)
        with pytest.raises(ValueError, match=r"^weight_decay must be at least 0, not -1"):
            make(net, 0.1, weight_decay=-1)
        with pytest.raises(TypeError, match=r"^net must be of type Layer, such as nnlib.Linear"):
            make(net.parameters(), 0.1)
        make(net, 0)  # no step at all, but no accident
    for make, name in (
        (lambda x: Momentum(net, 0.1, x), "momentum"),
        (lambda x: RMSprop(net, 0.1, x), "alpha"),
        (lambda x: Adam(net, 0.1, (x, 0.9)), r"betas\[0\]"),
        (lambda x: Adam(net, 0.1, (0.9, x)), r"betas\[1\]"),
    ):
        for bad in (-0.1, 1, np.nan):
            with pytest.raises(
                ValueError, match=rf"^{name} must be at least 0 and less than 1, not"
            ):
                make(bad)
    for make in (RMSprop, Adam):
        with pytest.raises(ValueError, match=r"^eps must be greater than 0, not 0"):
            make(net, eps=0)
        with pytest.raises(ValueError, match=r"^eps must be greater than 0 in float16, but 1e-08"):
            make(net.astype(np.float16))
        make(net.astype(np.float16), eps=1e-4)
    with pytest.raises(TypeError, match=r"^betas must be two numbers, not 0.9"):
        Adam(net, betas=0.9)
    for clip, name in ((clip_grad_norm, "max_norm"), (clip_grad_value, "clip_value")):
        with pytest.raises(ValueError, match=rf"^{name} must be greater than 0, not -1"):
            clip(net, -1)
        with pytest.raises(TypeError, match=r"^net must be of type Layer"):
            clip([net[0].weight_grad], 1)
