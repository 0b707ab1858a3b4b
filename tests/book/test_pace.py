"""A chapter is read in one sitting, and says how long that is."""

from pathlib import Path

import pytest

from read.notebooks import Cell, read
from read.pace import minutes

ROOT = Path(__file__).parents[2]
LEAST, MOST = 25, 45
NOT_YET: dict[str, int] = {}  # minutes of chapters that are off; nobody may go further off


@pytest.mark.parametrize("path", sorted(ROOT.glob("chapters/[0-9]*.ipynb")), ids=lambda p: p.stem)
def test_a_chapter_fits_a_sitting(path: Path) -> None:
    found = minutes(read(path))
    allowed = NOT_YET.get(path.stem, LEAST)
    assert min(LEAST, allowed) <= found <= max(MOST, allowed), f"{found} minutes: cut, fold or move"
    assert path.stem not in NOT_YET or not LEAST <= found <= MOST, "take it out of NOT_YET"


def prose(lang: str, source: str) -> Cell:
    return Cell(1, "markdown", lang, source, {"lang": lang}, [])


def code(lines: int, *tags: str, figures: int = 0) -> Cell:
    output = {"output_type": "display_data", "data": {"image/svg+xml": "<svg/>"}}
    return Cell(1, "code", None, "x = 1\n\n" * lines, {"tags": [*tags]}, [output] * figures)


def test_the_slower_language_decides() -> None:
    cells = [prose("zh-Hant", "梯度" * 350), prose("en", "gradient $x$ " * 220)]
    assert minutes(cells) == 2
    assert minutes(cells[1:]) == 1


def test_code_counts_unless_it_is_folded() -> None:
    assert minutes([code(50)]) == 2
    assert minutes([code(50, "hide-input")]) == 0


def test_figures_take_a_third_of_a_minute() -> None:
    assert minutes([code(0, figures=1)] * 6) == 2
