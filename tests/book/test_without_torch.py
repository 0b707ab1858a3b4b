"""Where there is no torch, a notebook's marked cells say so and all others give what is stored.

_ext/check/torch_apart.py reads the code in no time and sees which names a cell needs. What a marked
cell changes without binding a name (a generator it draws from, a network it trains) is seen only by
running the notebook: one of them here, and each with TEST_ALL=1.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

import alone
from conftest import difference, figures
from publish import lone
from read.notebooks import docnames

ROOT = Path(__file__).parents[2]
CHOSEN = docnames(ROOT) if os.environ.get("TEST_ALL") else ["chapters/06-cost-functions"]


@pytest.mark.parametrize("docname", CHOSEN)
def test_it_runs_without_torch(docname: str, tmp_path: Path) -> None:
    stored = json.loads((ROOT / f"{docname}.ipynb").read_text("utf8"))["cells"]
    languages = ("zh-Hant", "en")  # as the checks speak that are stored
    made = lone.Maker(ROOT, None).notebook(docname, languages)
    cells = alone.run(made, tmp_path, without=["torch"])
    said = alone.proofs_as_stored(alone.texts(cells))
    assert said == alone.texts_without_torch(stored, *languages)
    for old, new in zip(alone.code_cells(stored), alone.code_cells(cells), strict=True):
        if "needs" not in old["metadata"]:
            apart = difference(drawn(old), drawn(new))
            assert not apart, f"{docname}, cell {old['id']}: {apart}"


def drawn(cell: dict[str, Any]) -> list[tuple[str, Any]]:
    """The figures of a cell, whose lines are not joined as in a notebook that nbval reads."""
    return [
        (kind, "".join(content) if isinstance(content, list) else content)
        for kind, content in figures(cell["outputs"])
    ]
