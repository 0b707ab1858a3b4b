"""Replay runs of Nielsen's chapter 3 from his seeds, and compare epoch by epoch with his record.

    OPENBLAS_NUM_THREADS=1 python benchmarks/nielsen.py FIG [run ...]

FIG is the folder `fig` of https://github.com/mnielsen/neural-networks-and-deep-learning, in which
his scripts left their curves. His curves and ours go to nnlib/nielsen.json, with the largest
difference under the matrix kernel that ran; OPENBLAS_CORETYPE=Nehalem asks for another one.
All runs take 4 minutes of one core. `initial_gradient.json` of his chapter 5 is not among them:
the script that wrote it sets no seed. `overfitting_full` magnifies rounding errors until it is
another training than his, so its numbers depend on the processor.
"""

import argparse
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_info

import nnlib
from nnlib.activations import logistic
from nnlib.checks import FloatArray
from nnlib.data import mnist, rows
from nnlib.download import write
from nnlib.layers import Linear, Sequential
from nnlib.losses import binary_cross_entropy
from nnlib.optimizers import SGD
from nnlib.training import History, fit, predict

SEED, BATCH_SIZE = 12345678, 10
SIZES = [100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000]
RESULTS = Path(nnlib.__file__).with_name("nielsen.json")

Samples = tuple[npt.NDArray[np.float32], FloatArray]
Curves = dict[str, Any]  # a list of numbers under each name


def right(Z: FloatArray, Y: FloatArray) -> int:
    """How many images are taken for what they are."""
    return int(np.sum(Z.argmax(axis=1) == Y.argmax(axis=1)))


def squares(net: Sequential) -> float:
    """Σ‖W‖²."""
    return sum(float(np.sum(net[i].weight ** 2)) for i in (0, 2))


class Replay:
    """His two streams of random numbers, and a [784, 30, 10] network with weights from them."""

    def __init__(self) -> None:
        self.random, self.normal = random.Random(SEED), np.random.RandomState(SEED)
        self.train, self.validation, self.test = (
            (rows(images, 256), np.eye(10)[labels]) for images, labels in mnist()
        )
        rng = np.random.default_rng(0)  # for weights that the next line replaces
        self.net = Sequential(Linear(784, 30, rng), logistic, Linear(30, 10, rng))
        self.draw_weights()

    def draw_weights(self, *, large: bool = False) -> None:
        """First all biases, N(0, 1), then all weights, N(0, 1/n), or N(0, 1) where `large`.

        His networks draw when they are made, and again if large weights are wanted.
        """
        layers = self.net[0], self.net[2]
        for layer in layers:
            layer.bias = self.normal.randn(*layer.bias.shape)
        for layer in layers:
            std = 1 if large else 1 / np.sqrt(layer.weight.shape[1])
            layer.weight = std * self.normal.randn(*layer.weight.shape)

    def shuffling(self, n: int) -> Callable[[int], list[int]]:
        """The order of n samples, as Python 2 shuffles one and the same list in each epoch."""
        order = list(range(n))

        def shuffle(epoch: int) -> list[int]:
            for i in range(n - 1, 0, -1):
                j = int(self.random.random() * (i + 1))
                order[i], order[j] = order[j], order[i]
            return order

        return shuffle

    def fit(self, X: FloatArray, Y: FloatArray, lr: float, decay: float, **how: Any) -> History:
        optimizer = SGD(self.net, lr, weight_decay=decay)
        how |= {"batch_size": BATCH_SIZE, "progress": False}
        return fit(self.net, X, Y, binary_cross_entropy, optimizer, **how)


def overfitting(size: int, epochs: int, lmbda: float = 0) -> Curves:
    """Large weights, the first images of the training set; after each epoch what the test says.

    His cost is C + ½ λ/n Σ‖W‖², with n images in whatever set the cost is taken of.
    """
    replay = Replay()
    replay.draw_weights(large=True)
    X, Y = (values[:size] for values in replay.train)
    history = replay.fit(
        X,
        Y,
        lr=0.5,
        decay=lmbda / size,
        epochs=epochs,
        order=replay.shuffling(size),
        validation=replay.test,
        metrics={"right": right},
        measures={"squares": squares},
    )
    penalty = lmbda / 2 * np.array(history["squares"])
    return {
        "test_cost": history["validation_cost"] + penalty / len(replay.test[0]),
        "test_accuracy": history["validation_right"],
        "training_cost": history["cost"] + penalty / size,
        "training_accuracy": history["right"],
    }


def weight_initialization() -> Curves:
    """Weights N(0, 1/n), then N(0, 1): the second run goes on with the images as the first left."""
    replay, curves = Replay(), Curves()
    order = replay.shuffling(len(replay.train[0]))
    for start in ("default", "large"):
        if start == "large":
            replay.draw_weights(large=True)
        history = replay.fit(
            *replay.train,
            lr=0.1,
            decay=5 / len(replay.train[0]),
            epochs=30,
            order=order,
            validation=replay.validation,
            metrics={"right": right},
            training_cost=False,
        )
        curves[f"{start}_accuracy"] = history["validation_right"]
    return curves


def more_data() -> Curves:
    """Of each size so many epochs that all see as many images, 1,500,000, each from new weights."""
    replay, accuracies = Replay(), []
    for size in SIZES:
        replay.draw_weights(large=True)
        replay.fit(
            *(values[:size] for values in replay.train),
            lr=0.5,
            decay=0.0001,
            epochs=1_500_000 // size,
            order=replay.shuffling(size),
            training_cost=False,
        )
        X, Y = replay.validation
        accuracies.append(right(predict(replay.net, X), Y))
    return {"accuracy": accuracies}


RUNS: dict[str, Callable[[], Curves]] = {
    "overfitting": lambda: overfitting(1000, 400),
    "regularized": lambda: overfitting(1000, 400, lmbda=0.1),
    "overfitting_full": lambda: overfitting(50_000, 30),
    "regularized_full": lambda: overfitting(50_000, 30, lmbda=5),
    "weight_initialization_30": weight_initialization,
    "more_data": more_data,
}


def published(folder: Path, name: str) -> Curves:
    """His curves under our names, accuracies as counts of images."""
    stored = json.loads((folder / f"{name}.json").read_text("utf8"))
    if name == "more_data":
        return {"accuracy": [round(100 * percent) for percent in stored]}
    if name == "weight_initialization_30":
        starts = ("default", "large")
        return {f"{each}_accuracy": stored[f"{each}_weight_initialization"][1] for each in starts}
    names = "test_cost", "test_accuracy", "training_cost", "training_accuracy"
    return dict(zip(names, stored, strict=True))


def gaps(ours: Curves, his: Curves, kind: str) -> FloatArray:
    """The largest difference of all curves of cost or of accuracy, at each x."""
    pairs = [(ours[name], his[name]) for name in his if name.endswith(kind)]
    return np.max([np.abs(np.subtract(*pair)) for pair in pairs], axis=0) if pairs else np.array([])


def as_shipped(curves: Curves) -> Curves:
    """Costs with six decimals, accuracies as integers."""
    return {
        name: np.round(values, 6).tolist() if name.endswith("cost") else [int(n) for n in values]
        for name, values in curves.items()
    }


def save(results: dict[str, Any]) -> None:
    """Write the file, each list of numbers on one line."""
    text = json.dumps(results, indent=1)
    text = re.sub(r"\[[^][{}]*\]", lambda numbers: " ".join(numbers[0].split()), text)
    write(RESULTS, f"{text}\n".encode())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="FIG")
    parser.add_argument("runs", nargs="*", help="all if none is given")
    arguments = parser.parse_args()

    (kernel,) = {blas["architecture"] for blas in threadpool_info() if "architecture" in blas}
    results = json.loads(RESULTS.read_text("utf8")) if RESULTS.exists() else {}
    for name in arguments.runs or RUNS:
        his, ours = published(arguments.folder, name), RUNS[name]()
        images, costs = gaps(ours, his, "accuracy"), gaps(ours, his, "cost")
        replay = {
            "kernel": kernel,
            "numpy": np.__version__,
            "images": images.astype(int).tolist(),
            "cost": [float(f"{gap:.1e}") for gap in costs],
        }
        earlier = results.get(name, {}).get("replays", [])
        results[name] = {
            "x": SIZES if name == "more_data" else list(range(1, len(images) + 1)),
            "published": as_shipped(his),
            "ours": as_shipped(ours),
            "replays": [each for each in earlier if each["kernel"] != kernel] + [replay],
        }
        save({name: results[name] for name in RUNS if name in results})
        print(f"{name:25} {kernel:12} images {images.max():.0f}, cost {costs.max(initial=0):.0e}")


if __name__ == "__main__":
    main()
