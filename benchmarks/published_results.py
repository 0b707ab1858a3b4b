"""Reproduce, on the full MNIST, the accuracies that Nielsen's book reports.

    OPENBLAS_NUM_THREADS=1 python benchmarks/published_results.py [row ...] [--seeds 0 1 2]

From Nielsen's chapters 1, 3, 5 and 6 (Neural Networks and Deep Learning, 2015). Every finished
run is written to nnlib/published_results.json at once; a second start skips what it finds there.
Dense rows take seconds to minutes a run, the convolutional rows 10 to 20 minutes, on one core.
"""

import argparse
import itertools
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import nnlib
from nnlib.activations import Activation, logistic, relu
from nnlib.checks import FloatArray, IntArray
from nnlib.convolution import Conv2d, MaxPool2d
from nnlib.data import mnist, rows
from nnlib.download import write
from nnlib.initializers import Initializer, constant, normal, scaled_normal
from nnlib.layer import Layer
from nnlib.layers import Flatten, Linear, Sequential
from nnlib.losses import Loss, binary_cross_entropy, softmax_cross_entropy, squared_error
from nnlib.optimizers import SGD
from nnlib.training import fit, predict

BATCH_SIZE = 10
RESULTS = Path(nnlib.__file__).with_name("published_results.json")
TEST, VALIDATION = "test, best epoch", "validation, best epoch"
EARLY_STOP = "test, at the best validation epoch"
STANDARD_NORMAL = normal()

Build = Callable[[np.random.Generator], Sequential]
Data = dict[str, tuple[FloatArray, IntArray]]


@dataclass(frozen=True)
class Row:
    """One row of the table: a network, how it is trained, and the accuracy that is published.

    `decay` is λ of the cost C + (λ/2) Σ‖W‖². Nielsen's λ is that times 50,000, and times 5,000,
    the number of mini-batches, for his convolutional networks.
    """

    id: str
    network: str
    build: Build
    loss: Loss
    lr: float
    epochs: int
    decay: float
    shuffle: bool
    measure: str
    published: float

    def settings(self) -> dict[str, Any]:
        """The row as the results file shows it."""
        shown = {name: value for name, value in vars(self).items() if name != "build"}
        return shown | {"loss": self.loss.name, "batch_size": BATCH_SIZE}


def dense(sizes: list[int], init: Initializer, output: Activation | None = None) -> Build:
    """Logistic layers with N(0, 1) biases; the last one is linear, or ends with `output`."""

    def build(rng: np.random.Generator) -> Sequential:
        layers: list[Layer | Activation] = [Flatten()]
        for m_in, m_out in itertools.pairwise(sizes):
            layers += [Linear(m_in, m_out, rng, init=init, bias_init=normal()), logistic]
        layers.pop()
        return Sequential(*layers, *([output] if output else []))

    return build


def convolutional(filters: list[int], f: Activation) -> Build:
    """Convolutions 5x5 with 2x2 max-pooling, 100 units, and a linear output that starts at 0.

    Weights start at N(0, 1/n): n is the number of units, or filters · 25 / 4. Biases at N(0, 1).
    """

    def build(rng: np.random.Generator) -> Sequential:
        layers: list[Layer | Activation] = []
        maps, side, bias_init = 1, 28, normal()
        for n in filters:
            init = normal(np.sqrt(4 / (25 * n)))
            layers += [
                Conv2d(maps, n, 5, rng, init=init, bias_init=bias_init),
                MaxPool2d(2),
                f,
            ]
            maps, side = n, (side - 4) // 2
        init = normal(np.sqrt(1 / 100))
        layers += [
            Flatten(),
            Linear(maps * side**2, 100, rng, init=init, bias_init=bias_init),
            f,
        ]
        return Sequential(*layers, Linear(100, 10, rng, init=constant(0)))

    return build


def perceptron(
    id: str,
    sizes: list[int],
    loss: Loss,
    lr: float,
    measure: str,
    published: float,
    init: Initializer = STANDARD_NORMAL,
    epochs: int = 30,
    lmbda: float = 0,
) -> Row:
    """Nielsen's chapters 1, 3 and 5: shuffled, all layers logistic, the last one in the loss."""
    output = logistic if loss is squared_error else None
    start = "N(0, 1)" if init is not scaled_normal else "N(0, 1/n)"
    build = dense(sizes, init, output)
    network = f"{sizes}, weights {start}"
    decay = lmbda / 50_000
    return Row(id, network, build, loss, lr, epochs, decay, True, measure, published)


def image_network(
    id: str, network: str, build: Build, lr: float, published: float, lmbda: float = 0
) -> Row:
    """A row of Nielsen's chapter 6: 60 epochs in the order of the file, softmax."""
    loss, decay = softmax_cross_entropy, lmbda / 5_000
    return Row(id, network, build, loss, lr, 60, decay, False, EARLY_STOP, published)


SE, CE = squared_error, binary_cross_entropy
ROWS = [
    perceptron("quadratic-30", [784, 30, 10], SE, 3.0, TEST, 95.42),
    perceptron("quadratic-100", [784, 100, 10], SE, 3.0, TEST, 96.59),
    perceptron("cross-entropy-30", [784, 30, 10], CE, 0.5, TEST, 95.49),
    perceptron("cross-entropy-100", [784, 100, 10], CE, 0.5, TEST, 96.82),
    perceptron("decay-30", [784, 30, 10], CE, 0.5, TEST, 96.49, lmbda=5),
    perceptron("decay-100", [784, 100, 10], CE, 0.5, VALIDATION, 97.92, lmbda=5),
    perceptron("slow-100", [784, 100, 10], CE, 0.1, VALIDATION, 98.04, epochs=60, lmbda=5),
    perceptron(
        "slow-100-scaled", [784, 100, 10], CE, 0.1, VALIDATION, 98.04, scaled_normal, 60, lmbda=5
    ),
    *(
        perceptron(
            f"depth-{depth}",
            [784, *[30] * depth, 10],
            CE,
            0.1,
            VALIDATION,
            published,
            scaled_normal,
            lmbda=5,
        )
        for depth, published in enumerate((96.48, 96.90, 96.57, 96.53), 1)
    ),
    image_network("softmax-100", "100, softmax", convolutional([], logistic), 0.1, 97.80),
    image_network(
        "conv-20", "20 @ 5x5, pool, 100, softmax", convolutional([20], logistic), 0.1, 98.78
    ),
    image_network(
        "conv-20-40",
        "20 @ 5x5, pool, 40 @ 5x5, pool, 100, softmax",
        convolutional([20, 40], logistic),
        0.1,
        99.06,
    ),
    image_network(
        "conv-20-40-relu", "the same, ReLU", convolutional([20, 40], relu), 0.03, 99.23, lmbda=0.1
    ),
]


def load_mnist() -> Data:
    """The three parts of MNIST, pixels k/256 in float32 as in the book."""
    return {
        part: (rows(images, 256).reshape(-1, 1, 28, 28), labels)
        for part, (images, labels) in mnist()._asdict().items()
    }


def run(row: Row, seed: int, data: Data) -> dict[str, Any]:
    """Train one network: accuracies in % after every epoch, and the one to compare.

    The seconds are processor time, with the evaluations.
    """
    rng = np.random.default_rng(seed)
    net = row.build(rng).astype(np.float32)

    def percent(part: str) -> Callable[[Layer], float]:
        X, y = data[part]
        return lambda net: round(100 * float(np.mean(predict(net, X).argmax(axis=1) == y)), 2)

    X, y = data["train"]
    start = time.process_time()
    history = fit(
        net,
        X,
        y if row.loss is softmax_cross_entropy else np.eye(10, dtype=np.float32)[y],
        row.loss,
        SGD(net, row.lr, weight_decay=row.decay),
        epochs=row.epochs,
        batch_size=BATCH_SIZE,
        rng=rng if row.shuffle else None,
        measures={part: percent(part) for part in ("validation", "test")},
        training_cost=False,
        progress=False,
    )
    validation, test = history["validation"], history["test"]
    best = int(np.argmax(test if row.measure == TEST else validation))
    return {
        "seed": seed,
        "accuracy": validation[best] if row.measure == VALIDATION else test[best],
        "epoch": best + 1,
        "seconds": round(time.process_time() - start),
        "validation": validation,
        "test": test,
    }


def delta_norms(data: Data) -> dict[str, dict[str, list[float]]]:
    """‖∂C/∂b‖ of each hidden layer before training: the median of 200 initializations."""
    X, y = (values[:1000] for values in data["train"])
    Y = np.eye(10)[y]
    table = {}
    for published in ([0.07, 0.31], [0.012, 0.060, 0.283], [0.003, 0.017, 0.070, 0.285]):
        norms = []
        for seed in range(200):
            sizes = [784, *[30] * len(published), 10]
            net = dense(sizes, scaled_normal)(np.random.default_rng(seed))
            net.set_gradients(binary_cross_entropy.gradient(net(X), Y))
            gradients = [g for name, g in net.gradients().items() if name.endswith("bias")]
            norms.append([np.linalg.norm(gradient) for gradient in gradients[:-1]])
        medians = [round(float(norm), 4) for norm in np.median(norms, axis=0)]
        table[f"{len(published)} hidden layers"] = {"published": published, "median": medians}
    return table


def save(results: dict[str, Any], path: Path) -> None:
    """Write the file, each list of numbers on one line; an interruption leaves the old one."""
    text = json.dumps(results, indent=1)
    text = re.sub(r"\[[\s\d.,]+\]", lambda numbers: " ".join(numbers[0].split()), text)
    write(path, f"{text}\n".encode())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", help="ids of rows; all if none is given")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--output", type=Path, default=RESULTS)
    arguments = parser.parse_args()

    data = load_mnist()
    results = json.loads(arguments.output.read_text("utf8")) if arguments.output.exists() else {}
    results["numpy"] = np.__version__
    results["delta_norms"] = delta_norms(data)
    done = results.setdefault("rows", {})
    for row in ROWS:
        if arguments.rows and row.id not in arguments.rows:
            continue
        entry = done.setdefault(row.id, {"runs": []})
        entry |= row.settings()
        for seed in arguments.seeds:
            if all(finished["seed"] != seed for finished in entry["runs"]):
                entry["runs"].append(run(row, seed, data))
                save(results, arguments.output)
                accuracy, seconds = (entry["runs"][-1][name] for name in ("accuracy", "seconds"))
                print(f"{row.id:16} seed {seed}: {accuracy:.2f} ({row.published}) {seconds} s")
    results["rows"] = {row.id: done[row.id] for row in ROWS if row.id in done}
    save(results, arguments.output)


if __name__ == "__main__":
    main()
