"""Stored notebooks that change only where their content does: `python _ext normalize files…`.

Executing a notebook also records when each cell ran, on which Python, and how the output happened
to be divided into pieces. `make notebooks` takes this out again.
"""

import json
import sys
from pathlib import Path
from typing import Any

from read.notebooks import METADATA, lines


def normalize(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook (nbformat 4) without what differs from one execution to the next."""
    cells = [normal_cell(cell) for cell in notebook["cells"]]
    return {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}


def normal_cell(cell: dict[str, Any]) -> dict[str, Any]:
    metadata = {key: value for key, value in cell["metadata"].items() if key != "execution"}
    cell = {**cell, "metadata": metadata, "source": lines("".join(cell["source"]))}
    if cell["cell_type"] == "code":
        cell["outputs"] = joined_streams(cell["outputs"])
    return cell


def joined_streams(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Neighboring pieces of one stream as one output, as a reader sees them."""
    joined: list[dict[str, Any]] = []
    for output in outputs:
        before = joined[-1] if joined else {}
        if output["output_type"] == "stream" == before.get("output_type") and (
            output["name"] == before["name"]
        ):
            text = "".join(before["text"]) + "".join(output["text"])
            joined[-1] = {**before, "text": lines(text)}
        else:
            joined.append(output)
    return joined


def rewrite(path: Path) -> None:
    notebook = normalize(json.loads(path.read_text("utf8")))
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", "utf8")


def main() -> int:
    for path in map(Path, sys.argv[1:]):
        rewrite(path)
    return 0
