"""Stored outputs are what the code gives now: nbval compares the text, and here figures and films.

A figure, or a frame of a film, may differ from the stored one in the last digits of its numbers,
which processors round differently, and in nothing else. What fails names the notebook, the cell as
a reader counts it (nbval counts code cells alone, from 0) and the remedy.
"""

import base64
import gzip
import io
import json
import math
import os
import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import nbval.plugin
import numpy as np
import numpy.typing as npt
import pytest
from matplotlib.image import imread
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError

from check.exceptions import exceptions
from processor import ONE_THREAD, take_another_kernel
from training import STEPS, WatchedKernel, training_fault

pytest_plugins = ["together"]

for threads in ONE_THREAD:  # the kernels inherit it
    os.environ.setdefault(threads, "1")

EXCEPTIONS = exceptions(Path(__file__).parent)

SVG, PNG = "image/svg+xml", "image/png"
FILM = "application/vnd.nnlib.film+json"  # as nnlib.explore stores it
NUMBERS_APART = 0.001  # of a point: a thousand times the last digit that matplotlib writes
MEAN_PIXEL_APART, ANY_PIXEL_APART = 0.5 / 255, 8 / 255  # of the range from black to white

NUMBER = re.compile(r"(?<![#\w])-?\d+(?:\.\d+)?(?:e-?\d+)?")  # not the #1f2933 of a color
EMBEDDED = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=\s]+)")
UNSEEN = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
ID = re.compile(r'\bid="([^"]+)"')
ID_OR_REFERENCE = re.compile(r'(?<=["#])[\w.-]+(?=["\)])')

# What nbval says, or a check here, and what to tell the author.
TEXT = "Cell outputs differ"
FIGURE = "Figures differ"
UNRUN = "Unrun reference cell has outputs"
ERROR = "Cell execution caused an exception"
ADVICE = {
    TEXT: "the stored output is not what this code gives now. "
    "Run `make notebooks` and read what changed.",
    FIGURE: "the stored figure is not what this code draws now. "
    "Run `make notebooks`, then look at the figure.",
    UNRUN: "this cell has not been run. Run `make notebooks`.",
    ERROR: "this code raises an error. Mend it or what it uses.",
}


class Kernel(WatchedKernel):
    """nbval runs cells without history, and then IPython overlooks the `;` that ends a cell."""

    def execute_cell_input(self, cell_input: str, allow_stdin: bool | None = None) -> str:
        options = {"allow_stdin": allow_stdin, "user_expressions": STEPS, "stop_on_error": False}
        return self.kc.execute(cell_input, **options)


nbval.plugin.RunningKernel = Kernel
COMPUTES_WITH = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    if config.option.nbval and not hasattr(config, "workerinput"):  # workers inherit it
        config.stash[COMPUTES_WITH] = take_another_kernel()


def pytest_report_header(config: pytest.Config) -> str | None:
    words = config.stash.get(COMPUTES_WITH, None)
    return words and f"notebooks: computed with {words}"


def pytest_collectstart(collector: pytest.Collector) -> None:
    if isinstance(collector, IPyNbFile):
        collector.skip_compare += (SVG, FILM)  # nbval would compare them as text


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    yield
    if not isinstance(item, IPyNbCell):
        return
    if found := training_fault(item.cell, item.parent.kernel.trains, EXCEPTIONS):
        item.raise_cell_error(found)
    if not item.options["check"]:
        return
    if item.cell.execution_count is None and item.cell.source.strip():
        item.raise_cell_error(UNRUN)  # nbval compares nothing in a cell that was never run
    if found := difference(figures(item.cell.outputs), figures(item.test_outputs)):
        item.raise_cell_error(FIGURE, found)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    error = call.excinfo and call.excinfo.value
    if isinstance(item, IPyNbCell) and isinstance(error, NbCellError):
        notebook = item.nodeid.partition("::")[0]
        cells = item.parent.nb.cells
        number = next(n for n, cell in enumerate(cells, 1) if cell is item.cell)
        advice = ADVICE.get(str(error), str(error))
        report.longrepr = f"{notebook}, cell {number}: {advice}\n{error.inner_traceback or ''}"
    return report


def figures(outputs: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    """(kind, content) of each figure."""
    data = [output.get("data", {}) for output in outputs]
    return [(kind, each[kind]) for each in data for kind in (SVG, PNG, FILM) if kind in each]


def difference(stored: list[tuple[str, Any]], drawn: list[tuple[str, Any]]) -> str | None:
    """In what the figures of a cell differ, in words; None if they look the same."""
    kinds = [[kind for kind, _ in each] for each in (stored, drawn)]
    if kinds[0] != kinds[1]:
        return "stored: {}; drawn: {}".format(*(", ".join(each) or "none" for each in kinds))
    compare = {SVG: svg_difference, PNG: png_difference, FILM: film_difference}
    found = (compare[kind](old, new) for (kind, old), (_, new) in zip(stored, drawn, strict=True))
    return next(filter(None, found), None)


def svg_difference(stored: str, drawn: str) -> str | None:
    old, new = canonical(stored), canonical(drawn)
    if NUMBER.sub("0", old) != NUMBER.sub("0", new):
        return "other elements, colors or text"
    numbers = zip(*(map(float, NUMBER.findall(each)) for each in (old, new)), strict=True)
    for was, now in numbers:
        if abs(was - now) > NUMBERS_APART:
            return f"a number in it was {was:g} and is {now:g}"
    images = zip(*(EMBEDDED.findall(each) for each in (stored, drawn)), strict=True)
    return next(filter(None, (png_difference(*pair) for pair in images)), None)


def canonical(svg: str) -> str:
    """An SVG without images and what is not drawn; its ids, which hash coordinates, are counted."""
    svg = EMBEDDED.sub("image", UNSEEN.sub("", svg))
    names = {name: f"id{count}" for count, name in enumerate(ID.findall(svg))}
    return ID_OR_REFERENCE.sub(lambda found: names.get(found[0], found[0]), svg)


def png_difference(stored: str, drawn: str) -> str | None:
    old, new = (seen(imread(io.BytesIO(base64.b64decode(each)))) for each in (stored, drawn))
    if old.shape != new.shape:
        return f"an image of {old.shape} pixels is now of {new.shape}"
    apart = np.abs(old - new)
    if apart.mean() > MEAN_PIXEL_APART or apart.max() > ANY_PIXEL_APART:
        return f"pixels differ by {apart.mean():.1%} on average and {apart.max():.0%} at most"
    return None


def seen(image: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """An image with its colors as strong as they are opaque: what is transparent has none."""
    if image.ndim < 3 or image.shape[2] != 4:
        return image
    return np.concatenate([image[..., :3] * image[..., 3:], image[..., 3:]], axis=2)


def film_difference(stored: dict[str, Any], drawn: dict[str, Any]) -> str | None:
    old, new = ({**film, "shown": None, "frames": None} for film in (stored, drawn))
    if old != new:
        changed = ", ".join(key for key in new if old.get(key) != new[key])
        return f"the film has another {changed}"
    shown = zip(stored["shown"], drawn["shown"], strict=True)
    frames = zip(*(unpacked(film["frames"]) for film in (stored, drawn)), strict=True)
    for count, ((was, now), pictures) in enumerate(zip(shown, frames, strict=True), 1):
        if not all(map(same_value, was, now)):
            return f"frame {count} of the film showed {was} and shows {now}"
        if found := svg_difference(*pictures):
            return f"frame {count} of the film: {found}"
    return None


def unpacked(frames: str) -> list[str]:
    return list(json.loads(gzip.decompress(base64.b64decode(frames))))


def same_value(was: bool | float | str, now: bool | float | str) -> bool:
    if isinstance(was, str) or isinstance(now, str):
        return was == now
    return math.isclose(was, now, rel_tol=1e-6, abs_tol=1e-9)
