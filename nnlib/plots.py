"""Figures that several chapters draw. Each function draws on given axes and returns them.

The colors of the book are `INK`, `MUTED`, `GRID` and `PAPER`, `BLUE`, `ORANGE`, `GREEN`, `PURPLE`
and `OCHRE`, `PALE_BLUE` and `PALE_ORANGE`; on its pages they change in dark mode.
"""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator

from nnlib.activations import Activation
from nnlib.checks import FloatArray, count, finite, floats, instance, interval, texts

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
# An image cannot change its colors in dark mode: these are as far from white as from the dark page.
SEQUENTIAL = LinearSegmentedColormap.from_list(
    "nnlib.sequential", [(0, to_rgba(MUTED, 0)), (0.5, to_rgba(MUTED, 0.7)), (1, to_rgba(MUTED, 1))]
)
SIGNED = LinearSegmentedColormap.from_list(
    "nnlib.signed",
    [
        (0, to_rgba("#4f8ac0", 1)),
        (0.5, to_rgba("#4f8ac0", 0)),
        (0.5, to_rgba("#cf6a3a", 0)),
        (1, to_rgba("#cf6a3a", 1)),
    ],
)

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
    instance("f", f, Activation, "nnlib.logistic")
    z = np.linspace(*interval("zlim", zlim), 402)  # an even number: 0 is between two points
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
    x1, x2 = np.linspace(*interval("xlim", xlim), n), np.linspace(*interval("ylim", ylim), n)
    X = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)

    def on_grid(name: str, g: PlaneFunction) -> FloatArray:
        return floats(f"{name}(X)", g(X), (len(X),)).reshape(n, n)

    low, high = interval("values", values)
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
            lines = ax.contour(x1, x2, z, levels=[0], colors=INK, linewidths=1.5)
            # Whether a loop ends exactly where it began, and so is closed, rounding decides.
            lines.set_paths(
                [
                    Path(path.vertices, np.minimum(np.asarray(path.codes), Path.LINETO))
                    for path in lines.get_paths()
                ]
            )
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


def curves(ax: Axes, series: Mapping[str, npt.ArrayLike], ylabel: str = "cost") -> Axes:
    """What was measured after each epoch, from 1 on: the history of a training, or parts of it.

    `series` has under the name of each curve its values, (epochs,).
    """
    instance("series", series, Mapping, '{"cost": [0.3, 0.2]}')
    for name, values in series.items():
        values = floats(f"series[{name!r}]", values, ("epochs",))
        ax.plot(np.arange(1, len(values) + 1), values, label=name.replace("_", " "))
    ax.set(xlabel="epoch", ylabel=ylabel)
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    ax.grid(True)
    if series:
        ax.legend()
    return ax


def gradient_norms(ax: Axes, networks: Mapping[str, npt.ArrayLike]) -> Axes:
    """The norm of the gradient by layer, 1 … L, on a logarithmic axis.

    `networks` has under the name of each network its norms, (L,), each greater than 0.
    """
    instance("networks", networks, Mapping, '{"tanh": [0.1, 0.2]}')
    for (name, norms), marker in zip(networks.items(), itertools.cycle("osD^v"), strict=False):
        norms = floats(f"networks[{name!r}]", norms, ("L",))
        if not np.all(norms > 0):  # NaN neither
            raise ValueError(f"networks[{name!r}] must be greater than 0, but has {norms.min()}")
        ax.plot(np.arange(1, len(norms) + 1), norms, marker=marker, label=name)
    ax.set(xlabel="layer", ylabel="norm of the gradient", yscale="log")
    ax.xaxis.set_major_locator(MaxNLocator(10, integer=True))
    ax.grid(True)
    if len(networks) > 1:
        ax.legend()
    return ax


def images(
    ax: Axes, stack: npt.ArrayLike, *, columns: int | None = None, signed: bool = False
) -> Axes:
    """Images (N, height, width) side by side, in so many `columns` or about a square.

    They have one scale, from the least value, which is left blank, to the greatest. With `signed`,
    as for weights, 0 is blank, positive orange, negative blue with a stroke where it is strong.
    """
    stack = finite("stack", stack, ("N", "H", "W"))
    shape, corners = _tiles(stack, columns)
    sheet = np.full(shape, np.nan)
    for image, (top, left) in zip(stack, corners, strict=True):
        sheet[top : top + len(image), left : left + len(image[0])] = image
    if signed:
        limit = np.abs(stack).max()
        ax.imshow(sheet, SIGNED, vmin=-limit, vmax=limit, interpolation="none", gid="pixels")
        i, j = np.nonzero(sheet < -limit / 8)
        nowhere = np.full(len(i), np.nan)  # between two strokes
        x = np.stack([j - 0.3, j + 0.3, nowhere], axis=1)
        y = np.stack([i + 0.3, i - 0.3, nowhere], axis=1)
        ax.plot(x.ravel(), y.ravel(), color=BLUE, linestyle="-", linewidth=0.8)
    else:
        ax.imshow(sheet, SEQUENTIAL, interpolation="none", gid="pixels")
    ax.axis("off")
    return ax


def kernels(ax: Axes, stack: npt.ArrayLike, *, columns: int | None = None) -> Axes:
    """Small arrays of weights (N, height, width): of each weight a square, as large as it is.

    A positive weight is a full orange square, a negative one an empty blue square.
    """
    stack = finite("stack", stack, ("N", "H", "W"))
    (rows, across), corners = _tiles(stack, columns)
    height, width = stack.shape[1:]
    frames = [Rectangle((left, top), width, height) for top, left in corners]
    ax.add_collection(PatchCollection(frames, facecolor="none", edgecolor=MUTED, linewidth=0.8))
    sides = 0.9 * np.sqrt(np.abs(stack) / (np.abs(stack).max() or 1))
    for of_sign, face, edge in ((stack > 0, ORANGE, ORANGE), (stack < 0, "none", BLUE)):
        squares = []
        for k, i, j in np.argwhere(of_sign):
            (top, left), side = corners[k], sides[k, i, j]
            corner = left + j + (1 - side) / 2, top + i + (1 - side) / 2
            squares.append(Rectangle(corner, side, side))
        ax.add_collection(PatchCollection(squares, facecolor=face, edgecolor=edge, linewidth=1.2))
    ax.set(xlim=(-0.2, across + 0.2), ylim=(rows + 0.2, -0.2), aspect="equal")
    ax.axis("off")
    return ax


def _tiles(stack: FloatArray, columns: int | None) -> tuple[tuple[int, int], list[tuple[int, int]]]:
    """The shape of a sheet on which images (N, height, width) have room, and their upper corners.

    As (row, column), counted from the upper left.
    """
    n, height, width = stack.shape
    columns = count("columns", math.ceil(math.sqrt(n)) if columns is None else columns)
    gap = 1 + max(height, width) // 10
    corners = [(i // columns * (height + gap), i % columns * (width + gap)) for i in range(n)]
    bottom, right = (max(place) for place in zip(*corners, strict=True))
    return (bottom + height, right + width), corners


def confusion_matrix(ax: Axes, counts: npt.ArrayLike, names: Sequence[str] = ()) -> Axes:
    """Counts (K, K) of samples of class i, in the rows, that were taken for j, in
    the columns.

    The shade goes with the share of the class; right answers are blue and
    bold, a 0 is left out.
    """
    counts = finite("counts", counts, ("K", "K"))
    k = len(counts)
    if counts.shape != (k, k):
        raise ValueError(f"counts must have shape (K, K), but has shape {counts.shape}")
    texts("names", names, {0, k})
    if not np.all(counts >= 0):
        raise ValueError(f"counts must be 0 or more, but has {counts.min()}")
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.zeros_like(counts), where=totals > 0)
    for i, j in np.ndindex(k, k):
        color, weight = (BLUE, "bold") if i == j else (ORANGE, "normal")
        shade = to_rgba(color, 0.5 * math.sqrt(shares[i, j]))
        ax.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=shade, edgecolor="none"))
        if counts[i, j]:
            ax.text(j, i, f"{counts[i, j]:g}", ha="center", va="center", weight=weight)
    ax.set(xlim=(-0.5, k - 0.5), ylim=(k - 0.5, -0.5), aspect="equal")
    ax.set(xlabel="predicted class", ylabel="true class")
    ax.set_xticks(range(k), names or map(str, range(k)))
    ax.set_yticks(range(k), names or map(str, range(k)))
    ax.tick_params(length=0)
    return ax
