"""Runs a notebook alone: in a folder that holds nothing else, with a Python that may be another."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from publish import lone

Json = dict[str, Any]

UNASKED = re.compile(r"\n\(\S+\) autograd was not asked: .*torch.*")

EXECUTE = [sys.executable, "-c", "from nbclient.cli import main; main()"]


def code_cells(cells: list[Json]) -> list[Json]:
    """Those of the book, not the one that sets up a notebook that stands alone."""
    return [cell for cell in cells if cell["cell_type"] == "code" and cell["id"] != "set-up"]


def texts(cells: list[Json]) -> list[str]:
    """The text that each code cell of a book's notebook prints and returns, or the HTML of it."""
    found = []
    for cell in code_cells(cells):
        parts = []
        for output in cell["outputs"]:
            data = output.get("data", {})
            content = output.get("text") or data.get("text/html") or data.get("text/plain", "")
            if output["output_type"] != "stream" or output["name"] == "stdout":
                parts.append("".join(content))
        found.append("".join(parts))
    return found


def texts_without_torch(stored: list[Json], *languages: str) -> list[str]:
    """What these cells say where there is no torch, but for what proofs say of autograd."""
    missing = "".join(f"{lone.NO_TORCH[lang]}\n" for lang in languages)
    pairs = zip(code_cells(stored), texts(stored), strict=True)
    return [missing if "needs" in cell["metadata"] else text for cell, text in pairs]


def proofs_as_stored(said: list[str]) -> list[str]:
    """Texts as if each proof had asked autograd, and it had agreed."""
    return [UNASKED.sub(" = autograd", text) for text in said]


def run(
    notebook: Json, folder: Path, python: str = sys.executable, without: Collection[str] = ()
) -> list[Json]:
    """The cells with their outputs, executed by this Python or another, `without` some modules."""
    kernel = folder / "jupyter" / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    # No import and no find_spec finds what is None in sys.modules.
    block = f"import sys; sys.modules.update(dict.fromkeys({[*without]}))"
    start = f"{block}; from ipykernel import kernelapp; kernelapp.launch_new_instance()"
    argv = [python, "-c", start, "-f", "{connection_file}"]
    kernel.write_text(json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"}))
    path = folder / "alone" / "notebook.ipynb"
    path.parent.mkdir()
    path.write_text(json.dumps(notebook), "utf8")
    environment = os.environ | {
        "JUPYTER_PATH": str(folder / "jupyter"),
        "IPYTHONDIR": str(folder / "ipython"),
        "OPENBLAS_NUM_THREADS": "1",
    }
    execution = subprocess.run(
        [*EXECUTE, "--inplace", "--timeout=300", str(path)],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf8",
    )
    assert execution.returncode == 0, execution.stderr
    assert list(path.parent.iterdir()) == [path], "it wrote files beside itself"
    return list(json.loads(path.read_text("utf8"))["cells"])
