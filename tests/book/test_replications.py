"""`make replicate`: other seeds in a process with its own kernel, and only what has changed."""

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

from check.rules import ROOT
from processor import facts
from read.book import Book
from read.replications import FOLDER

SEEDS = [1001, 1002, 1003, 1004, 1005, 1006]
NUMPY = "import numpy as np\nx = np.random.default_rng(0).random()"
TORCH = """
import torch
_ = torch.manual_seed(5)
x = torch.rand(1, generator=torch.Generator().manual_seed(5))
assert torch.rand(1) == x
"""
CLAIM = 'def large(page):\n    """x is large."""\n    return page.x > 0.5'


def one_kernel(
    experiment: str, script: str = CLAIM, **environment: str
) -> subprocess.CompletedProcess[str]:
    task = {"experiment": experiment, "script": script, "claim": "large", "seeds": SEEDS}
    own = {"OPENBLAS_CORETYPE": str(facts()["OpenBLAS"])}
    return subprocess.run(
        [sys.executable, ROOT / FOLDER / "one_kernel.py"],
        input=json.dumps(task),
        env=os.environ | own | environment,
        capture_output=True,
        text=True,
    )


def drawn(seed: int) -> float:
    return float(torch.rand(1, generator=torch.Generator().manual_seed(100_000 * seed + 5)))


@pytest.mark.parametrize(
    ("experiment", "value"),
    [(NUMPY, lambda n: np.random.default_rng([n, 0]).random()), (TORCH, drawn)],
    ids=["NumPy", "torch"],
)
def test_a_seed_stands_for_another_one(experiment: str, value: Any) -> None:
    done = one_kernel(experiment)
    assert done.returncode == 0, done.stderr
    failed = [seed for seed in SEEDS if value(seed) <= 0.5]
    assert 0 < len(failed) < len(SEEDS)
    assert json.loads(done.stdout)["failed"] == failed


def test_a_claim_that_fails_on_the_page() -> None:
    done = one_kernel(NUMPY, CLAIM.replace(">", "<"))
    assert done.returncode
    assert done.stderr == "It does not hold on the page itself.\n"


def test_another_kernel_than_was_asked_for() -> None:
    done = one_kernel(NUMPY, OPENBLAS_CORETYPE="Abacus")
    assert done.returncode
    assert "not Abacus" in done.stderr


@pytest.fixture
def replicate(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, in which a claim always holds and says so at once."""
    monkeypatch.syspath_prepend(ROOT / FOLDER)
    module = import_module("replicate")
    monkeypatch.setattr(module, "replicate", lambda *_: {"held": 20, "seconds": 1.0})
    return module


@pytest.fixture
def chapter(tmp_path: Path) -> Path:
    """The claims of a book's only chapter, which names one of two."""
    cell = {"cell_type": "code", "metadata": {"claims": ["large"]}, "source": "x = 1"}
    for folder in ("chapters", FOLDER):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "chapters/02-x.ipynb").write_text(json.dumps({"cells": [cell]}), "utf8")
    script = tmp_path / FOLDER / "x.py"
    script.write_text(f"{CLAIM}\n\n\n{CLAIM.replace('large', 'unnamed')}\n", "utf8")
    return script


def run(replicate: ModuleType, script: Path, again: bool = False) -> int:
    [notebook] = Book.load(script.parents[2]).notebooks
    return int(replicate.chapter(notebook.cells, script, again))


def test_only_what_is_not_up_to_date(
    replicate: ModuleType, chapter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for again, change, runs in (
        (False, "", 1),
        (False, "", 0),
        (True, "", 1),
        (False, CLAIM.replace("0.5", "0.4"), 1),
    ):
        if change:
            chapter.write_text(change, "utf8")
        assert run(replicate, chapter, again) == 0
        assert capsys.readouterr().out.count("held in 20 of 20") == runs
    assert set(json.loads(chapter.with_suffix(".json").read_text("utf8"))) == {"large"}


def test_a_record_that_no_cell_names_goes(replicate: ModuleType, chapter: Path) -> None:
    chapter.with_suffix(".json").write_text('{"gone": {"seconds": 1}}', "utf8")
    run(replicate, chapter)
    assert set(json.loads(chapter.with_suffix(".json").read_text("utf8"))) == {"large"}


def test_a_chapter_may_not_take_too_long(
    replicate: ModuleType,
    chapter: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(replicate, "replicate", lambda *_: {"held": 20, "seconds": 1201.0})
    assert run(replicate, chapter) == 1
    assert "x: 1201 s, more than 1200. Make an experiment smaller." in capsys.readouterr().out
