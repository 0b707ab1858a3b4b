"""Diagrams of what is connected: a neuron, a network, a computation graph.

Each function draws on given axes and returns them, in the colors of `nnlib.plots`.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

from nnlib.autodiff import Variable, graph
from nnlib.checks import count, instance, texts
from nnlib.derivatives import name_of
from nnlib.plots import INK, MUTED, PALE_BLUE, PALE_ORANGE, PAPER

RADIUS, GAP = 0.55, 1.5  # of the units in a diagram, and between their centers in a layer
GRAPH_STEP = 2.8  # from a variable to what is computed from it

Point = tuple[float, float]


def neuron(
    ax: Axes,
    inputs: Sequence[str] = ("$x_1$", "$x_2$", r"$\vdots$", "$x_D$"),
    weights: Sequence[str] = ("$w_1$", "$w_2$", "", "$w_D$"),
    bias: str = "$b$",
    f: str = "$f$",
    output: str = "$a$",
) -> Axes:
    """A neuron as a pipeline: inputs, weights, sum with the bias, activation, output.

    Every argument is what stands in the figure; an input with the weight "" is not connected.
    """
    texts("inputs", inputs)
    texts("weights", weights, {len(inputs)})
    middle = GAP * max(len(inputs), 3) / 2
    _canvas(ax, width=9.4, height=2 * middle)
    body = FancyBboxPatch((3.3, middle - 0.9), 3.9, 1.8, "round,pad=0,rounding_size=0.9")
    ax.add_patch(body).set(facecolor=PALE_BLUE, edgecolor="none")
    total, function, end = (4.2, middle), (6.3, middle), (8.8, middle)
    for start, x_d, w_d in zip(_layer(0.6, len(inputs), middle), inputs, weights, strict=True):
        if w_d:
            _arrow(ax, start, total, w_d)
            _unit(ax, start, x_d)
        else:
            _label(ax, start, x_d)
    above = (4.2, middle + 1.9)
    _label(ax, above, bias)
    _arrow(ax, above, total)
    _arrow(ax, total, function)
    _label(ax, (5.25, middle + 0.35), "$z$")
    _arrow(ax, function, end)
    for place, label in ((total, r"$\Sigma$"), (function, f), (end, output)):
        _unit(ax, place, label)
    return ax


def network(
    ax: Axes,
    sizes: Sequence[int],
    labels: Sequence[str] = (),
    *,
    units: Sequence[Sequence[str]] = (),
    notes: Sequence[Sequence[str]] = (),
    edges: Sequence[Sequence[Sequence[str]]] = (),
) -> Axes:
    """Layers of `sizes` units, each joined to every unit of the next; `labels` go below them.

    units[l][j] stands in unit j of layer l, and notes[l][j] below it; edges[l][j][k] stands on the
    edge from unit k of layer l to unit j of layer l + 1, as a weight does: to, from.
    """
    instance("sizes", sizes, Sequence, "[3, 4, 2]")
    count("the length of sizes", len(sizes))
    for size in sizes:
        count("sizes", size)
    texts("labels", labels, {0, len(sizes)})
    _check_layers("units", units, sizes)
    _check_layers("notes", notes, sizes)
    instance("edges", edges, Sequence, '[[["1", "2"]]]')
    if edges and len(edges) != len(sizes) - 1:
        raise ValueError(f"edges must have {len(sizes) - 1} layers, not {len(edges)}")
    for (m_in, m_out), rows in zip(itertools.pairwise(sizes), edges, strict=False):
        _check_layers("edges", rows, [m_in] * m_out)
    gap = 1.6 * GAP if notes else GAP
    half, foot = gap * max(sizes) / 2, 1 if labels else 0
    unit = _canvas(ax, width=2.6 * len(sizes) - 1.4, height=2 * half + foot)
    layers = [_layer(0.6 + 2.6 * i, size, half + foot, gap) for i, size in enumerate(sizes)]
    for left, right in itertools.pairwise(layers):
        lines = list(itertools.product(left, right))
        ax.add_collection(LineCollection(lines, colors=MUTED, linewidths=0.8, zorder=0))
    on_paper = {"facecolor": PAPER, "edgecolor": "none", "pad": 1}
    for left, right, rows in zip(layers, layers[1:], edges, strict=False):
        for end, row in zip(right, rows, strict=False):
            for start, text in zip(left, row, strict=True):
                x, y = 0.63 * np.array(start) + 0.37 * np.array(end)  # not where edges cross
                if text:
                    _label(ax, (x, y), text, size=min(12, 0.23 * unit), bbox=on_paper)
    for i, layer in enumerate(layers):
        fill = PAPER if i == 0 else PALE_ORANGE if layer is layers[-1] else PALE_BLUE
        for j, (x, y) in enumerate(layer):
            text = units[i][j] if units else ""
            _unit(ax, (x, y), fill=fill)
            _label(ax, (x, y), text, size=min(15, 0.26 * unit))
            if notes:
                below = y - RADIUS - 0.08
                ax.text(x, below, notes[i][j], ha="center", va="top", size=min(12, 0.23 * unit))
    for layer, label in zip(layers, labels, strict=False):
        _label(ax, (layer[0][0], 0.4), label)
    return ax


# How a computation graph shows functions, where it is not by name.
SIGNS = {
    "add": "+",
    "subtract": "−",
    "negative": "−",
    "multiply": "×",
    "divide": "÷",
    "matmul": "@",
    "sum": "Σ",
    "logistic": "σ",
    "relu": "ReLU",
    "transpose": "T",
    "take": "[ ]",
    "absolute": "| |",
    "maximum": "max",
    "minimum": "min",
    "power": "^",
    "square": "( )²",
    "sqrt": "√",
    "softmax": "soft\nmax",
    "logsumexp": "log\nΣexp",
}


def computation_graph(ax: Axes, y: Variable, notes: Mapping[Variable, str] | None = None) -> Axes:
    """How y was computed, from left to right: variables are round, operations square.

    A variable shows its name, and is small without one; a constant stands as a number, or an array
    as its shape. `notes` are written below variables.
    """
    notes = {} if notes is None else notes
    instance("y", y, Variable, "Variable(1.0)")
    instance("notes", notes, Mapping, '{y: "0.5"}')
    order = graph(y)
    places = _graph_layout(order, row_height=2.3 if notes else GAP)
    low, high = (bound(height for _, height in places.values()) for bound in (min, max))
    places = {node: (x + 0.8, height - low + 1.4) for node, (x, height) in places.items()}
    unit = _canvas(ax, width=places[y][0] + 0.8, height=high - low + 2.2)
    for v in order:
        x, height = here = places[v]
        radius = RADIUS if v.name else 0.2
        if v.function is not None:
            square = x - GRAPH_STEP / 2, height
            for i, u in enumerate(v.inputs):
                if isinstance(u, Variable):
                    _arrow(ax, places[u], square, radii=(RADIUS if u.name else 0.2, RADIUS))
                else:
                    _arrow(ax, places[v, i], square)
                    constant = f"{u:g}" if np.ndim(u) == 0 else str(np.shape(u))
                    _label(ax, places[v, i], constant, size=min(12, 0.5 * unit))
            _arrow(ax, square, here, radii=(RADIUS, radius))
            corner = square[0] - RADIUS, square[1] - RADIUS
            ax.add_patch(Rectangle(corner, 2 * RADIUS, 2 * RADIUS, fc=PALE_ORANGE, ec=INK))
            sign = SIGNS.get(name_of(v.function), name_of(v.function))
            letters = max(map(len, sign.splitlines()))
            _label(ax, square, sign, size=min(15, 1.6 * unit / max(2, letters)))
        fill = PAPER if v.function is None else PALE_BLUE
        ax.add_patch(Circle(here, radius, facecolor=fill, edgecolor=INK))
        _label(ax, here, v.name, size=min(15, 0.6 * unit))
        if v in notes:
            size = min(11, 0.45 * unit)
            ax.text(x, height - radius - 0.1, notes[v], ha="center", va="top", size=size)
    return ax


def _graph_layout(order: Sequence[Variable], row_height: float) -> dict[Any, Point]:
    """The places of the variables, and of each constant input i of a variable v under (v, i).

    Everything stands as far left of the result as its longest way there has steps. What is computed
    stands level with the middle of its computed inputs, what is given below the input before it.
    """
    inputs: dict[Any, list[Any]] = {
        v: [u if isinstance(u, Variable) else (v, i) for i, u in enumerate(v.inputs)] for v in order
    }
    steps: dict[Any, int] = {order[-1]: 0}
    neighbors: dict[Any, tuple[list[Any], list[Any]]] = {}  # before and after it, where it is used
    for v in reversed(order):
        for i, u in enumerate(inputs[v]):
            if steps[v] + 1 > steps.get(u, 0):
                steps[u], neighbors[u] = steps[v] + 1, (inputs[v][:i], inputs[v][i + 1 :])

    rows: dict[Any, float] = {}
    for step in range(max(steps.values()), -1, -1):
        column = [node for node in reversed(steps) if steps[node] == step]
        for node in sorted(column, key=lambda node: not inputs.get(node)):  # computed ones first
            if inputs.get(node):
                computed = [u for u in inputs[node] if inputs.get(u)]
                rows[node] = float(np.mean([rows[u] for u in computed or inputs[node]]))
            else:
                before, after = neighbors.get(node, ([], []))
                beside = [rows[u] - 1 for u in reversed(before) if u in rows]
                beside += [rows[u] + 1 for u in after if u in rows]
                rows[node] = [*beside, min(rows.values(), default=1) - 1][0]
        column.sort(key=lambda node: -rows[node])
        for upper, lower in itertools.pairwise(column):
            rows[lower] = min(rows[lower], rows[upper] - 1)
    left = max(steps.values())
    return {
        node: (GRAPH_STEP * (left - step), row_height * rows[node]) for node, step in steps.items()
    }


def _check_layers(name: str, layers: Sequence[Sequence[str]], sizes: Sequence[int]) -> None:
    """Raise unless `layers` is empty or has, for each size, a sequence of so many strings."""
    instance(name, layers, Sequence, '[["1", "2"], ["3"]]')
    if layers and len(layers) != len(sizes):
        raise ValueError(f"{name} must have {len(sizes)} layers, not {len(layers)}")
    for layer, size in zip(layers, sizes, strict=False):
        texts(name, layer, {size})


def _canvas(ax: Axes, width: float, height: float) -> float:
    """Turn ax into an empty drawing area of width x height; returns its unit in points, or less."""
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.axis("off")
    extent = ax.get_window_extent()
    return min(extent.width / width, extent.height / height) * 72 / ax.figure.dpi


def _layer(x: float, n: int, middle: float, gap: float = GAP) -> list[Point]:
    """The places of n units, from the top down."""
    return [(x, middle + gap * ((n - 1) / 2 - i)) for i in range(n)]


def _unit(ax: Axes, place: Point, label: str = "", fill: str = PAPER) -> None:
    ax.add_patch(Circle(place, RADIUS, facecolor=fill, edgecolor=INK))
    _label(ax, place, label)


def _arrow(
    ax: Axes,
    start: Point,
    end: Point,
    label: str = "",
    radii: tuple[float, float] = (RADIUS, RADIUS),
) -> None:
    """An arrow from the unit at `start` to the unit at `end`, with its label on it."""
    a, b = np.array(start), np.array(end)
    direction = (b - a) / np.linalg.norm(b - a)
    style = {"arrowstyle": "-|>", "facecolor": INK, "edgecolor": INK, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", b - radii[1] * direction, a + radii[0] * direction, arrowprops=style)
    if label:
        x, y = (a + b) / 2
        _label(ax, (x, y), label, bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 2})


def _label(ax: Axes, place: Point, text: str, size: float = 15, **style: Any) -> None:
    ax.text(*place, text, ha="center", va="center", size=size, **style)
