"""What speed.py compares: the same step of gradient descent, in nnlib and in what a reader might
pick instead.

Each contender starts from the weights of a setting, takes mini-batches in a given order, and shows
its parameters as arrays, in the order of nnlib's, so that they can be compared.
"""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from per_sample import Network

from nnlib import (
    SGD,
    Activation,
    Conv2d,
    Flatten,
    Layer,
    Linear,
    Loss,
    MaxPool2d,
    Sequential,
    fit,
    logistic,
    predict,
    relu,
    softmax_cross_entropy,
    squared_error,
)

F = torch.nn.functional
LR = 0.1
torch.set_num_threads(1)


@dataclass(frozen=True)
class Setting:
    """A network, its made-up images and the size of a mini-batch.

    `sizes` are those of its linear layers. With `squared`, layers are logistic and the loss is the
    squared error, else ReLU and softmax cross-entropy. With `maps`, each number of them is a
    convolution 5x5 with 2x2 max-pooling in front, and `sizes` leaves out the first.
    """

    name: str
    sizes: list[int]
    n: int
    batch: int
    squared: bool = False
    maps: tuple[int, ...] = ()

    @property
    def X(self) -> np.ndarray:
        X = np.random.default_rng(0).random((self.n, 784), dtype=np.float32)
        return X.reshape(-1, 1, 28, 28) if self.maps else X

    @property
    def labels(self) -> np.ndarray:
        return np.random.default_rng(1).integers(0, 10, self.n)

    @property
    def Y(self) -> np.ndarray:
        """What the squared error takes."""
        return np.eye(10, dtype=np.float32)[self.labels]

    def net(self) -> Sequential:
        """In nnlib, with the weights from which all start."""
        rng = np.random.default_rng(0)
        layers: list[Layer | Activation] = []
        channels, side, sizes = 1, 28, self.sizes
        for m in self.maps:
            layers += [Conv2d(channels, m, 5, rng), MaxPool2d(2), relu]
            channels, side = m, (side - 4) // 2
        if self.maps:
            layers += [Flatten()]
            sizes = [channels * side**2, *sizes]
        for m, k in itertools.pairwise(sizes):
            layers += [Linear(m, k, rng), logistic if self.squared else relu]
        net = Sequential(*(layers if self.squared else layers[:-1]))
        return net.astype(np.float32)

    @property
    def loss(self) -> Loss:
        return squared_error if self.squared else softmax_cross_entropy

    def cost(self, parameters: list[np.ndarray]) -> float:
        """Of all images, in float64, whosever parameters these are."""
        net = self.net().astype(np.float64)
        net.load_state_dict(dict(zip(net.state_dict(), parameters, strict=True)))
        return self.loss(predict(net, self.X), self.Y if self.squared else self.labels)


class Contender:
    """One way to train; `take(order)` goes once through the mini-batches of `order`."""

    epochs = 4  # in one measurement, so that what is done once does not count

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.weights = list(setting.net().parameters().values())
        self.start()

    def start(self) -> None:
        raise NotImplementedError

    def take(self, order: np.ndarray) -> None:
        batch = self.setting.batch
        for i in range(0, len(order), batch):
            self.step(order[i : i + batch])

    def step(self, chosen: np.ndarray) -> None:
        raise NotImplementedError

    def parameters(self) -> list[np.ndarray]:
        raise NotImplementedError

    def train(self) -> None:
        """What is measured."""
        rng = np.random.default_rng(0)
        for _ in range(self.epochs):
            self.take(rng.permutation(self.setting.n))


class Ours(Contender):
    """`nnlib.fit`, with all that it checks."""

    def start(self) -> None:
        self.net = self.setting.net()
        self.X = self.setting.X
        self.Y = self.setting.Y if self.setting.squared else self.setting.labels

    def fit(self, X: np.ndarray, Y: np.ndarray, **options: Any) -> None:
        optimizer = SGD(self.net, LR)
        batch, loss = self.setting.batch, self.setting.loss
        options |= {"batch_size": batch, "training_cost": False, "progress": False}
        fit(self.net, X, Y, loss, optimizer, **options)

    def take(self, order: np.ndarray) -> None:
        self.fit(self.X[order], self.Y[order], epochs=1)

    def train(self) -> None:
        self.fit(self.X, self.Y, epochs=self.epochs, rng=np.random.default_rng(0))

    def parameters(self) -> list[np.ndarray]:
        return [value.copy() for value in self.net.parameters().values()]


class PerSample(Contender):
    """What introductions to the subject write, in per_sample.py."""

    epochs = 1

    def start(self) -> None:
        self.network = Network(self.setting.sizes, np.random.default_rng(0))
        self.network.W = [W.astype(np.float64) for W in self.weights[::2]]
        self.network.b = [b.astype(np.float64)[:, None] for b in self.weights[1::2]]
        pairs = zip(self.setting.X, self.setting.Y, strict=True)
        self.samples = [(x[:, None], y[:, None]) for x, y in pairs]

    def step(self, chosen: np.ndarray) -> None:
        self.network.update([self.samples[i] for i in chosen], LR)

    def parameters(self) -> list[np.ndarray]:
        pairs = zip(self.network.W, self.network.b, strict=True)
        return [array for W, b in pairs for array in (W, b[:, 0])]


class Torch(Contender):
    """PyTorch as everyone writes it."""

    fused = False

    def start(self) -> None:
        self.net = torch.nn.Sequential(*self.layers())
        with torch.no_grad():
            for theirs, ours in zip(self.net.parameters(), self.weights, strict=True):
                theirs.copy_(torch.tensor(ours))
        self.X = torch.tensor(self.setting.X)
        self.Y = torch.tensor(self.setting.Y if self.setting.squared else self.setting.labels)
        self.optimizer = torch.optim.SGD(self.net.parameters(), LR, fused=self.fused)

    def layers(self) -> Iterator[torch.nn.Module]:
        for layer in self.setting.net().layers:
            if isinstance(layer, Linear):
                yield torch.nn.Linear(*layer.weight.shape[::-1])
            elif isinstance(layer, Conv2d):
                yield torch.nn.Conv2d(layer.weight.shape[1], len(layer.weight), 5)
            elif isinstance(layer, MaxPool2d):
                yield torch.nn.MaxPool2d(2)
            elif isinstance(layer, Flatten):
                yield torch.nn.Flatten()
            else:
                yield torch.nn.Sigmoid() if self.setting.squared else torch.nn.ReLU()

    def cost(self, X: torch.Tensor, Y: torch.Tensor) -> torch.Tensor:
        Z = self.net(X)
        if self.setting.squared:
            return ((Z - Y) ** 2).sum() / (2 * len(Z))
        return F.cross_entropy(Z, Y)

    def take(self, order: np.ndarray) -> None:
        for chosen in torch.tensor(order).split(self.setting.batch):  # type: ignore[no-untyped-call]
            self.step(chosen)

    def step(self, chosen: Any) -> None:
        self.optimizer.zero_grad()
        self.cost(self.X[chosen], self.Y[chosen]).backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()

    def parameters(self) -> list[np.ndarray]:
        return [parameter.detach().numpy() for parameter in self.net.parameters()]


class FusedTorch(Torch):
    """With one call for the whole step of the optimizer."""

    fused = True


class CompiledTorch(FusedTorch):
    """With `torch.compile` for network and loss."""

    def start(self) -> None:
        super().start()
        self.cost = torch.compile(self.cost)  # type: ignore[method-assign]


class TorchByHand(Torch):
    """In torch's operations, with our four equations in the place of autograd."""

    def start(self) -> None:
        super().start()
        self.linear = [layer for layer in self.net if isinstance(layer, torch.nn.Linear)]

    @torch.no_grad()
    def step(self, chosen: Any) -> None:
        self.four_equations(self.X[chosen], self.Y[chosen])

    def four_equations(self, X: torch.Tensor, Y: torch.Tensor) -> None:
        A, squared = [X], self.setting.squared
        for i, layer in enumerate(self.linear):
            Z = torch.addmm(layer.bias, A[-1], layer.weight.T)
            last = i == len(self.linear) - 1
            A.append(torch.sigmoid(Z) if squared else Z if last else torch.relu(Z))
        if squared:
            D: torch.Tensor = (A[-1] - Y) / len(X) * A[-1] * (1 - A[-1])
        else:
            D = (torch.softmax(A[-1], dim=1) - F.one_hot(Y, 10)) / len(X)
        for i in range(len(self.linear) - 1, -1, -1):
            layer, dW, db = self.linear[i], D.T @ A[i], D.sum(dim=0)
            if i > 0:
                D = (D @ layer.weight) * (A[i] * (1 - A[i]) if squared else A[i] > 0)
            layer.weight.sub_(LR * dW)
            layer.bias.sub_(LR * db)


class CompiledByHand(TorchByHand):
    """The same four equations in one function for `torch.compile`."""

    def start(self) -> None:
        super().start()
        self.four_equations = torch.compile(self.four_equations)  # type: ignore[method-assign]


class Jax(Contender):
    """`jax.jit` for the whole step, which gathers its mini-batch itself."""

    def start(self) -> None:
        import jax
        from jax import numpy as jnp

        self.jax, self.jnp = jax, jnp
        self.theta = [jnp.array(array) for array in self.weights]
        self.X, self.Y = jnp.array(self.setting.X), jnp.array(self.setting.Y)
        self.compile()

    def cost(self, theta: Any, X: Any, Y: Any) -> Any:
        A, squared = X, self.setting.squared
        for i, (W, b) in enumerate(zip(theta[::2], theta[1::2], strict=True)):
            if W.ndim == 4:
                A = self.pooled(self.jax.lax.conv(A, W, (1, 1), "VALID") + b[:, None, None])
            else:
                A = A.reshape(len(A), -1) @ W.T + b
            if squared:
                A = self.jax.nn.sigmoid(A)
            elif 2 * i + 2 < len(theta):
                A = self.jax.nn.relu(A)
        if squared:
            return ((A - Y) ** 2).sum() / (2 * len(A))
        return -(Y * self.jax.nn.log_softmax(A)).sum() / len(A)

    def pooled(self, A: Any) -> Any:
        lax, block = self.jax.lax, (1, 1, 2, 2)
        return lax.reduce_window(A, -self.jnp.inf, lax.max, block, block, "VALID")

    def new(self, theta: Any, X: Any, Y: Any) -> Any:
        gradient = self.jax.grad(self.cost)(theta, X, Y)
        return [parameter - LR * each for parameter, each in zip(theta, gradient, strict=True)]

    def gathering(self, theta: Any, X: Any, Y: Any, chosen: Any) -> Any:
        return self.new(theta, X[chosen], Y[chosen])

    def compile(self) -> None:
        self.compiled = self.jax.jit(self.gathering, donate_argnums=0)

    def step(self, chosen: np.ndarray) -> None:
        self.theta = self.compiled(self.theta, self.X, self.Y, chosen)

    def take(self, order: np.ndarray) -> None:
        super().take(order)
        self.jax.block_until_ready(self.theta)

    def parameters(self) -> list[np.ndarray]:
        return [np.array(array) for array in self.theta]


class JaxBatches(Jax):
    """`jax.jit` for the step alone: NumPy gathers the mini-batch."""

    def compile(self) -> None:
        self.X, self.Y = self.setting.X, self.setting.Y
        self.compiled = self.jax.jit(self.new, donate_argnums=0)

    def step(self, chosen: np.ndarray) -> None:
        X, Y = self.X.take(chosen, axis=0), self.Y.take(chosen, axis=0)
        self.theta = self.compiled(self.theta, X, Y)


class JaxScan(Jax):
    """`jax.jit` for a whole epoch: `lax.scan` over its mini-batches."""

    def compile(self) -> None:
        def epoch(theta: Any, X: Any, Y: Any, order: Any) -> Any:
            def step(theta: Any, chosen: Any) -> Any:
                return self.gathering(theta, X, Y, chosen), None

            return self.jax.lax.scan(step, theta, order)[0]

        self.compiled = self.jax.jit(epoch, donate_argnums=0)

    def take(self, order: np.ndarray) -> None:
        self.step(order.reshape(-1, self.setting.batch))
        self.jax.block_until_ready(self.theta)


class Tinygrad(Contender):
    """tinygrad's `TinyJit` for the whole step."""

    epochs = 1

    def start(self) -> None:
        import tinygrad

        self.Tensor = tinygrad.Tensor
        self.theta = [tinygrad.Tensor(array).realize() for array in self.weights]
        self.X, self.Y = self.setting.X, self.setting.Y
        self.compiled = tinygrad.TinyJit(self.new)

    def new(self, X: Any, Y: Any) -> None:
        A, squared = X, self.setting.squared
        for i, (W, b) in enumerate(zip(self.theta[::2], self.theta[1::2], strict=True)):
            A = A @ W.T + b
            if squared:
                A = A.sigmoid()
            elif 2 * i + 2 < len(self.theta):
                A = A.relu()
        cost = ((A - Y) ** 2).sum() / 2 if squared else -(Y * A.log_softmax()).sum()
        gradient = (cost / len(X)).gradient(*self.theta)
        for parameter, each in zip(self.theta, gradient, strict=True):
            parameter.assign(parameter - LR * each)
        self.Tensor.realize(*self.theta)

    def step(self, chosen: np.ndarray) -> None:
        X, Y = self.X.take(chosen, axis=0), self.Y.take(chosen, axis=0)
        self.compiled(self.Tensor(X).realize(), self.Tensor(Y).realize())

    def parameters(self) -> list[np.ndarray]:
        return [tensor.numpy() for tensor in self.theta]


CONTENDERS: dict[str, type[Contender]] = {
    "nnlib": Ours,
    "torch": Torch,
    "torch, fused": FusedTorch,
    "torch, by hand": TorchByHand,
    "torch.compile": CompiledTorch,
    "torch.compile, by hand": CompiledByHand,
    "jax.jit": Jax,
    "jax.jit, NumPy's batches": JaxBatches,
    "jax.jit, lax.scan": JaxScan,
    "tinygrad, TinyJit": Tinygrad,
    "per sample": PerSample,
}


def missing(name: str, setting: Setting) -> str | None:
    """Why a contender does not take part, if it does not."""
    kind = CONTENDERS[name]
    if setting.maps and kind not in (Ours, Torch, FusedTorch, Jax, JaxBatches, JaxScan):
        return ""
    if kind is PerSample and not setting.squared:
        return ""
    if issubclass(kind, Jax) and not installed("jax"):
        return "jax is not installed"
    if kind is Tinygrad:
        if not installed("tinygrad"):
            return "tinygrad is not installed"
        if not shutil.which(os.environ.get("CC", "clang")):
            return "it needs clang, which is not installed"
    if kind in (CompiledTorch, CompiledByHand) and not shutil.which(os.environ.get("CXX", "g++")):
        return "it needs a C++ compiler, which is not installed"
    return None


def installed(module: str) -> bool:
    """Whether it can be imported."""
    try:
        __import__(module)
    except ImportError:
        return False
    return True


def builders(setting: Setting) -> tuple[dict[str, Callable[[], Contender]], list[str]]:
    """Who takes part, and a line for each who could but for what is missing here."""
    reasons = {name: missing(name, setting) for name in CONTENDERS}
    those = {
        name: lambda kind=CONTENDERS[name]: kind(setting)
        for name, why in reasons.items()
        if why is None
    }
    return those, [f"{name}: left out, {why}" for name, why in reasons.items() if why]
