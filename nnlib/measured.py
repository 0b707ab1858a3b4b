"""What takes too long for a page, or needs a graphics card: measured once, and kept.

The scripts are those of `benchmarks/`.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, NotRequired, TypedDict, cast

import numpy as np


class PublishedRun(TypedDict):
    """One training: accuracies in %, after every epoch and the one to compare with the book."""

    seed: int
    accuracy: float
    epoch: int  # of that accuracy
    seconds: int  # of one core
    validation: list[float]
    test: list[float]


class PublishedResult(TypedDict):
    """An accuracy on MNIST in Nielsen's book, `published`, and the runs of nnlib beside it.

    `measure` says of which images and after which epoch; `decay` is λ of C + (λ/2) Σ‖W‖².
    """

    id: str
    network: str
    loss: str
    lr: float
    epochs: int
    batch_size: int
    decay: float
    shuffle: bool
    measure: str
    published: float
    runs: list[PublishedRun]


class PublishedNorms(TypedDict):
    """‖∂C/∂b‖ of each hidden layer before training: one network of the book, and a median of 200.

    C is the mean cost of the first 1,000 images.
    """

    published: list[float]
    median: list[float]


def published_results() -> list[PublishedResult]:
    """The rows of `benchmarks/published_results.py`: too long to run on a page, so they are kept.

    Source of what is published: Michael Nielsen, Neural Networks and Deep Learning (2015).
    """
    return list(_kept("published_results.json")["rows"].values())


def published_norms() -> list[PublishedNorms]:
    """Where gradients start: networks of 2, 3 and 4 hidden layers of 30, as `published_results`."""
    return list(_kept("published_results.json")["delta_norms"].values())


class NielsenReplay(TypedDict):
    """How far `nnlib` was from what Nielsen stored, with one matrix kernel of OpenBLAS.

    At each of `x` the largest difference of all curves: of an accuracy in images, of a cost before
    it was rounded, if there is one.
    """

    kernel: str
    numpy: str
    images: list[int]
    cost: list[float]


class NielsenRun(TypedDict):
    """Curves by name, `published` by Nielsen and `ours`, the last of the replays.

    `x` are the epochs, or the sizes of the training set. Accuracies count images, costs have six
    decimals.
    """

    x: list[int]
    published: dict[str, list[float]]
    ours: dict[str, list[float]]
    replays: list[NielsenReplay]


def nielsen_runs() -> dict[str, NielsenRun]:
    """Runs of Nielsen's chapter 3 on MNIST, and the same replayed from his seeds.

    "overfitting" trains on 1,000 images, "overfitting_full" on all 50,000;
    "regularized" and "regularized_full" do so with weight decay, and have
    ½ λ Σ‖W‖² / n in the cost, where n is the number of images that the cost is
    taken of. "weight_initialization_30" starts from two kinds of weights,
    "more_data" has an accuracy for each size of the training set. Ours are made
    by `benchmarks/nielsen.py`.

    >>> run = nielsen_runs()["overfitting"]
    >>> run["published"]["test_accuracy"][-1]
    8223
    >>> run["ours"]["test_accuracy"][-1]
    8223

    Source: Michael Nielsen, Neural Networks and Deep Learning (2015), the
    folder fig of https://github.com/mnielsen/neural-networks-and-deep-learning,
    under the MIT license, which `nielsen.txt` beside this module has in full.
    """
    return cast(dict[str, NielsenRun], _kept("nielsen.json"))


class BatchTime(TypedDict):
    """What it took to reach a training cost of 0.1 with mini-batches of one size.

    Medians of 11 runs at the best of ten learning rates.
    """

    batch_size: int
    lr: float
    epochs: float
    steps: int
    seconds: float  # of one core


class TrainingTimes(TypedDict):
    """Sizes of mini-batches, and microseconds of a step by optimizer."""

    numpy: str
    batches: list[BatchTime]
    optimizers: dict[str, float]


def training_times() -> TrainingTimes:
    """What `benchmarks/training_times.py` measured: times differ everywhere, so they are kept."""
    return cast(TrainingTimes, _kept("training_times.json"))


class DeviceTimes(TypedDict):
    """Median seconds of one training step of a network [784, w, w, 10] with a batch.

    `cpu_1` on one CPU core, `cpu_all` on all 16, `gpu` on the GPU, `gpu_graph`
    there with the step recorded as a CUDA graph; `copy_in` takes the batch to
    the GPU. Where a CPU would take too long, its times are missing.
    """

    batch: int
    width: int
    cpu_1: NotRequired[float]
    cpu_all: NotRequired[float]
    gpu: float
    gpu_graph: float
    copy_in: float


class GpuRun(TypedDict):
    """A row of Nielsen's table, run again with five seeds: accuracies in percent.

    `published` is his, after `planned_epochs`; `test` are ours after at most
    `epochs`, each at the epoch that was best on validation data; `vote` is that
    of the five, at the epoch that was best by vote.
    """

    name: str
    published: float
    planned_epochs: int
    epochs: int
    test: list[float]
    vote: float


class ZigzagRates(TypedDict):
    """The share of 100 runs that learn, by number of hidden layers, at each of `rates`."""

    rates: list[float]
    learned: dict[int, list[float]]


PUBLISHED = {"expanded": 99.37, "expanded-100-100": 99.43, "dropout-1000-1000": 99.60}


def device_times() -> list[DeviceTimes]:
    """What `benchmarks/devices.py` measured in November 2026.

    It was one machine with an NVIDIA H100 and 16 CPU cores, PyTorch 2.11,
    float32.
    """
    return cast(list[DeviceTimes], _kept("gpu_devices.json")["rows"])


def gpu_runs() -> list[GpuRun]:
    """The last three rows of Nielsen's table, run again on a GPU.

    Source of what is published: Michael Nielsen, Neural Networks and Deep
    Learning (2015), chapter 6.
    """
    return [
        _run(name, row["planned_epochs"], row["epochs"])
        for name, row in _kept("gpu_nielsen.json")["rows"].items()
    ]


def zigzag_rates() -> ZigzagRates:
    """What `benchmarks/zigzag_rates.py` found for the race of Chapter 5."""
    stored = _kept("zigzag_rates.json")
    learned = {int(hidden): shares for hidden, shares in stored["learned"].items()}
    return ZigzagRates(rates=stored["rates"], learned=learned)


def _run(name: str, planned_epochs: int, seen: list[dict[str, Any]]) -> GpuRun:
    validation, test = (np.array([epoch[key] for epoch in seen]) for key in ("validation", "test"))
    best = validation.argmax(axis=0)  # of each seed
    return GpuRun(
        name=name,
        published=PUBLISHED[name],
        planned_epochs=planned_epochs,
        epochs=len(seen),
        test=[float(accuracy) for accuracy in test[best, np.arange(test.shape[1])]],
        vote=max(seen, key=lambda epoch: epoch["vote_validation"])["vote_test"],
    )


def _kept(name: str) -> dict[str, Any]:
    text = resources.files("nnlib").joinpath(name).read_text("utf8")
    return cast(dict[str, Any], json.loads(text))
