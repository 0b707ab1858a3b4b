"""The words in figures, and the list that says what is Chinese for them: `chapters/labels.tsv`.

Matplotlib stores a text of a figure as outlines, below a comment that says what it is.
"""

import re
from collections.abc import Mapping
from functools import reduce
from pathlib import Path

from read.films import of_cell
from read.notebooks import Cell

FILE = "chapters/labels.tsv"
COMMENT = re.compile(r"<!-- (.*?) -->(?=\s*<g[ >])", re.DOTALL)
FORMULA = r"\$[^$]+\$"
# What stands as {} in the list: "layer 12" and "layer $l$" are both "layer {}".
HOLE = re.compile(rf"{FORMULA}|(?<!\w)[-−]?\d+(?:[.,]\d+)*")


def rows(root: Path) -> list[list[str]]:
    """The list of a book, without its remarks and its heading; none for a book that has no list."""
    file = root / FILE
    lines = file.read_text("utf8").splitlines() if file.exists() else []
    return [line.split("\t") for line in lines if line and not line.startswith("#")][1:]


def chinese(root: Path) -> dict[str, str]:
    """What a Chinese page says for each English entry. The checks tell of rows that are none."""
    return {row[0]: row[1] for row in rows(root) if len(row) == 2}


def texts(cell: Cell) -> list[str]:
    """What the figures of a cell say, each text once; one of several lines is several texts."""
    stored = ["".join(output.get("data", {}).get("image/svg+xml", "")) for output in cell.outputs]
    frames = [frame for film in of_cell(cell) for frame in film.frames]
    found = (text for svg in [*stored, *frames] for text in COMMENT.findall(svg))
    return list(dict.fromkeys(map(squeezed, found)))


def squeezed(text: str) -> str:
    return " ".join(text.split())


def holed(text: str) -> str:
    """A text with {} for each number and formula."""
    return HOLE.sub("{}", text)


def entry(text: str, words: Mapping[str, str]) -> str | None:
    """The entry for a text: the text itself, or with {} in it; None if the list has neither."""
    return next((each for each in (text, holed(text)) if each in words), None)


def translated(text: str, words: Mapping[str, str]) -> str | None:
    """A text in Chinese; None for what is not in the list, such as mathematics."""
    known = entry(text, words)
    if known is None:
        return None
    holes = [] if known == text else HOLE.findall(text)
    return reduce(lambda says, hole: says.replace("{}", hole, 1), holes, words[known])


def has_words(text: str) -> bool:
    """Whether a text is more than mathematics: two letters in a row outside its formulas."""
    return bool(re.search(r"[^\W\d_]{2}", re.sub(FORMULA, " ", text)))
