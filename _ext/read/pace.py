"""How long a page takes to read: prose, code that is not folded, and figures, at a usual pace."""

import math
import re
from collections.abc import Iterable

from read.films import has_figure
from read.notebooks import LANGUAGES, Cell
from read.text import HAN, texts

HAN_A_MINUTE, WORDS_A_MINUTE = 350, 220
CODE_LINES_A_MINUTE = 25
FIGURE_MINUTES = 20 / 60
FOLDED = {"hide-input", "remove-input"}


def minutes(cells: Iterable[Cell]) -> int:
    """The minutes that the slower language takes, in whole ones."""
    return math.ceil(exact_minutes(cells))


def exact_minutes(cells: Iterable[Cell]) -> float:
    cells = list(cells)
    shown = sum(map(code_lines, cells)) / CODE_LINES_A_MINUTE
    shown += sum(map(has_figure, cells)) * FIGURE_MINUTES
    return max(prose_minutes(cells, lang) for lang in LANGUAGES) + shown


def prose_minutes(cells: Iterable[Cell], lang: str) -> float:
    text = " ".join(text for cell in cells if cell.kind == "markdown" for text in texts(cell, lang))
    han = re.findall(f"[{HAN}]", text)
    words = re.findall(r"[A-Za-z\u00c0-\u024f][\w'’-]*", text)
    return len(han) / HAN_A_MINUTE + len(words) / WORDS_A_MINUTE


def code_lines(cell: Cell) -> int:
    """The lines of code that a page shows open."""
    folded = FOLDED & {*cell.metadata.get("tags", ())}
    lines = cell.source.splitlines() if cell.kind == "code" and not folded else []
    return sum(bool(line.strip()) for line in lines)
