"""An exercise as it was handed out, and what became of its cells in a submission."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nncheck.answers import Text
from nncheck.checking import Exercise
from nncheck.grading.notebook import (
    IMPORT,
    all_cells,
    checks_of,
    exercise_of,
    imported_by,
    source_of,
)

CHECK = r"^[ \t]*check\.{}\(.*$"  # the line that asks a question
LINK = re.compile(r"\]\([^)]*\)")  # other addresses lead to the same places
MISSING = ("少了這些題目的格子：{}。", "Cells of these questions are missing: {}.")
DOUBLED = (
    "這些題目的格子不只一份，以後面的為準：{}。",
    "Cells of these questions are there more than once, and the last one counts: {}.",
)
CHANGED = ("這些題目的文字改過：{}。", "The text of these questions was changed: {}.")


@dataclass(frozen=True)
class Cell:
    id: str
    is_code: bool
    source: str

    @property
    def text(self) -> str:
        """What it says, however it is set and wherever its links lead."""
        return " ".join(LINK.sub("]", unicodedata.normalize("NFKC", self.source)).split())

    def answers(self, question: str) -> bool:
        """Whether it asks a question, and does more than that."""
        rest, asked = re.subn(CHECK.format(question), "", self.source, flags=re.M)
        return self.is_code and bool(asked) and bool(rest.strip())


@dataclass(frozen=True)
class Asked:
    """A question: the cells of its text, and the one with room for the answer."""

    name: str
    texts: list[Cell]
    answer: Cell


@dataclass(frozen=True)
class Assignment:
    checks: Exercise
    module: str  # that has them
    imported: set[str]  # other modules that a notebook needs
    questions: list[Asked]


def assignment_in(path: Path) -> Assignment:
    """That of an exercise notebook; ValueError if it is none."""
    checks = exercise_of(path)
    asked = list(questions_among(cells_in(path.read_bytes()), list(checks.questions)))
    return Assignment(checks, checks_of(path), {"nnlib", *imported_by(path)}, asked)


def cells_in(content: bytes) -> list[Cell]:
    return [as_cell(each) for each in all_cells(json.loads(content))]


def as_cell(cell: Any) -> Cell:
    return Cell(str(cell.get("id", "")), cell["cell_type"] == "code", source_of(cell))


def questions_among(cells: Sequence[Cell], names: Sequence[str]) -> Iterator[Asked]:
    """Those of an exercise: the text of each stands between the answer before it and its own."""
    texts: list[Cell] = []
    for cell in cells:
        found = next((name for name in names if cell.answers(name)), None)
        if found:
            yield Asked(found, texts, cell)
        if found or (cell.is_code and IMPORT.search(cell.source)):
            texts = []
        elif not cell.is_code:
            texts.append(cell)


def changes(content: bytes, questions: Sequence[Asked]) -> list[Text]:
    """What happened to the cells of the questions, and is to be told."""
    try:
        cells = cells_in(content)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return []  # what is no notebook is told elsewhere
    by_id = {cell.id: cell for cell in cells if cell.id}
    times = Counter(cell.text for cell in cells if not cell.is_code)
    told: dict[Text, list[str]] = {MISSING: [], DOUBLED: [], CHANGED: []}
    for asked in questions:
        answers = sum(cell.answers(asked.name) for cell in cells)
        kept = [text for text in asked.texts if text.id in by_id or times[text.text]]
        if (not answers and asked.answer.id not in by_id) or (asked.texts and not kept):
            told[MISSING].append(asked.name)
        if answers > 1 or any(times[text.text] > 1 for text in kept):
            told[DOUBLED].append(asked.name)
        if any(not times[text.text] for text in kept):
            told[CHANGED].append(asked.name)
    found = [(text, ", ".join(names)) for text, names in told.items() if names]
    return [(text[0].format(names), text[1].format(names)) for text, names in found]
