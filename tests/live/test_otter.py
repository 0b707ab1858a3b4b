"""Otter-Grader, with tests made from the checks: the marks are those of `nncheck.grade`."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import program

ROOT = Path(__file__).parents[2]
EXERCISE = ROOT / "exercises" / "02-neuron.ipynb"
SOLUTIONS = ROOT / "exercises" / "solutions" / "02-neuron.ipynb"
LABEL = re.compile(r"# (q\d+): (\w+)\n")


def notebook(wanted: dict[str, str]) -> dict[str, Any]:
    """The exercise with the answers of these codes, as `{"q4": "slow"}`; right ones elsewhere."""
    given: dict[str, str] = {}
    for cell in json.loads(SOLUTIONS.read_text("utf8"))["cells"]:
        source = "".join(cell["source"])
        label = LABEL.match(source)
        if label and label[2] == wanted.get(label[1], "right"):
            given.setdefault(label[1], source)
    content: dict[str, Any] = json.loads(EXERCISE.read_text("utf8"))
    for cell in content["cells"]:
        asked = re.search(r"^check\.(q\d+)\(\)$", "".join(cell["source"]), re.M)
        if cell["cell_type"] == "code" and asked:
            cell["source"] = given[asked[1]]
    return content


@pytest.fixture(scope="module")
def autograder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("otter")
    make = [sys.executable, "-m", "nncheck.otter", str(EXERCISE), "--seed", "7"]
    subprocess.run([*make, "-o", "tests"], cwd=folder, check=True)
    generate = [program("otter", "otter"), "generate", "-t", "tests", "-o", "autograder.zip"]
    subprocess.run([*generate, "--no-environment"], cwd=folder, check=True)
    return folder / "autograder.zip"


@pytest.mark.parametrize(
    ("name", "content", "marks"),
    [
        ("blank", None, {}),
        ("right", {}, {"q1": 2, "q4": 3, "q8": 4}),
        (
            "partly",
            {"q4": "slow", "q8": "bias_inputs", "q6": "off_line"},
            {"q4": 2, "q8": 2, "q6": 1},
        ),
    ],
)
def test_otter_run(
    autograder: Path,
    tmp_path: Path,
    name: str,
    content: dict[str, str] | None,
    marks: dict[str, int],
) -> None:
    submission = tmp_path / f"{name}.ipynb"
    blank = json.loads(EXERCISE.read_text("utf8"))
    submission.write_text(json.dumps(blank if content is None else notebook(content)), "utf8")
    command = [program("otter", "otter"), "run", "-a", str(autograder), "-o", str(tmp_path)]
    subprocess.run([*command, str(submission)], cwd=tmp_path, check=True)
    results = json.loads((tmp_path / "results.json").read_text())["tests"]
    earned: dict[str, float] = {}
    said: dict[str, str] = {}
    for test in results:
        question = test["name"].split()[0]
        earned[question] = earned.get(question, 0) + test.get("score", 0)
        said[question] = said.get(question, "") + test.get("output", "")
    if content is None:
        assert sum(earned.values()) == 0
        assert "Not attempted yet" in str(results)
    for question, points in marks.items():
        assert earned[question] == points, results
    if name == "partly":
        assert "Right, but slow" in str(results)
        assert "對，但是慢" in str(results)
