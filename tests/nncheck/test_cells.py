"""A question whose cells were deleted, doubled or changed is recognised, and said."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from answers import EXERCISES, ROOT

from nncheck.grading.handed_out import assignment_in, changes

EXERCISE = ROOT / "exercises" / "02-neuron.ipynb"
QUESTIONS = assignment_in(EXERCISE).questions
Cells = list[dict[str, Any]]


def at(cells: Cells, name: str) -> int:
    """The place of the cell with the answer to a question; its text is in the two before it."""
    return next(i for i, each in enumerate(cells) if f"check.{name}()" in "".join(each["source"]))


def answered(cells: Cells) -> None:
    for each in QUESTIONS:
        cells[at(cells, each.name)]["source"] = "def mine():\n    return 1"


def asked_again(cells: Cells) -> None:
    cells.append({"cell_type": "code", "source": "check.q3()"})


def one_language(cells: Cells) -> None:
    cells[:] = [each for each in cells if each["metadata"].get("lang") != "zh-Hant"]


def other_links(cells: Cells) -> None:
    for each in cells:
        each["source"] = "".join(each["source"]).replace("](../", "](https://example.org/")


def without_ids(cells: Cells) -> None:
    for each in cells:
        each.pop("id")
    cells[at(cells, "q3")]["source"] = "def mine(): ...\n  check.q3()"


def without_an_answer(cells: Cells) -> None:
    del cells[at(cells, "q3")]


def without_a_text(cells: Cells) -> None:
    del cells[at(cells, "q3") - 2 : at(cells, "q3")]


def emptied(cells: Cells) -> None:
    cells.clear()


def copied(cells: Cells) -> None:
    place = at(cells, "q3")
    cells.insert(place, {**cells[place], "id": "another"})


def copied_text(cells: Cells) -> None:
    place = at(cells, "q5") - 1
    cells.insert(place, {**cells[place], "id": "another"})


def edited(cells: Cells) -> None:
    cells[at(cells, "q4") - 1]["source"] = "An easier question."


def edited_and_deleted(cells: Cells) -> None:
    edited(cells)
    without_an_answer(cells)


ALL = ", ".join(each.name for each in QUESTIONS)
MISSING, DOUBLED, CHANGED = "are missing: {}.", "the last one counts: {}.", "was changed: {}."


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (answered, []),
        (asked_again, []),
        (one_language, []),
        (other_links, []),
        (without_ids, []),
        (without_an_answer, [MISSING.format("q3")]),
        (without_a_text, [MISSING.format("q3")]),
        (emptied, [MISSING.format(ALL)]),
        (copied, [DOUBLED.format("q3")]),
        (copied_text, [DOUBLED.format("q5")]),
        (edited, [CHANGED.format("q4")]),
        (edited_and_deleted, [MISSING.format("q3"), CHANGED.format("q4")]),
    ],
)
def test_cells_of_questions(change: Callable[[Cells], None], told: list[str]) -> None:
    notebook = copy.deepcopy(json.loads(EXERCISE.read_text("utf8")))
    change(notebook["cells"])
    found = changes(json.dumps(notebook).encode(), QUESTIONS)
    assert [english.partition("questions ")[2] for _, english in found] == [
        each if "last one" not in each else f"are there more than once, and {each}" for each in told
    ]


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
def test_each_exercise_as_it_is(path: Any) -> None:
    assignment = assignment_in(path)
    assert [each.name for each in assignment.questions] == list(assignment.checks.questions)
    assert all(2 <= len(each.texts) <= 4 for each in assignment.questions)
    assert changes(path.read_bytes(), assignment.questions) == []


@pytest.mark.parametrize("content", [b"", b"[1]", b'{"cells": [{"id": 3}]}', b"[" * 200_000])
def test_what_is_no_notebook_has_no_cells(content: bytes) -> None:
    assert changes(content, QUESTIONS) == []
