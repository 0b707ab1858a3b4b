"""What training costs in time: mini-batches of ten sizes, and a step of five optimizers.

    OPENBLAS_NUM_THREADS=1 python benchmarks/training_times.py

The bundled digits, 1,000 of them for training, and the network of Chapter 9, which shows the
results: nnlib/training_times.json. Times are processor time of the steps alone, without the
evaluations; only their ratios mean anything on another machine.
"""

import json
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

import nnlib
from nnlib import (
    SGD,
    Adam,
    Linear,
    Momentum,
    Nesterov,
    RMSprop,
    Sequential,
    data,
    he,
    relu,
    softmax_cross_entropy,
)
from nnlib.checks import FloatArray, IntArray
from nnlib.download import write

RESULTS = Path(nnlib.__file__).with_name("training_times.json")
BATCH_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
RATES = [0.01 * 2**k for k in range(10)]
GOAL = 0.1  # the cost of all training samples
MOST_EPOCHS = 60
TUNING, MEASURED = range(100, 103), range(11)  # seeds
OPTIMIZERS = (SGD, Momentum, Nesterov, RMSprop, Adam)


def digits() -> tuple[FloatArray, IntArray]:
    """1,000 standardized images (N, 64) and their labels."""
    images, y = data.digits()
    X = images.reshape(len(images), -1).astype(float)
    some = np.random.default_rng(0).permutation(len(X))[:1000]
    X, y = X[some], y[some]
    return (X - X.mean()) / X.std(), y


def network(rng: np.random.Generator) -> Sequential:
    return Sequential(Linear(64, 30, rng, init=he), relu, Linear(30, 10, rng, init=he))


def until_goal(X: FloatArray, y: IntArray, batch_size: int, lr: float, seed: int) -> dict[str, Any]:
    """Epochs, steps and seconds until the goal, looked at after every tenth of an epoch."""
    rng = np.random.default_rng(seed)
    net = network(rng)
    sgd = SGD(net, lr)
    steps, seconds, look = 0, 0.0, max(1, len(X) // batch_size // 10)
    for _ in range(MOST_EPOCHS):
        order = rng.permutation(len(X))
        for some in np.split(order, len(X) // batch_size):
            start = time.process_time()
            net.set_gradients(softmax_cross_entropy.gradient(net(X[some]), y[some]))
            sgd.step()
            seconds += time.process_time() - start
            steps += 1
            if steps % look == 0:
                Z = net(X)
                if not np.isfinite(Z).all():
                    return {"epochs": np.inf, "steps": np.inf, "seconds": np.inf}
                if softmax_cross_entropy(Z, y) <= GOAL:
                    return {
                        "epochs": steps * batch_size / len(X),
                        "steps": steps,
                        "seconds": seconds,
                    }
    return {"epochs": np.inf, "steps": np.inf, "seconds": np.inf}


def batch(X: FloatArray, y: IntArray, batch_size: int) -> dict[str, Any]:
    """Medians at the learning rate that takes the fewest epochs in other seeds."""

    def medians(lr: float, seeds: range) -> dict[str, float]:
        runs = [until_goal(X, y, batch_size, lr, seed) for seed in seeds]
        return {name: median(run[name] for run in runs) for name in runs[0]}

    lr = min(RATES, key=lambda lr: medians(lr, TUNING)["epochs"])
    found = medians(lr, MEASURED)
    print(f"{batch_size:5} {lr:5.2f} {found}")
    return {
        "batch_size": batch_size,
        "lr": lr,
        "epochs": round(found["epochs"], 2),
        "steps": int(found["steps"]),
        "seconds": round(found["seconds"], 5),
    }


def step_times(X: FloatArray, y: IntArray) -> dict[str, float]:
    """Microseconds of a step with mini-batches of 20: medians of 30 rounds, all in turns."""
    rng = np.random.default_rng(0)
    nets = [network(rng) for _ in OPTIMIZERS]
    optimizers = [make(net, 0.01) for make, net in zip(OPTIMIZERS, nets, strict=True)]
    times: dict[str, list[float]] = {}
    for _ in range(30):
        for net, optimizer in zip(nets, optimizers, strict=True):
            start = time.process_time()
            for i in range(0, 1000, 20):
                D = softmax_cross_entropy.gradient(net(X[i : i + 20]), y[i : i + 20])
                net.set_gradients(D)
                optimizer.step()
            name = type(optimizer).__name__
            times.setdefault(name, []).append((time.process_time() - start) / 50 * 1e6)
    return {name: round(median(each), 1) for name, each in times.items()}


def main() -> None:
    X, y = digits()
    with np.errstate(all="ignore"):
        batches = [batch(X, y, batch_size) for batch_size in BATCH_SIZES]
    results = {"numpy": np.__version__, "batches": batches, "optimizers": step_times(X, y)}
    print(results["optimizers"])
    write(RESULTS, f"{json.dumps(results, indent=1)}\n".encode())


if __name__ == "__main__":
    main()
