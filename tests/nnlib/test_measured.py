"""What was measured elsewhere says what it is, and the page's summary of it is the right one."""

import json
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

import nnlib
from nnlib import measured
from nnlib.measured import (
    device_times,
    gpu_runs,
    nielsen_runs,
    published_norms,
    published_results,
    training_times,
    zigzag_rates,
)

STORED = Path(nnlib.__file__).parent


def test_published_results() -> None:
    rows = {row["id"]: row for row in published_results()}
    assert rows["depth-2"]["published"] == 96.90
    for id, row in rows.items():
        assert row["id"] == id
        assert len({run["seed"] for run in row["runs"]}) == len(row["runs"]) > 0
        for run in row["runs"]:
            part = run["validation" if row["measure"].startswith("validation") else "test"]
            assert len(run["validation"]) == len(run["test"]) == row["epochs"]
            assert run["accuracy"] == part[run["epoch"] - 1]


def test_published_results_are_what_their_types_say() -> None:
    for row in published_results():
        assert row.keys() == measured.PublishedResult.__annotations__.keys()
        for run in row["runs"]:
            assert run.keys() == measured.PublishedRun.__annotations__.keys()


def test_published_norms() -> None:
    """The later a layer, the larger its gradient, in the book and in the median."""
    for hidden, norms in enumerate(published_norms(), 2):
        assert norms.keys() == measured.PublishedNorms.__annotations__.keys()
        for values in norms.values():
            assert values == sorted(values)
            assert len(values) == hidden


def test_nielsen_runs_are_what_their_types_say() -> None:
    for run in nielsen_runs().values():
        assert run.keys() == measured.NielsenRun.__annotations__.keys()
        assert run["published"].keys() == run["ours"].keys()
        for values in (*run["published"].values(), *run["ours"].values()):
            assert len(values) == len(run["x"])
        for replay in run["replays"]:
            assert replay.keys() == measured.NielsenReplay.__annotations__.keys()
            assert len(replay["images"]) == len(run["x"])
            assert len(replay["cost"]) in (0, len(run["x"]))


def test_nielsen_runs_differ_by_what_the_replays_say() -> None:
    """`ours` is the last of the replays; costs are rounded there, but not in the differences."""
    for run in nielsen_runs().values():
        last = run["replays"][-1]
        for name, his in run["published"].items():
            kind, slack = ("cost", 2e-6) if name.endswith("cost") else ("images", 0)
            gap = np.abs(np.subtract(run["ours"][name], his))
            assert (gap <= np.multiply(last[kind], 1.05) + slack).all()


def test_nielsen_runs_have_the_numbers_of_his_chapter() -> None:
    """At best 82.27 % and, regularized, 87.1 %; the test cost is lowest at epoch 15."""
    runs = nielsen_runs()
    assert max(runs["overfitting"]["published"]["test_accuracy"]) == 8227
    assert max(runs["regularized"]["published"]["test_accuracy"]) == 8710
    assert 1 + np.argmin(runs["overfitting"]["published"]["test_cost"]) == 15


def test_nielsen_runs_are_small_and_attributed() -> None:
    package = resources.files("nnlib")
    assert len(package.joinpath("nielsen.json").read_bytes()) <= 100_000
    for text in (package.joinpath("nielsen.txt").read_text("utf8"), nielsen_runs.__doc__):
        assert "https://github.com/mnielsen/neural-networks-and-deep-learning" in text
        assert "MIT license" in text.replace("License", "license")


def test_training_times() -> None:
    """Larger mini-batches take fewer steps and, from the middle on, more epochs."""
    times = training_times()
    assert times.keys() == measured.TrainingTimes.__annotations__.keys()
    for row in times["batches"]:
        assert row.keys() == measured.BatchTime.__annotations__.keys()
        assert row["steps"] * row["batch_size"] == pytest.approx(1000 * row["epochs"])
    steps = [row["steps"] for row in times["batches"]]
    assert steps == sorted(steps, reverse=True)
    assert all(micro > 0 for micro in times["optimizers"].values())


def test_each_batch_and_width_was_measured_once() -> None:
    rows = device_times()
    assert len({(row["batch"], row["width"]) for row in rows}) == len(rows) == 20
    for row in rows:
        assert all(value > 0 for value in row.values() if isinstance(value, float))
        assert ("cpu_1" in row) == ("cpu_all" in row)
        # A step is of the order of what it multiplies: a core does at most 2e11 a second.
        if "cpu_1" in row:
            n, w = row["batch"], row["width"]
            assert 3 * 2 * n * (784 * w + w * w) / row["cpu_1"] < 4e11


def test_validation_chooses_the_epoch() -> None:
    stored = json.loads((STORED / "gpu_nielsen.json").read_text("utf8"))["rows"]
    runs = gpu_runs()
    assert [run["name"] for run in runs] == [*stored]
    for run in runs:
        seen = stored[run["name"]]["epochs"]
        assert run["epochs"] == len(seen) <= run["planned_epochs"]
        for seed, accuracy in enumerate(run["test"]):
            best = max(epoch["validation"][seed] for epoch in seen)
            first = next(epoch for epoch in seen if epoch["validation"][seed] == best)
            assert accuracy == first["test"][seed]
        votes = [epoch["vote_validation"] for epoch in seen]
        assert run["vote"] == seen[int(np.argmax(votes))]["vote_test"]


def test_the_zigzag_has_a_share_for_each_depth_and_rate() -> None:
    kept = zigzag_rates()
    assert sorted(kept["rates"]) == kept["rates"]
    assert [*kept["learned"]] == [1, 2, 4]
    for shares in kept["learned"].values():
        assert len(shares) == len(kept["rates"])
        assert all(0 <= share <= 1 and round(100 * share, 9) % 1 == 0 for share in shares)
