"""A random walk: whatever is done to a network, in whatever order, torch's twin of it agrees.

After every step the parameters, buffers and modes are those of the twin, and no gradient is wrong:
it is the one of torch, or `backward` refuses.
"""

import copy
import tempfile
from pathlib import Path

import numpy as np
import pytest
import torch
from against import state_as_tensors
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from nnlib import (
    SGD,
    BatchNorm,
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    MaxPool2d,
    PReLU,
    Residual,
    Sequential,
    load_weights,
    logistic,
    predict,
    relu,
    save_weights,
    tanh,
)

WIDTH = 4


class TorchResidual(torch.nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.block = torch.nn.Sequential(*layers)

    def forward(self, A):
        return A + self.block(A)


def linear(rng):
    return Linear(WIDTH, WIDTH, rng), torch.nn.Linear(WIDTH, WIDTH)


def residual(rng):
    ours, theirs = linear(rng)
    return (
        Residual(ours, tanh, BatchNorm(WIDTH)),
        TorchResidual(theirs, torch.nn.Tanh(), torch.nn.BatchNorm1d(WIDTH)),
    )


LAYERS = {
    "linear": linear,
    "linear, no bias": lambda rng: (
        Linear(WIDTH, WIDTH, rng, bias=False),
        torch.nn.Linear(WIDTH, WIDTH, bias=False),
    ),
    "residual": residual,
    "tanh": lambda rng: (tanh, torch.nn.Tanh()),
    "logistic": lambda rng: (logistic, torch.nn.Sigmoid()),
    "relu": lambda rng: (relu, torch.nn.ReLU()),
    "prelu": lambda rng: (PReLU(WIDTH), torch.nn.PReLU(WIDTH)),
    "batch norm": lambda rng: (BatchNorm(WIDTH), torch.nn.BatchNorm1d(WIDTH)),
    "dropout of nothing": lambda rng: (Dropout(0, rng), torch.nn.Dropout(0)),
}
IMAGES = [
    lambda rng: (
        Conv2d(1, 2, 3, rng, padding=1, bias=False),
        torch.nn.Conv2d(1, 2, 3, padding=1, bias=False),
    ),
    lambda rng: (BatchNorm(2), torch.nn.BatchNorm2d(2)),
    lambda rng: (MaxPool2d(2), torch.nn.MaxPool2d(2)),
    lambda rng: (Flatten(), torch.nn.Flatten()),
    lambda rng: (Linear(8, WIDTH, rng), torch.nn.Linear(8, WIDTH)),
]
seeds = st.integers(0, 999)


def assert_same(actual, expected):
    """Equal up to rounding, which batch norm magnifies where a feature hardly varies."""
    expected = expected.detach().numpy()
    scale = 1 + np.abs(expected).max()
    np.testing.assert_allclose(actual / scale, expected / scale, rtol=0, atol=1e-9)


class Walk(RuleBasedStateMachine):
    @initialize(
        of_images=st.booleans(),
        kinds=st.lists(st.sampled_from(list(LAYERS)), max_size=4),
        seed=seeds,
    )
    def build(self, of_images, kinds, seed):
        rng = np.random.default_rng(seed)
        makers = [*(IMAGES if of_images else [linear]), *(LAYERS[kind] for kind in kinds)]
        ours, theirs = zip(*(make(rng) for make in makers), strict=True)
        self.net, self.twin = Sequential(*ours), torch.nn.Sequential(*theirs).double()
        for parameter in self.net.parameters().values():
            if parameter.ndim == 1:  # nothing sits on a kink, where rounding would decide
                parameter[...] = rng.uniform(0.5, 1.5, parameter.shape)
        self.twin.load_state_dict(state_as_tensors(self.net), strict=False)
        self.shape = (1, 4, 4) if of_images else (WIDTH,)
        self.forward_pass, self.gradients_known = None, False
        self.start_over()

    def start_over(self):
        self.optimizer = SGD(self.net, 0.1)
        self.torch_optimizer = torch.optim.SGD(self.twin.parameters(), 0.1)

    def inputs(self, seed, n):
        return np.random.default_rng(seed).normal(size=(n, *self.shape))

    @rule(seed=seeds, n=st.integers(2, 4))
    def forward(self, seed, n):
        self.A = self.inputs(seed, n)
        A_torch = torch.tensor(self.A, requires_grad=True)
        self.Z, Z_torch = self.net(self.A), self.twin(A_torch)
        assert_same(self.Z, Z_torch)
        self.forward_pass = A_torch, Z_torch

    @precondition(lambda self: self.forward_pass)
    @rule()
    def fill_the_input_again(self):
        self.A[...] = np.nan

    @precondition(lambda self: self.forward_pass)
    @rule()
    def write_to_the_output(self):
        with pytest.raises(ValueError, match="read-only"):
            self.Z -= 1

    @precondition(lambda self: self.forward_pass)
    @rule(seed=seeds)
    def backward(self, seed):
        A_torch, Z_torch = self.forward_pass
        D = np.random.default_rng(seed).normal(size=Z_torch.shape)
        self.twin.zero_grad()
        A_torch.grad = None
        Z_torch.backward(torch.tensor(D), retain_graph=True)
        A_grad = self.net.backward(D)
        assert_same(A_grad, A_torch.grad)
        A_grad[...] = np.nan  # it is the caller's
        D[...] = np.nan
        for name, parameter in self.twin.named_parameters():
            assert_same(self.net.gradients()[name], parameter.grad)
        self.gradients_known = True

    @precondition(lambda self: self.gradients_known)
    @rule()
    def step(self):
        self.optimizer.step()
        self.torch_optimizer.step()
        self.no_way_back()

    def no_way_back(self):
        """What the last forward pass computed is no longer what the network is."""
        if self.forward_pass:
            with pytest.raises(RuntimeError, match="needs a forward pass"):
                self.net.backward(np.ones(self.Z.shape))
        self.forward_pass = None

    @precondition(lambda self: self.forward_pass)
    @rule(data=st.data())
    def use_a_part_alone(self, data):
        """A layer keeps one pass, its last, and the whole does not take it for its own."""
        _, part = data.draw(st.sampled_from(list(self.net.walk())[1:]))
        if any(isinstance(layer, BatchNorm) and layer.training for _, layer in part.walk()):
            return  # or its statistics would move away from the twin's
        part(np.random.default_rng(0).normal(size=part.A_prev.shape))
        self.no_way_back()

    @rule(data=st.data(), seed=seeds, assign=st.booleans())
    def change_an_array(self, data, seed, assign):
        name = data.draw(st.sampled_from(list(self.net.state_dict())))
        new = np.random.default_rng(seed).uniform(0.5, 1.5, self.net.state_dict()[name].shape)
        owner = dict(self.net.walk())[name[: name.rfind(".") + 1]]
        with torch.no_grad():
            self.twin.state_dict()[name].copy_(torch.tensor(new))
        if assign:
            setattr(owner, name.rpartition(".")[2], new)
            if name in self.net.parameters():
                self.no_way_back()
            new[...] = np.nan
        else:
            self.net.state_dict()[name][...] = new
            self.forward_pass = None  # a write to an array goes unseen

    @rule(data=st.data(), training=st.booleans())
    def change_the_mode(self, data, training):
        at, layer = data.draw(st.sampled_from(list(self.net.walk())))
        layer.train(training)
        self.twin.get_submodule(at.removesuffix(".")).train(training)

    @rule(seed=seeds, n=st.integers(1, 4), batch_size=st.integers(1, 3))
    def predict(self, seed, n, batch_size):
        A = self.inputs(seed, n)
        expected = copy.deepcopy(self.twin).eval()(torch.tensor(A))
        assert_same(predict(self.net, A, batch_size), expected)
        self.no_way_back()

    @rule(dtype=st.sampled_from([np.float64, np.longdouble]))
    def astype(self, dtype):
        self.net, left = self.net.astype(dtype).astype(np.float64), self.net
        for array in left.state_dict().values():
            array[...] = np.nan
        self.forward_pass, self.gradients_known = None, False
        self.start_over()

    @rule(seed=seeds)
    def save_and_load(self, seed):
        rng = np.random.default_rng(seed)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "net.npz"
            save_weights(self.net, path)
            for array in self.net.state_dict().values():
                array += rng.normal(size=array.shape)
            load_weights(self.net, path)
        self.no_way_back()

    @invariant()
    def is_its_twin(self):
        if not hasattr(self, "net"):
            return
        twin = self.twin.state_dict()
        for name, value in self.net.state_dict().items():
            assert_same(value, twin[name])
        for at, layer in self.net.walk():
            assert layer.training == self.twin.get_submodule(at.removesuffix(".")).training, at


Walk.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestWalk = Walk.TestCase
