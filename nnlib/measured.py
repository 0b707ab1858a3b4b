"""What took too long for a page, or needs a graphics card: measured once, and kept."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, NotRequired, TypedDict

import numpy as np


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
    rows: list[DeviceTimes] = _stored("gpu_devices.json")["rows"]
    return rows


def gpu_runs() -> list[GpuRun]:
    """The last three rows of Nielsen's table, run again on a GPU.

    Source of what is published: Michael Nielsen, Neural Networks and Deep
    Learning (2015), chapter 6.
    """
    return [
        _run(name, row["planned_epochs"], row["epochs"])
        for name, row in _stored("gpu_nielsen.json")["rows"].items()
    ]


def zigzag_rates() -> ZigzagRates:
    """What `benchmarks/zigzag_rates.py` found for the race of Chapter 5."""
    stored = _stored("zigzag_rates.json")
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


def _stored(name: str) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(resources.files("nnlib").joinpath(name).read_text("utf8"))
    return stored
