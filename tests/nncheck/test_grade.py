"""The grader counts what is right, and no submission costs more than its own marks."""

import csv
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from answers import ROOT, answers

from nncheck.grading import table as grading
from nncheck.grading.notebook import exercise_of
from nncheck.grading.submission import Limits

EXERCISE = ROOT / "exercises" / "02-neuron.ipynb"
SAID = {(a.question, a.code): a.source for a in answers() if a.exercise == EXERCISE}
RIGHT = {question: source for (question, code), source in SAID.items() if code == "right"}
PATIENT = Limits(seconds=60, total=600, memory=1500)
HASTY = {
    "hangs": Limits(seconds=20, total=600, memory=1500, patience=1),  # its other answers need time
    "hangs for good": Limits(seconds=4, total=15, memory=1500, patience=1),
}
FULL = "31"

REWRITE = """
import numpy as np
import nncheck.grading.learner as learner
np.isclose = np.allclose = lambda *a, **k: np.True_
learner.reply = lambda *a: {"value": {"array": 0, "dtype": "float64", "shape": []}}
"""
FORGE = """
import os
for number in range(3, 20):
    try:
        os.write(number, b'{"value": {"array": [1, 2], "dtype": "object", "shape": [2]}}\\n')
    except OSError:
        pass
"""
STUBBORN = """
import signal
import time
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
while True:
    time.sleep(1)
"""
SLEEPS = """
import time

def layer(X, W, b):
    while True:
        time.sleep(1)
"""
SUBMISSIONS: dict[str, dict[str, Any]] = {  # answers to the questions, and cells before and after
    "blank": {},
    "right": {"given": RIGHT},
    "partly": {"given": {**RIGHT, "q4": SAID["q4", "slow"], "q8": SAID["q8", "bias_inputs"]}},
    "hangs": {"given": {**RIGHT, "q4": SLEEPS}},
    "hangs for good": {
        "given": RIGHT,
        "before": STUBBORN,
    },
    "crashes": {"given": RIGHT, "after": "import os\nos._exit(0)"},
    "floods": {"given": RIGHT, "after": "for i in range(10**5): print('x' * 1000)"},
    "eats": {"given": RIGHT, "after": "import numpy as np\nx = np.ones(10**9)"},
    "fills": {"given": RIGHT, "after": "open('x', 'wb').write(bytes(10**9))"},
    "rewrites": {"before": REWRITE},
    "forges": {"after": FORGE},
    "magic": {"given": RIGHT, "before": "%matplotlib inline\n!pip install x\ndisplay(1)"},
    "odd": {
        "given": {"q1": "def council(*a): return {1}, a", "q4": "def layer(*a): return [[1], 2]"}
    },
}
JUNK = {"text": b"hello", "list": b"[1]", "cells": b'{"cells": 3}', "binary": b"\xff\xfe"}


def cell(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}


def submission(given: dict[str, str] = {}, before: str = "", after: str = "") -> bytes:  # noqa: B006
    notebook = json.loads(EXERCISE.read_text("utf8"))
    for each in notebook["cells"]:
        asked = re.search(r"check\.(q\d+)\(\)$", "".join(each["source"]))
        if asked and each["cell_type"] == "code" and asked[1] in given:
            each["source"] = given[asked[1]]
    notebook["cells"] = [cell(before), *notebook["cells"], cell(after)]
    return json.dumps(notebook).encode()


Table = dict[str, dict[str, str]]


def read(table: Path) -> Table:
    with table.open(encoding="utf-8-sig") as file:
        return {row["submission"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    def graded(limits: Limits) -> Path:
        folder = tmp_path_factory.mktemp("class")
        for name, parts in SUBMISSIONS.items():
            if HASTY.get(name, PATIENT) == limits:
                (folder / f"{name}.ipynb").write_bytes(submission(**parts))
        for name, content in JUNK.items() if limits == PATIENT else ():
            (folder / f"{name}.ipynb").write_bytes(content)
        output = folder / "out" / "grades.csv"
        output.parent.mkdir()
        handed = sorted(folder.glob("*.ipynb"))
        grading.grade(EXERCISE, handed, output, "private", limits, unsafe=True)
        return output

    with ThreadPoolExecutor() as pool:  # what hangs is waited for while others are graded
        tables = list(pool.map(graded, (PATIENT, *HASTY.values())))
    texts = [path for each in tables for path in each.parent.rglob("*.txt")]
    rows = {name: row for each in tables for name, row in read(each).items()}
    return rows | {"feedback": {path.stem: path.read_text("utf8") for path in texts}}


def test_everybody_is_graded(table: Table) -> None:
    assert len(table) - 1 == len(SUBMISSIONS) + len(JUNK)
    assert {row["of"] for name, row in table.items() if name != "feedback"} == {FULL}
    assert len(table["feedback"]) == len(SUBMISSIONS) + len(JUNK)


@pytest.mark.parametrize("name", ["right", "floods", "eats", "fills", "magic"])
def test_right_answers_count_whatever_else_the_notebook_does(table: Table, name: str) -> None:
    assert table[name]["total"] == FULL, table[name]


@pytest.mark.parametrize(
    "name", ["blank", "rewrites", "forges", "crashes", "hangs for good", "odd", *JUNK]
)
def test_nothing_for_nothing(table: Table, name: str) -> None:
    assert table[name]["total"] == "0", table[name]


def test_partial_credit(table: Table) -> None:
    assert (table["partly"]["q4"], table["partly"]["q8"]) == ("2", "2")
    assert table["partly"]["total"] == "28"


def test_a_hanging_function_costs_its_question(table: Table) -> None:
    assert table["hangs"]["q4"] == "0"
    assert table["hangs"]["total"] == "28"
    assert "TimeoutError" in table["feedback"]["hangs"]


def test_notes_say_what_happened(table: Table) -> None:
    assert "took too long" in table["hangs for good"]["notes"]
    assert "ended before its time" in table["crashes"]["notes"]
    assert "not a notebook" in table["text"]["notes"]
    assert "MemoryError" in table["eats"]["notes"]


def test_feedback_is_in_both_languages(table: Table) -> None:
    text = table["feedback"]["partly"]
    assert "總分：28／31" in text
    assert "Total: 28 of 31" in text
    assert "Right, but slow" in text


def test_the_same_twice_and_from_the_command_line(tmp_path: Path, table: Table) -> None:
    """Also without a room, which is said first."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    for folder in ("one", "two"):
        (tmp_path / folder / "partly.ipynb").write_bytes(submission(**SUBMISSIONS["partly"]))
    command = [sys.executable, "-m", "nncheck.grade", str(EXERCISE), "one/partly.ipynb"]
    command += ["two/partly.ipynb", "-o", "marks.csv", "--seed", "private", "--unsafe"]
    path = str(Path(sys.executable).parent)  # without bwrap
    environment = {"PATH": path, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    run = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert "bwrap (bubblewrap) is not installed" in run.stderr.splitlines()[1]
    assert "2 submissions, the seed is in marks-state.json" in run.stdout
    again = read(tmp_path / "marks.csv")
    assert again.keys() == {"one", "two"}
    said = {p.stem: p.read_text("utf8") for p in (tmp_path / "marks-feedback").iterdir()}
    for name, row in again.items():
        assert row | {"submission": "partly"} == table["partly"]
        assert said[name].removeprefix(name) == table["feedback"]["partly"].removeprefix("partly")


def test_windows_is_sent_to_wsl(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["grade", str(EXERCISE), str(EXERCISE)])
    monkeypatch.setattr(grading, "os", SimpleNamespace(name="nt"))
    assert grading.main("") == 2
    assert "WSL" in capsys.readouterr().err


AVERAGES = """
from nncheck.answers import Function
from nncheck.checking import Exercise, Generator, expect

check = Exercise("averages")

@check.question(points=2, hints=[("先加。", "Add.")], total=("沒有除。", "Not divided."))
def q1(average: Function, rng: Generator) -> None:
    x = rng.normal(size=5)
    expect(average(x), x.mean(), total=x.sum())
"""


def test_an_exercise_of_your_own(tmp_path: Path) -> None:
    """Its checks need not be installed: a module in the folder where the grader runs is enough."""
    (tmp_path / "averages.py").write_text(AVERAGES, "utf8")
    for name, code in (("exercise", "..."), ("right", "x.mean()"), ("wrong", "x.sum()")):
        cells = [cell("from averages import check"), cell(f"average = lambda x: {code}")]
        (tmp_path / f"{name}.ipynb").write_text(json.dumps({"cells": cells}), "utf8")
    command = [sys.executable, "-m", "nncheck.grade", "exercise.ipynb", "--unsafe"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    submissions = ["right.ipynb", "wrong.ipynb"]
    subprocess.run([*command, *submissions], cwd=tmp_path, env=environment, check=True)
    table = read(tmp_path / "grades.csv")
    assert (table["right"]["total"], table["wrong"]["total"]) == ("2", "0")
    assert not table["right"]["notes"]
    assert "Not divided." in (tmp_path / "grades-feedback" / "wrong.txt").read_text("utf8")


@pytest.mark.parametrize(
    ("imports", "said"),
    [
        ("from nowhere_at_all import check", "which fails here: No module named 'nowhere_at_all'"),
        ("from nncheck.feedback import check", "which fails here: .* has no attribute 'check'"),
        ("from nncheck.questions.neuron import check\ncheck.q1()", ""),
    ],
)
def test_whose_checks_a_notebook_imports(tmp_path: Path, imports: str, said: str) -> None:
    path = tmp_path / "exercise.ipynb"
    path.write_text(json.dumps({"cells": [cell(imports)]}), "utf8")
    if said:
        with pytest.raises(ValueError, match=said):
            exercise_of(path)
    else:
        assert exercise_of(path) is import_module("nncheck.questions.neuron").check


def test_only_exercises_are_graded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="is no exercise: it has no line"):
        exercise_of(ROOT / "chapters" / "02-neuron.ipynb")
    with pytest.raises(ValueError, match="is no notebook"):
        exercise_of(tmp_path / "missing.ipynb")
