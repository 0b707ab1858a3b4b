"""How fast nnlib is, beside torch and beside a per-sample implementation, on one thread; how time
and memory grow.

    python benchmarks/speed.py [--rounds 7]

Every setting runs in interleaved rounds in this one process, and the medians of the processor time
are shown. Only the ratios within a run mean anything.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # before NumPy is loaded

import argparse
import itertools
import time
import tracemalloc
from collections.abc import Callable, Iterator

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
    relu,
    softmax_cross_entropy,
    squared_error,
)

Contenders = dict[str, Callable[[], object]]
F = torch.nn.functional
EPOCHS = 4  # in one measurement, so that what is done once does not count
torch.set_num_threads(1)


def medians(contenders: Contenders, rounds: int) -> dict[str, float]:
    """Processor seconds of each contender: the median over rounds in which all take their turn."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds + 1):
        for name, run in contenders.items():
            start = time.process_time()
            run()
            seconds[name].append(time.process_time() - start)
    return {name: float(np.median(values[1:])) for name, values in seconds.items()}  # 1 to warm up


def peak_flops(rounds: int, n: int = 2048) -> float:
    """Floating-point operations a second of a float32 matrix product that keeps the core busy."""
    A = np.ones((n, n), np.float32)
    return 2 * n**3 / medians({"product": lambda: A @ A}, rounds)["product"]


def samples(n: int) -> tuple[np.ndarray, np.ndarray]:
    """As many made-up images as wanted, (n, 784), and their labels."""
    rng = np.random.default_rng(0)
    return rng.random((n, 784), dtype=np.float32), rng.integers(0, 10, n)


def train_nnlib(
    net: Layer, X: np.ndarray, Y: np.ndarray, loss: Loss, batch: int, epochs: int = EPOCHS
) -> None:
    fit(
        net,
        X,
        Y,
        loss,
        SGD(net, 0.1),
        epochs=epochs,
        batch_size=batch,
        rng=np.random.default_rng(0),
        training_cost=False,
        progress=False,
    )


def train_torch(
    net: torch.nn.Module,
    X: torch.Tensor,
    Y: torch.Tensor,
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    batch: int,
    **options: bool,
) -> None:
    optimizer = torch.optim.SGD(net.parameters(), 0.1, **options)
    for chosen in mini_batches(len(X), batch):
        optimizer.zero_grad()
        cost = loss(net(X[chosen]), Y[chosen])
        cost.backward()  # type: ignore[no-untyped-call]
        optimizer.step()


def mini_batches(n: int, batch: int) -> Iterator[torch.Tensor]:
    """The samples of each mini-batch of all epochs."""
    for _ in range(EPOCHS):
        yield from torch.randperm(n).split(batch)  # type: ignore[no-untyped-call]


def half_squared_error(Z: torch.Tensor, Y: torch.Tensor) -> torch.Tensor:
    return ((Z - Y) ** 2).sum() / (2 * len(Z))


@torch.no_grad()
def train_by_hand(
    net: torch.nn.Sequential, X: torch.Tensor, Y: torch.Tensor, batch: int, *, squared: bool
) -> None:
    """The same in torch's operations, with our four equations in the place of autograd.

    Squared error and logistic layers throughout, or else cross-entropy and ReLU.
    """
    linear = [layer for layer in net if isinstance(layer, torch.nn.Linear)]
    for chosen in mini_batches(len(X), batch):
        A = [X[chosen]]
        for i, layer in enumerate(linear):
            Z = torch.addmm(layer.bias, A[-1], layer.weight.T)
            last = i == len(linear) - 1
            A.append(torch.sigmoid(Z) if squared else Z if last else torch.relu(Z))
        if squared:
            D: torch.Tensor = (A[-1] - Y[chosen]) / batch * A[-1] * (1 - A[-1])
        else:
            D = (torch.softmax(A[-1], dim=1) - F.one_hot(Y[chosen], 10)) / batch
        for i in range(len(linear) - 1, -1, -1):
            layer, dW, db = linear[i], D.T @ A[i], D.sum(dim=0)
            if i > 0:
                D = (D @ layer.weight) * (A[i] * (1 - A[i]) if squared else A[i] > 0)
            layer.weight.sub_(0.1 * dW)
            layer.bias.sub_(0.1 * db)


def setting_a(n: int) -> Contenders:
    """[784, 30, 10], logistic, squared error, mini-batches of 10."""
    X, y = samples(n)
    Y = np.eye(10, dtype=np.float32)[y]
    rng = np.random.default_rng(0)
    net = Sequential(Linear(784, 30, rng), logistic, Linear(30, 10, rng), logistic)
    net = net.astype(np.float32)
    theirs = torch.nn.Sequential(
        torch.nn.Linear(784, 30), torch.nn.Sigmoid(), torch.nn.Linear(30, 10), torch.nn.Sigmoid()
    )
    X_t, Y_t = torch.tensor(X), torch.tensor(Y)
    columns = Network([784, 30, 10], rng)
    pairs = [(x[:, None], target[:, None]) for x, target in zip(X, Y, strict=True)]
    return {
        "nnlib": lambda: train_nnlib(net, X, Y, squared_error, 10),
        "torch": lambda: train_torch(theirs, X_t, Y_t, half_squared_error, 10),
        "torch, fused": lambda: train_torch(theirs, X_t, Y_t, half_squared_error, 10, fused=True),
        "torch, by hand": lambda: train_by_hand(theirs, X_t, Y_t, 10, squared=True),
        "per sample": lambda: columns.train(pairs, 10, 0.1, EPOCHS),
    }


B_SIZES = [784, 128, 64, 10]


def setting_b(n: int) -> Contenders:
    """[784, 128, 64, 10], ReLU, softmax cross-entropy, mini-batches of 64."""
    X, y = samples(n)
    rng = np.random.default_rng(0)
    net = Sequential(
        Linear(784, 128, rng), relu, Linear(128, 64, rng), relu, Linear(64, 10, rng)
    ).astype(np.float32)
    theirs = torch.nn.Sequential(
        torch.nn.Linear(784, 128),
        torch.nn.ReLU(),
        torch.nn.Linear(128, 64),
        torch.nn.ReLU(),
        torch.nn.Linear(64, 10),
    )
    X_t, y_t = torch.tensor(X), torch.tensor(y)
    return {
        "nnlib": lambda: train_nnlib(net, X, y, softmax_cross_entropy, 64),
        "torch": lambda: train_torch(theirs, X_t, y_t, F.cross_entropy, 64),
        "torch, fused": lambda: train_torch(theirs, X_t, y_t, F.cross_entropy, 64, fused=True),
        "torch, by hand": lambda: train_by_hand(theirs, X_t, y_t, 64, squared=False),
    }


def b_flops(n: int) -> int:
    """Of one epoch of setting B: A Wᵀ and Dᵀ A for every layer, D W for all but the first."""
    weights = [m * n for n, m in itertools.pairwise(B_SIZES)]
    return 2 * n * (3 * sum(weights) - weights[0])


def convolutional(maps: list[int], n: int, batch: int) -> Contenders:
    """Convolutions 5x5 with 2x2 max-pooling and ReLU, 100 units, softmax cross-entropy."""
    X, y = samples(n)
    X = X.reshape(n, 1, 28, 28)
    rng = np.random.default_rng(0)
    ours: list[Layer | Activation] = []
    theirs: list[torch.nn.Module] = []
    channels, side = 1, 28
    for m in maps:
        ours += [Conv2d(channels, m, 5, rng), MaxPool2d(2), relu]
        theirs += [torch.nn.Conv2d(channels, m, 5), torch.nn.MaxPool2d(2), torch.nn.ReLU()]
        channels, side = m, (side - 4) // 2
    ours += [Flatten(), Linear(channels * side**2, 100, rng), relu, Linear(100, 10, rng)]
    theirs += [
        torch.nn.Flatten(),
        torch.nn.Linear(channels * side**2, 100),
        torch.nn.ReLU(),
        torch.nn.Linear(100, 10),
    ]
    net, reference = Sequential(*ours).astype(np.float32), torch.nn.Sequential(*theirs)
    X_t, y_t = torch.tensor(X), torch.tensor(y)
    return {
        "nnlib": lambda: train_nnlib(net, X, y, softmax_cross_entropy, batch),
        "torch": lambda: train_torch(reference, X_t, y_t, F.cross_entropy, batch),
        "torch, fused": lambda: train_torch(
            reference, X_t, y_t, F.cross_entropy, batch, fused=True
        ),
    }


def growth() -> None:
    """Seconds and peak memory of an epoch against N, width and depth, with the exponents."""

    def epoch(n: int, width: int, depth: int) -> tuple[float, float]:
        X, y = samples(n)
        rng = np.random.default_rng(0)
        sizes = [784, *[width] * depth]
        layers: list[Layer | Activation] = []
        for m, k in itertools.pairwise(sizes):
            layers += [Linear(m, k, rng), relu]
        net = Sequential(*layers, Linear(width, 10, rng)).astype(np.float32)

        def run() -> None:
            train_nnlib(net, X, y, softmax_cross_entropy, 64, epochs=1)

        seconds = medians({"nnlib": run}, 3)["nnlib"]
        tracemalloc.start()
        run()
        memory = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return seconds, memory

    print("\ngrowth of an epoch, mini-batches of 64; the last column is the exponent at its end\n")
    for name, values, arguments in (
        ("N", (4000, 8000, 16000, 32000), lambda v: (v, 64, 2)),
        ("width", (128, 256, 512, 1024), lambda v: (2000, v, 3)),
        ("depth", (4, 8, 16, 32), lambda v: (2000, 256, v)),
    ):
        measured = np.array([epoch(*arguments(value)) for value in values])
        exponents = np.log2(measured[-1] / measured[-2])
        for row, unit, factor, exponent in zip(
            measured.T, ("s", "MB"), (1, 1e-6), exponents, strict=True
        ):
            cells = "".join(
                f"{value:>7} {factor * x:8.3f}" for value, x in zip(values, row, strict=True)
            )
            print(f"{name:6} {unit:3}{cells}   {exponent:5.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()

    n = 5_000
    peak = peak_flops(arguments.rounds)
    print(f"numpy {np.__version__}, torch {torch.__version__}, one thread, medians")
    print(f"matrix product 2048³, float32: {peak / 1e9:.1f} GFLOP/s\n")
    for name, contenders, images, batch in (
        ("A: [784, 30, 10]", setting_a(n), n, 10),
        ("B: [784, 128, 64, 10]", setting_b(n), n, 64),
        ("single convolution", convolutional([20], 200, 10), 200, 10),
        ("single convolution", convolutional([20], 640, 64), 640, 64),
        ("double convolution", convolutional([20, 40], 200, 10), 200, 10),
        ("double convolution", convolutional([20, 40], 640, 64), 640, 64),
    ):
        seconds = medians(contenders, arguments.rounds)
        print(f"{name}, mini-batches of {batch}")
        for contender, value in seconds.items():
            a_batch = 1e6 * value / EPOCHS / -(-images // batch)
            print(f"  {contender:16}{a_batch:10.1f} µs{value / seconds['nnlib']:8.2f}x")
        if name.startswith("B"):
            print(
                f"  nnlib reaches {EPOCHS * b_flops(n) / seconds['nnlib'] / peak:.0%} of the peak"
            )
    growth()


if __name__ == "__main__":
    main()
