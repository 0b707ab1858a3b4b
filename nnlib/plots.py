"""Figures that several chapters draw. Each function draws on given axes and returns them.

The colors of the book are `INK`, `MUTED`, `GRID` and `PAPER`, `BLUE`, `ORANGE`, `GREEN`, `PURPLE`
and `OCHRE`, `PALE_BLUE` and `PALE_ORANGE`; on its pages they change in dark mode.
"""

import itertools
import math
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle
from matplotlib.ticker import MaxNLocator

from nnlib.activations import Activation
from nnlib.autodiff import Variable, graph
from nnlib.checks import FloatArray, count, finite, floats, instance, interval
from nnlib.derivatives import name_of

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

RADIUS, GAP = 0.55, 1.5  # of the units in a diagram, and between their centers in a layer
GRAPH_STEP = 2.8  # from a variable to what is computed from it

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
    """Counts (K, K) of samples of class i, in the rows, that were taken for j, in the columns.

    The shade goes with the share of the class; right answers are blue and bold, a 0 is left out.
    """
    counts = finite("counts", counts, ("K", "K"))
    k = len(counts)
    if counts.shape != (k, k):
        raise ValueError(f"counts must have shape (K, K), but has shape {counts.shape}")
    _check_texts("names", names, {0, k})
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
    _check_texts("inputs", inputs)
    _check_texts("weights", weights, {len(inputs)})
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


def network_diagram(
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
    _check_texts("labels", labels, {0, len(sizes)})
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


def _check_texts(name: str, texts: Sequence[str], lengths: Collection[int] | None = None) -> None:
    """Raise TypeError unless `texts` is a sequence of strings, ValueError for another length."""
    if not isinstance(texts, Sequence) or not all(isinstance(text, str) for text in texts):
        raise TypeError(f"{name} must be a sequence of strings, not {texts!r}")
    if lengths is not None and len(texts) not in lengths:
        expected = " or ".join(map(str, lengths))
        raise ValueError(f"{name} must have {expected} entries, not {len(texts)}")


def _check_layers(name: str, layers: Sequence[Sequence[str]], sizes: Sequence[int]) -> None:
    """Raise unless `layers` is empty or has, for each size, a sequence of so many strings."""
    instance(name, layers, Sequence, '[["1", "2"], ["3"]]')
    if layers and len(layers) != len(sizes):
        raise ValueError(f"{name} must have {len(sizes)} layers, not {len(layers)}")
    for layer, size in zip(layers, sizes, strict=False):
        _check_texts(name, layer, {size})


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
