"""What was measured elsewhere says what it is, and the page's summary of it is the right one."""

import json
from pathlib import Path

import numpy as np

import nnlib
from nnlib.measured import device_times, gpu_runs, zigzag_rates

STORED = Path(nnlib.__file__).parent


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
