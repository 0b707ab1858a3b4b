"""What `make notebooks` stores changes only where the content does."""

import json
from pathlib import Path
from typing import Any

import pytest

from read.notebooks import METADATA
from write import normalize

STREAM = {"output_type": "stream", "name": "stdout"}


def code(**parts: Any) -> dict[str, Any]:
    cell = {"cell_type": "code", "id": "a", "execution_count": 1, "metadata": {}, "source": ["x"]}
    return {**cell, "outputs": [], **parts}


def notebook(*cells: dict[str, Any], metadata: dict[str, Any]) -> dict[str, Any]:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)}


@pytest.mark.parametrize(
    ("executed", "stored"),
    [
        (
            {"metadata": {"covers": ["B05"], "execution": {"iopub.status.busy": "2026"}}},
            {"metadata": {"covers": ["B05"]}},
        ),
        ({"source": "x = 1\ny = 2"}, {"source": ["x = 1\n", "y = 2"]}),
        (
            {"outputs": [{**STREAM, "text": "a\n"}, {**STREAM, "text": ["b\n", "c"]}]},
            {"outputs": [{**STREAM, "text": ["a\n", "b\n", "c"]}]},
        ),
        (
            {"outputs": [{**STREAM, "text": ["a"]}, {**STREAM, "name": "stderr", "text": ["b"]}]},
            {"outputs": [{**STREAM, "text": ["a"]}, {**STREAM, "name": "stderr", "text": ["b"]}]},
        ),
        ({"execution_count": 7, "id": "kept"}, {"execution_count": 7, "id": "kept"}),
    ],
    ids=["time", "source", "one stream", "two streams", "count and id"],
)
def test_cell(tmp_path: Path, executed: dict[str, Any], stored: dict[str, Any]) -> None:
    path = tmp_path / "a.ipynb"
    prose = {"cell_type": "markdown", "id": "b", "metadata": {"lang": "en"}, "source": ["文"]}
    python = {"language_info": {"name": "python", "version": "3.11.7"}, "widgets": {}}
    path.write_text(json.dumps(notebook(prose, code(**executed), metadata=python)), "utf8")
    normalize.rewrite(path)
    text = path.read_text("utf8")
    assert json.loads(text) == notebook(prose, code(**stored), metadata=METADATA)
    assert text.startswith('{\n "cells": [\n  {\n   "cell_type": "markdown"')
    assert text.endswith("}\n")
    assert "文" in text
