"""Captions: after each figure, in order and in both languages; citations find them."""

import json
from pathlib import Path
from typing import Any

import pytest

from check.captions import captions_in_order, figures_exist, figures_have_captions
from read.book import Book

Cell = dict[str, Any]
FIGURE: Cell = {
    "cell_type": "code",
    "metadata": {},
    "source": "plt.show()",
    "outputs": [{"output_type": "display_data", "data": {"image/svg+xml": "<svg/>"}}],
}


def pair(chinese: str, english: str) -> list[Cell]:
    return [
        {"cell_type": "markdown", "metadata": {"lang": lang}, "source": source}
        for lang, source in (("zh-Hant", chinese), ("en", english))
    ]


def caption(number: str) -> list[Cell]:
    return pair(f"圖 {number}：一條線。", f"Figure {number}: A line.")


RIGHT = [FIGURE, *caption("2.1"), *pair("見圖 2.1。", "See Figure 2.1."), FIGURE, *caption("2.2")]
ORDER = "figure 2.3 is out of order. Write 圖 2.2, and mend what cites it."
NO_CAPTION = (
    'its figure has no caption. Let a pair of cells follow it: "圖 2.3：…" and "Figure 2.3: …".'
)
FAULTS: dict[str, tuple[list[Cell], list[tuple[int, str]]]] = {
    "order": ([*RIGHT[:5], FIGURE, *caption("2.3")], [(7, ORDER)]),
    "another number in English": (
        [FIGURE, *pair("圖 2.1：線。", "Picture 2.1: A line.")],
        [(3, 'its Chinese partner is a caption. Begin with "Figure 2.1: ".')],
    ),
    "no caption": ([FIGURE, *pair("線。", "A line.")], [(1, NO_CAPTION)]),
    "no figure": (
        [*pair("線。", "A line."), *caption("2.1")],
        [(3, "no figure stands right before this caption. Move it below its figure.")],
    ),
    "two paragraphs": (
        [FIGURE, *pair("圖 2.1：線。\n\n又一條。", "Figure 2.1: A line.\n\nOne more.")],
        [(2, "a caption is one paragraph. Put the rest into a cell of its own.")],
    ),
    "a citation of nothing": (
        [*RIGHT, *pair("見圖 2.9。", "See Figure 2.2.")],
        [
            (
                9,
                "figure 2.9 is cited, but no caption has that number. "
                "Add the caption or mend the number.",
            )
        ],
    ),
}


def faults(root: Path, cells: list[Cell], name: str = "02-neuron") -> list[tuple[int, str]]:
    path = root / f"chapters/{name}.ipynb"
    path.parent.mkdir()
    path.write_text(json.dumps({"cells": cells}), "utf8")
    book = Book.load(root)
    rules = (captions_in_order, figures_have_captions, figures_exist)
    found = [each for rule in rules for each in rule(book.notebooks[0], book)]
    return [(cell.number, fault) for cell, fault in found]


def test_captions_that_are_right(tmp_path: Path) -> None:
    assert faults(tmp_path, RIGHT) == []


def test_pages_without_a_number_need_no_captions(tmp_path: Path) -> None:
    assert faults(tmp_path, [FIGURE], name="nnlib") == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault(tmp_path: Path, fault: str) -> None:
    cells, found = FAULTS[fault]
    assert faults(tmp_path, cells) == found
