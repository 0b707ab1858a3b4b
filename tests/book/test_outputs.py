"""A stored output that the code no longer gives fails the tests, and the message says what to do.

One notebook is executed with the code that each case had then and tested with the code it has now.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from write import normalize

ROOT = Path(__file__).parents[2]
NOTEBOOK = "chapters/99-outputs.ipynb"

PREPARE = """
from IPython.display import Image
from nnlib import plots
from nnlib.explore import explore
import matplotlib.pyplot as plt
plots.use_style()
"""
FILM = """
def power(ax, c):
    ax.plot([0, 1], [0, c ** {}])
    return {{"end": {}}}
explore(power, c=[1, {}])
"""
CLEAR = "plt.imsave('clear.png', [[[{}, 0, 0, {}]]]); Image('clear.png')"
PNG = "plt.imsave('drawn.png', [[0, {}], [2, 3]]); Image('drawn.png')"

TEXT = "the stored output is not what this code gives now. Run `make notebooks`"
FIGURE = "the stored figure is not what this code draws now. Run `make notebooks`"

STALE = {  # code then, code now (None: a cell that was never run), message
    "text": ("print(1)", "print(2)", TEXT),
    "text missing": ("pass", "print(2)", TEXT),
    "text too much": ("print(1)", "pass", TEXT),
    "figure missing": ("pass", "plt.plot([0, 1]);", TEXT),
    "figure too much": ("plt.plot([0, 1]); plt.figure()", "plt.plot([0, 1]);", TEXT),
    "line moved by 3 %": ("plt.axvline(0.50);", "plt.axvline(0.515);", FIGURE),
    "color": ("plt.plot([0, 1], 'k');", "plt.plot([0, 1], 'r');", FIGURE),
    "text in the figure": ("plt.title('one');", "plt.title('two');", FIGURE),
    "one line less": ("plt.plot([[0, 1], [1, 2]]);", "plt.plot([0, 1]);", FIGURE),
    "image in the figure": (
        "plt.imshow([[0, 1], [2, 3]]);",
        "plt.imshow([[0, 2], [2, 3]]);",
        FIGURE,
    ),
    "PNG": (PNG.format(1), PNG.format(2), FIGURE),
    "color of a PNG": (CLEAR.format(0, 0.5), CLEAR.format(1, 0.5), FIGURE),
    "second frame of a film": (FILM.format(2, 0, 3), FILM.format(1, 0, 3), FIGURE),
    "number of a film": (FILM.format(2, 1.5, 3), FILM.format(2, 1.51, 3), FIGURE),
    "parameter of a film": (FILM.format(0, 0, 3), FILM.format(0, 0, 4), FIGURE),
    "other kind of figure": (PNG.format(1), "plt.plot([0, 1]);", TEXT),
    "error": ("1 / 1", "1 / 0", "this code raises an error. Mend it or what it uses."),
    "never run": (None, "x = 1", "this cell has not been run. Run `make notebooks`."),
}
FRESH = {
    "text": ("print(1)", "print(1)"),
    "nothing": ("x = 1", "x = 2"),
    "last digits of coordinates": ("plt.plot([1, 2, 5]);", "plt.plot([1, 2.00001, 5]);"),
    "last digits in what ids are made of": (
        "plt.scatter([0, 1], [0, 1], s=[20, 30]);",
        "plt.scatter([0, 1], [0, 1], s=[20, 30.00001]);",
    ),
    "last digits in a film": (FILM.format(2, 1.5, 3), FILM.format(2.000001, 1.50000001, 3)),
    "one color level": ("plt.imshow([[0, 1], [2, 3]]);", "plt.imshow([[0, 1.008], [2, 3]]);"),
    "one color level of a PNG": (PNG.format(1), PNG.format(1.008)),
    "color of what is transparent": (CLEAR.format(0, 0.0), CLEAR.format(1, 0.0)),
}
CASES = [("prepare", (PREPARE, PREPARE)), *STALE.items(), *FRESH.items()]


def cell(kind: str, source: str, **rest: object) -> dict[str, object]:
    return {"cell_type": kind, "metadata": {}, "source": source, **rest}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says of the notebook with all cases."""
    root = tmp_path_factory.mktemp("book")
    path = root / NOTEBOOK
    path.parent.mkdir()
    shutil.copy(ROOT / "conftest.py", root)
    then = [
        cell("code", case[0] or "pass", id=f"cell-{n}", outputs=[], execution_count=None)
        for n, (_, case) in enumerate(CASES)
    ]
    text = cell("markdown", "A reader counts this cell too.", id="text")
    notebook = {"cells": [text, *then], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook), "utf8")
    subprocess.run(
        [sys.executable, "-m", "jupyter", "execute", "--inplace", NOTEBOOK],
        cwd=root,
        check=True,
        capture_output=True,
    )
    normalize.rewrite(path)

    notebook = json.loads(path.read_text("utf8"))
    for stored, (_, (before, now, *_rest)) in zip(notebook["cells"][1:], CASES, strict=True):
        stored["source"] = now
        if before is None:
            stored["execution_count"] = None
    path.write_text(json.dumps(notebook), "utf8")
    pytest_options = ["--nbval", "--rootdir", str(root), "-p", "no:cacheprovider", "--color=no"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *pytest_options, NOTEBOOK],
        cwd=root,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},  # of what conftest.py imports
        capture_output=True,
        text=True,
    ).stdout


def place(position: int) -> str:
    return f"{NOTEBOOK}, cell {position + 2}: "


@pytest.mark.parametrize("name", STALE)
def test_stale_output_is_reported(report: str, name: str) -> None:
    assert place(1 + list(STALE).index(name)) + STALE[name][-1] in report


@pytest.mark.parametrize("name", FRESH)
def test_fresh_output_passes(report: str, name: str) -> None:
    assert place(1 + len(STALE) + list(FRESH).index(name)) not in report


def test_nothing_else_fails(report: str) -> None:
    assert f"{len(STALE)} failed, {1 + len(FRESH)} passed" in report
