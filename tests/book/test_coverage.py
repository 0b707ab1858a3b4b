"""The rows of the coverage list keep their cells, and the list keeps its rows."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from check.coverage import FILE, rows, rows_stay_treated
from check.rules import ROOT
from read.book import Book

ROWS, TREATED_AT_LEAST = 359, 242
CHAPTER = "chapters/02-neuron.ipynb"
LIST = """# What there is to treat.
row\ttitle\tsources\tkind\ttreated
B05\t偏置 / bias\tS1 §2.2\tdefinition\tyes
B06\t淨輸入 / net input\tS2 §4.1\tformula\tno
"""


def test_the_list_of_the_book_keeps_its_rows() -> None:
    listed = rows(ROOT)
    assert len(listed) == ROWS
    assert sum(row.treated for row in listed.values()) >= TREATED_AT_LEAST
    assert Counter(row.id[0] for row in listed.values())["B"] == 17


def cell(lang: str | None, *covers: str) -> dict[str, Any]:
    metadata = {"lang": lang} if lang else {}
    kind = "markdown" if lang else "code"
    return {"cell_type": kind, "metadata": metadata | {"covers": [*covers]}, "source": "x"}


CASES: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "prose in both languages": ([cell("zh-Hant", "B05"), cell("en", "B05")], []),
    "code": ([cell(None, "B05")], []),
    "one language alone": (
        [cell("zh-Hant", "B05"), cell("en")],
        [
            f"{FILE}: B05 (偏置 / bias) has lost its last cell in en. "
            'Treat it again, and write "covers": ["B05"] in the metadata.'
        ],
    ),
    "no cell": (
        [cell(None)],
        [
            f"{FILE}: B05 (偏置 / bias) has lost its last cell in zh-Hant and en. "
            'Treat it again, and write "covers": ["B05"] in the metadata.'
        ],
    ),
    "a row treated at last": (
        [cell(None, "B05", "B06")],
        [f"{FILE}: B06 has cells in both languages. Write yes in its last column."],
    ),
    "an unknown row": (
        [cell(None, "B05"), cell("en", "B7")],
        [f'{CHAPTER}, cell 2: "covers" names B7, which {FILE} lacks. Correct the ID.'],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_coverage(tmp_path: Path, case: str) -> None:
    cells, faults = CASES[case]
    (tmp_path / "chapters").mkdir()
    (tmp_path / FILE).write_text(LIST, "utf8")
    (tmp_path / CHAPTER).write_text(json.dumps({"cells": cells}), "utf8")
    assert list(rows_stay_treated(Book.load(tmp_path))) == faults
