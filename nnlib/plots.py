"""Figures that several chapters draw. Each function draws on given axes and returns them."""

import itertools
import sys
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.patches import Circle, FancyBboxPatch

from nnlib.activations import Activation
from nnlib.checks import FloatArray, count, floats

INK, MUTED, GRID, PAPER = "#1f2933", "#6b7785", "#d9dee3", "#ffffff"
BLUE, ORANGE, GREEN, PURPLE, OCHRE = "#2b5c8a", "#b4532a", "#3f7f5f", "#7a5195", "#8f6a12"
PALE_BLUE, PALE_ORANGE = "#d6e4f0", "#f6dfd3"

# Low values blue, high values orange. The paper shows through the middle, so that one image serves
# light and dark mode.
DIVERGING = LinearSegmentedColormap.from_list(
    "nnlib.diverging",
    [
        (0, to_rgba(BLUE, 0.6)),
        (0.5, to_rgba(BLUE, 0)),
        (0.5, to_rgba(ORANGE, 0)),
        (1, to_rgba(ORANGE, 0.45)),
    ],
)
SEQUENTIAL = LinearSegmentedColormap.from_list(
    "nnlib.sequential", [to_rgba(BLUE, 0), to_rgba(BLUE, 1)]
)

RADIUS, GAP = 0.55, 1.5  # of the units in a diagram, and between their centers in a layer

Point = tuple[float, float]
PlaneFunction = Callable[[FloatArray], npt.ArrayLike]  # (N, 2) points of the plane to N values


def use_style() -> None:
    """Draw in the book's style from here on; a notebook stores its figures as SVG."""
    plt.style.use("nnlib.book")
    if "IPython" in sys.modules:
        _store_svg()


def _store_svg() -> None:
    """Make IPython store figures as SVG that does not change from run to run."""
    from IPython import get_ipython
    from matplotlib_inline.config import InlineBackend

    shell = get_ipython()
    if shell is None:
        return
    inline: Any = InlineBackend.instance(parent=shell)
    inline.shell = shell
    inline.print_figure_kwargs = {
        "bbox_inches": None,  # the size is figsize, whatever the labels are
        "metadata": {"Date": None, "Creator": None},
    }
    inline.figure_formats = {"svg"}


def activation(ax: Axes, f: Activation, zlim: tuple[float, float] = (-4, 4)) -> Axes:
    """f(z) and f′(z) against z, each named at its right end."""
    z = np.linspace(*zlim, 402)  # an even number: 0 is between two points
    curves = (f(z), "$f(z)$", BLUE, "-"), (f.df(z), "$f'(z)$", ORANGE, "--")
    for values, label, color, linestyle in curves:
        jumps = 1 + np.flatnonzero(np.abs(np.diff(values)) > np.ptp(values) / 2)
        broken = np.insert(z, jumps, np.nan), np.insert(values, jumps, np.nan)
        ax.plot(*broken, color=color, linestyle=linestyle)
        end, beside = (z[-1], values[-1]), (8, 0)
        ax.annotate(label, end, beside, textcoords="offset points", va="center", color=color)
    ax.set_xlabel("$z$")
    ax.locator_params(nbins=5)
    ax.grid(True)
    return ax


def decision(
    ax: Axes,
    f: PlaneFunction,
    xlim: tuple[float, float] = (-1.5, 1.5),
    ylim: tuple[float, float] = (-1.5, 1.5),
    *,
    values: tuple[float, float] = (0, 1),
    boundary: PlaneFunction | None = None,
) -> Axes:
    """The values of f over the plane, and the line on which `boundary` (say, the net input) is 0.

    f and boundary take points as rows, (N, 2), and return N numbers; `values` are those of f that
    get the full blue and the full orange.
    """
    n = 101
    x1, x2 = np.linspace(*xlim, n), np.linspace(*ylim, n)
    X = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)

    def on_grid(name: str, g: PlaneFunction) -> FloatArray:
        return floats(f"{name}(X)", g(X), (len(X),)).reshape(n, n)

    low, high = values
    half1, half2 = (
        (x1[1] - x1[0]) / 2,
        (x2[1] - x2[0]) / 2,
    )  # each pixel has its point in the middle
    ax.imshow(
        on_grid("f", f),
        DIVERGING,
        vmin=low,
        vmax=high,
        origin="lower",
        extent=(x1[0] - half1, x1[-1] + half1, x2[0] - half2, x2[-1] + half2),
        interpolation="none",  # stored at n x n pixels, a tenth of what a resampled image takes
    )
    if boundary is not None:
        z = on_grid("boundary", boundary)
        if z.min() < 0 < z.max():  # else no line to draw: it lies outside the picture
            ax.contour(x1, x2, z, levels=[0], colors=INK, linewidths=1.5)
    ax.set(xlim=xlim, ylim=ylim, xlabel="$x_1$", ylabel="$x_2$")
    ax.locator_params(nbins=5)
    return ax


def points(ax: Axes, X: npt.ArrayLike, y: npt.ArrayLike) -> Axes:
    """Points (N, 2) of two classes (N,): open blue squares where y is 0, orange discs where 1."""
    X = floats("X", X, ("N", 2))
    y = floats("y", y, (len(X),))
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"y must be 0 or 1, but has the values {np.unique(y)}")
    for label, marker, face, edge in ((0, "s", PAPER, BLUE), (1, "o", ORANGE, PAPER)):
        x1, x2 = X[y == label].T
        ax.scatter(
            x1,
            x2,
            s=70,
            marker=marker,
            color=face,
            edgecolors=edge,
            linewidths=1.8,
            label=f"$y = {label}$",
            zorder=3,
        )
    return ax


def neuron_diagram(
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
    if len(inputs) != len(weights):
        raise ValueError(f"weights must have {len(inputs)} entries as inputs, not {len(weights)}")
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


def network_diagram(ax: Axes, sizes: Sequence[int], labels: Sequence[str] = ()) -> Axes:
    """Layers of `sizes` units, each joined to every unit of the next; `labels` go below them."""
    for size in sizes:
        count("sizes", size)
    if labels and len(labels) != len(sizes):
        raise ValueError(f"labels must have {len(sizes)} entries as sizes, not {len(labels)}")
    half, below = GAP * max(sizes) / 2, 1 if labels else 0
    _canvas(ax, width=2.6 * len(sizes) - 1.4, height=2 * half + below)
    layers = [_layer(0.6 + 2.6 * i, size, half + below) for i, size in enumerate(sizes)]
    for left, right in itertools.pairwise(layers):
        edges = list(itertools.product(left, right))
        ax.add_collection(LineCollection(edges, colors=MUTED, linewidths=0.8, zorder=0))
    for layer in layers:
        fill = PAPER if layer is layers[0] else PALE_ORANGE if layer is layers[-1] else PALE_BLUE
        for place in layer:
            _unit(ax, place, fill=fill)
    for layer, label in zip(layers, labels, strict=False):
        _label(ax, (layer[0][0], 0.4), label)
    return ax


def _canvas(ax: Axes, width: float, height: float) -> None:
    """Turn ax into an empty drawing area of width x height."""
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.axis("off")


def _layer(x: float, n: int, middle: float) -> list[Point]:
    """The places of n units, from the top down."""
    return [(x, middle + GAP * ((n - 1) / 2 - i)) for i in range(n)]


def _unit(ax: Axes, place: Point, label: str = "", fill: str = PAPER) -> None:
    ax.add_patch(Circle(place, RADIUS, facecolor=fill, edgecolor=INK))
    _label(ax, place, label)


def _arrow(ax: Axes, start: Point, end: Point, label: str = "") -> None:
    """An arrow from the unit at `start` to the unit at `end`, with its label on it."""
    a, b = np.array(start), np.array(end)
    radius = RADIUS * (b - a) / np.linalg.norm(b - a)
    style = {"arrowstyle": "-|>", "facecolor": INK, "edgecolor": INK, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", b - radius, a + radius, arrowprops=style)
    if label:
        x, y = (a + b) / 2
        _label(ax, (x, y), label, bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 2})


def _label(ax: Axes, place: Point, text: str, **style: Any) -> None:
    ax.text(*place, text, ha="center", va="center", size=15, **style)
