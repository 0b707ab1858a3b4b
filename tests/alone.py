"""Runs a notebook alone: in a folder that holds nothing else, with a Python that may be another."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

Json = dict[str, Any]

EXECUTE = [sys.executable, "-c", "from nbclient.cli import main; main()"]


def texts(cells: list[Json]) -> list[str]:
    """The text that each code cell of a book's notebook prints and returns, or the HTML of it."""
    found = []
    for cell in cells:
        if cell["cell_type"] != "code" or "set-up" in cell["metadata"].get("tags", []):
            continue
        parts = []
        for output in cell["outputs"]:
            data = output.get("data", {})
            content = output.get("text") or data.get("text/html") or data.get("text/plain", "")
            if output["output_type"] != "stream" or output["name"] == "stdout":
                parts.append("".join(content))
        found.append("".join(parts))
    return found


def run(notebook: Json, folder: Path, python: str = sys.executable) -> list[Json]:
    """The cells with their outputs, executed by this Python or another."""
    kernel = folder / "jupyter" / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
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
