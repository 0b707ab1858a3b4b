"""The rows of the coverage list and of the errata keep their cells; both lists keep their rows."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from check.coverage import ERRATA, PAGE_OF_ERRATA, errata_stay_treated, rows_stay_treated
from check.rules import ROOT
from read.book import Book
from read.coverage import FILE, rows

ROWS, TREATED_AT_LEAST = 359, 359
MISTAKES, CONFLICTS, CORRECTED_AT_LEAST = 160, 19, 179
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


def test_the_list_of_errata_keeps_its_rows() -> None:
    listed = rows(ROOT, ERRATA)
    assert Counter(name[0] for name in listed) == {"S": MISTAKES, "X": CONFLICTS}
    assert sum(row.treated for row in listed.values()) >= CORRECTED_AT_LEAST
    kinds = {kind for row in listed.values() for kind in row.kind.split("/")}
    assert kinds == {*"ETIOFCL", "gap"}


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


def mistakes(lang: str | None, *names: str) -> dict[str, Any]:
    made = cell(lang)
    return made | {"metadata": made["metadata"] | {"errata": [*names]}}


@pytest.mark.parametrize(
    ("page", "cells", "faults"),
    [
        (PAGE_OF_ERRATA, [mistakes("zh-Hant", "S0-03"), mistakes("en", "S0-03")], []),
        (
            PAGE_OF_ERRATA,
            [mistakes("zh-Hant", "S0-03"), mistakes("en", "S9-01"), mistakes(None, "S0-03")],
            [
                f'{PAGE_OF_ERRATA}, cell 2: "errata" names S9-01, which {ERRATA} lacks. '
                "Correct the ID.",
                f"{ERRATA}: S0-03 (dL/dW) has lost its last cell in en. "
                'Treat it again, and write "errata": ["S0-03"] in the metadata.',
            ],
        ),
        (
            CHAPTER,
            [mistakes("zh-Hant", "S0-03"), mistakes("en", "S0-03")],
            [
                f"{ERRATA}: S0-03 (dL/dW) has lost its last cell in zh-Hant and en. "
                'Treat it again, and write "errata": ["S0-03"] in the metadata.'
            ],
        ),
    ],
    ids=["prose in both languages", "code alone and an unknown mistake", "another page"],
)
def test_errata(tmp_path: Path, page: str, cells: list[dict[str, Any]], faults: list[str]) -> None:
    (tmp_path / "chapters").mkdir()
    row = "S0-03\tdL/dW\tS0 §6.5.4\tE/C\tyes\n"
    (tmp_path / ERRATA).write_text(f"row\ttitle\tsources\tkind\ttreated\n{row}", "utf8")
    (tmp_path / page).write_text(json.dumps({"cells": cells}), "utf8")
    assert list(errata_stay_treated(Book.load(tmp_path))) == faults
