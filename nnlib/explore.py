"""Figures that move: `draw` makes the picture for any values, and the reader chooses the values.

One function serves two readers. Who runs a notebook gets widgets, and `draw` runs as they move. Who
only reads it, as on the pages of the book, gets a film: `draw` ran for every choice of values while
the notebook was executed, and the frames are stored in its output beside the first picture.
"""

from __future__ import annotations

import base64
import gzip
import inspect
import io
import itertools
import json
import math
import numbers
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from nnlib.checks import count, number
from nnlib.numerals import DIGITS, Value, told_apart, written

__all__ = ["Film", "explore"]

Draw = Callable[..., Mapping[str, Any]]

FILM = "application/vnd.nnlib.film+json"
MOST_FRAMES = {1: 25, 2: 99}  # by the number of parameters


def explore(
    draw: Draw,
    *,
    play: str | None = None,
    figsize: tuple[float, float] | None = None,
    columns: int = 1,
    live: bool | None = None,
    **values: Iterable[Value],
) -> Any:
    """Show `draw(ax, name=value)` with a control for each of one or two parameters.

    A parameter is given as the list of its values: numbers get a slider, strings a list to choose
    from, [False, True] a box to tick. It starts at draw's default for it, else at its first value.
    `play` names a parameter of numbers that passes like time, such as the steps of a training.

    draw gets an Axes (an array of them where `columns` > 1) and returns the numbers that its
    picture shows, such as {"minimum": -0.278}, for those who cannot see it or want to know exactly.

    The result is ipywidgets for somebody at the kernel, and a `Film` where nobody is, as when a
    whole notebook is executed to be stored: `live` says so, or else the front end.
    """
    parameters = [parameter(draw, name, each) for name, each in values.items()]
    if len(parameters) not in MOST_FRAMES:
        raise ValueError(f"explore takes one or two parameters, not {len(parameters)}")
    if play is not None and play not in [each.name for each in parameters if each.is_number]:
        raise ValueError(f"play must name a parameter of numbers, not {play!r}")
    scene = Scene(draw, parameters, play, figsize, count("columns", columns))
    return widgets(scene) if live or (live is None and somebody_is_there()) else film(scene)


def somebody_is_there() -> bool:
    """Whether a person runs this cell: then the front end lets code ask questions (`allow_stdin`).

    It is true of JupyterLab, Notebook, VS Code and Colab, and false of what executes a whole
    notebook to store or to test it: `jupyter execute`, nbconvert, nbval.
    """
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    shell = get_ipython()
    request = shell.get_parent() if hasattr(shell, "get_parent") else {}
    return bool(request.get("content", {}).get("allow_stdin"))


# What there is to draw


@dataclass(frozen=True)
class Parameter:
    name: str
    values: list[Value]
    start: int  # the place of its first value in `values`

    @property
    def is_number(self) -> bool:
        return not isinstance(self.values[0], bool | str)


@dataclass(frozen=True)
class Scene:
    draw: Draw
    parameters: list[Parameter]
    play: str | None
    figsize: tuple[float, float] | None
    columns: int

    def frame(self, values: Iterable[Value]) -> tuple[str, dict[str, Value]]:
        """The picture for these values, as SVG, and the numbers that it shows."""
        figure = Figure(figsize=self.figsize)
        ax = figure.subplots(ncols=self.columns)
        names = [each.name for each in self.parameters]
        shown = self.draw(ax, **dict(zip(names, values, strict=True)))
        if not isinstance(shown, Mapping) or not shown:
            raise TypeError(
                f"{self.draw.__name__} must return the numbers that its picture shows, "
                f"such as {{'minimum': -0.278}}, not {shown!r}"
            )
        if taken := shown.keys() & names:
            raise ValueError(
                f"{self.draw.__name__} must not return {', '.join(taken)}, the name of a parameter"
            )
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
        return file.getvalue(), {name: plain(name, value) for name, value in shown.items()}


def parameter(draw: Draw, name: str, values: Iterable[Value]) -> Parameter:
    given = [plain(name, value) for value in values]
    kinds = {type(value) if isinstance(value, bool | str) else float for value in given}
    if kinds == {bool}:
        given.sort()  # a box is not ticked, then ticked
    if len(kinds) != 1 or len(set(given)) != len(given) or len(given) < 2:
        raise ValueError(
            f"{name} must have two or more values, no two alike: all numbers, all strings, "
            f"or [False, True], not {given}"
        )
    default = inspect.signature(draw).parameters.get(name)
    if default is None or default.default is inspect.Parameter.empty:
        return Parameter(name, given, 0)
    start = plain(name, default.default)
    if start not in given:
        raise ValueError(f"{name} must have draw's default, {start!r}, among its values: {given}")
    return Parameter(name, given, given.index(start))


def plain(name: str, value: object) -> Value:
    """A string, a truth value or a finite number as JSON knows it; 0.30000000000000004 is 0.3."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    finite = number(name, value)  # type: ignore[arg-type]  # which raises for what is no number
    if not math.isfinite(finite):
        raise ValueError(f"{name} must be finite, but is {finite}")
    return float(f"{finite:.{DIGITS}g}")


# For somebody who reads


class Film:
    """All frames of a scene. A notebook stores them; any viewer of notebooks shows the first one.

    Its content is JSON: the `name` of draw, the `parameters`, `play`, the `names` of the numbers
    that draw returns; and for each frame these numbers, in `shown`, and the picture. The last
    parameter changes fastest.
    """

    def __init__(self, first: str, content: dict[str, Any]) -> None:
        self.first = first
        self.content = content

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {"text/plain": repr(self), "image/svg+xml": self.first, FILM: self.content}

    def __repr__(self) -> str:
        controls = ", ".join(
            f"{each['name']}: {len(each['values'])} values" for each in self.content["parameters"]
        )
        return f"<Film {self.content['name']}, {controls}>"


def film(scene: Scene) -> Film:
    name, parameters = scene.draw.__name__, scene.parameters
    if not name.isidentifier():
        raise ValueError(
            f"draw must have a name, which leads to its film on a page; {name} is none"
        )
    lengths = {each.name: len(each.values) for each in parameters}
    total, most = math.prod(lengths.values()), MOST_FRAMES[len(lengths)]
    if total > most:
        values = ", ".join(f"{length} of {each}" for each, length in lengths.items())
        raise ValueError(
            f"{name} has too many values for a film: {values} make {total} frames, "
            f"and the most is {most}"
        )
    frames = [scene.frame(values) for values in itertools.product(*(p.values for p in parameters))]
    pictures, shown = zip(*frames, strict=True)
    names = list(shown[0])
    if any(list(each) != names for each in shown):
        raise ValueError(f"{name} must return the same names for all values")
    first = 0
    for each in parameters:
        first = first * len(each.values) + each.start
    content = {
        "name": name,
        "parameters": [vars(each) for each in parameters],
        "play": scene.play,
        "names": names,
        "shown": [list(each.values()) for each in shown],
        "frames": packed(pictures),
    }
    return Film(pictures[first], content)


def packed(pictures: Iterable[str]) -> str:
    """Gzipped JSON in base64: what a browser unpacks by itself."""
    text = json.dumps(list(pictures))
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


# For somebody at the kernel


def widgets(scene: Scene) -> Any:
    """The picture above its controls, drawn again whenever one of them moves."""
    import ipywidgets as ipw

    controls = {each.name: control(each) for each in scene.parameters}
    picture = ipw.HTML(html(*scene.frame(each.value for each in controls.values())))

    def redraw(change: object) -> None:
        try:
            picture.value = html(*scene.frame(each.value for each in controls.values()))
        except Exception as error:  # no cell is running that could show it
            picture.value = f"<pre>{escape(f'{type(error).__name__}: {error}')}</pre>"

    for each in controls.values():
        each.observe(redraw, "value")
    rows = dict(controls)
    if scene.play:
        slider = controls[scene.play]
        button = ipw.Play(value=slider.index, max=len(slider.options) - 1, interval=400)
        ipw.jslink((button, "value"), (slider, "index"))
        rows[scene.play] = ipw.HBox([slider, button])
    return ipw.VBox([picture, *rows.values()])


def control(parameter: Parameter) -> Any:
    import ipywidgets as ipw

    start = parameter.values[parameter.start]
    if isinstance(start, bool):
        return ipw.Checkbox(value=start, description=parameter.name)
    choose = ipw.SelectionSlider if parameter.is_number else ipw.Dropdown
    options = [*zip(told_apart(parameter.values), parameter.values, strict=True)]
    return choose(options=options, value=start, description=parameter.name)


def html(svg: str, shown: Mapping[str, Value]) -> str:
    """A picture with its numbers below it. As part of the page it changes without a flicker."""
    says = escape(", ".join(f"{name} = {written(value)}" for name, value in shown.items()))
    svg = re.sub("<style.*?</style>", "", svg[svg.index("<svg") :])  # it would reach the whole page
    picture = f'<div role="img" aria-label="{says}" style="stroke-linejoin: round">{svg}</div>'
    return f"{picture}<div>{says}</div>"
