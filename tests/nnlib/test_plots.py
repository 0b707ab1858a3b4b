import io
import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbclient
import nbformat
import numpy as np
import pytest
from matplotlib.patches import Circle, Rectangle

from nnlib import Neuron, autodiff, diagrams, identity, logistic, plots, relu, step, tanh
from nnlib.autodiff import Variable, grad, graph

NEURON = Neuron([3, 2], -0.5, logistic)
X, Y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), [0, 1, 1, 1]
NOISE = np.random.default_rng(0).normal(size=(7, 5, 4))
PALETTE = {
    value
    for name, value in vars(plots).items()
    if name.isupper() and isinstance(value, str) and value.startswith("#")
}
FIGURES = {
    **{
        f"activation-{f}": lambda ax, f=f: plots.activation(ax, f)
        for f in (identity, step, logistic, tanh, relu)
    },
    "decision": lambda ax: plots.decision(ax, NEURON),
    "decision-line": lambda ax: plots.decision(ax, NEURON, boundary=NEURON.net_input),
    "decision-line-outside": lambda ax: plots.decision(
        ax, NEURON, (5, 6), (5, 6), boundary=NEURON.net_input
    ),
    "decision-tanh": lambda ax: plots.decision(ax, Neuron([1, 1], 0, tanh), values=tanh.range),
    "points": lambda ax: plots.points(ax, X, Y),
    "points-of-one-class": lambda ax: plots.points(ax, X, [1, 1, 1, 1]),
    "curves": lambda ax: plots.curves(ax, {"cost": [3, 2, 1.5], "validation_cost": [3, 2.5]}),
    "curves-of-one-epoch": lambda ax: plots.curves(ax, {"accuracy": [0.5]}, "accuracy"),
    "curves-of-nothing": lambda ax: plots.curves(ax, {}),
    "gradient-norms": lambda ax: plots.gradient_norms(ax, {"ReLU": [1, 2], "tanh": [0.01, 1]}),
    "gradient-norms-of-one": lambda ax: plots.gradient_norms(ax, {"tanh": [1e-9]}),
    "images": lambda ax: plots.images(ax, np.arange(60).reshape(5, 3, 4)),
    "images-in-a-row": lambda ax: plots.images(ax, NOISE, columns=7),
    "images-of-one-value": lambda ax: plots.images(ax, np.zeros((1, 2, 2))),
    "images-signed": lambda ax: plots.images(ax, NOISE, signed=True),
    "images-signed-positive": lambda ax: plots.images(ax, abs(NOISE), signed=True),
    "images-signed-of-zeros": lambda ax: plots.images(ax, np.zeros((2, 2, 2)), signed=True),
    "images-signed-of-one-pixel": lambda ax: plots.images(ax, [[[-1]]], signed=True),
    "kernels": lambda ax: plots.kernels(ax, NOISE),
    "kernels-in-a-row": lambda ax: plots.kernels(ax, NOISE, columns=7),
    "kernels-of-zeros": lambda ax: plots.kernels(ax, np.zeros((1, 3, 3))),
    "confusion": lambda ax: plots.confusion_matrix(ax, [[9, 1], [0, 10]]),
    "confusion-names": lambda ax: plots.confusion_matrix(ax, np.zeros((2, 2)), ["cat", "dog"]),
    "graph": lambda ax: diagrams.computation_graph(ax, neuron_cost()),
    "graph-notes": lambda ax: diagrams.computation_graph(
        ax, neuron_cost(), {v: "1.5" for v in graph(neuron_cost())}
    ),
    "graph-of-arrays": lambda ax: diagrams.computation_graph(ax, softmax_cost()),
    "graph-of-a-gradient": lambda ax: diagrams.computation_graph(ax, slope()),
    "graph-of-one": lambda ax: diagrams.computation_graph(ax, Variable(1.0, "$x$")),
    "neuron": diagrams.neuron,
    "neuron-nand": lambda ax: diagrams.neuron(ax, ["$x_1$", "$x_2$"], ["$-2$"] * 2, "$3$"),
    "neuron-one-input": lambda ax: diagrams.neuron(ax, ["$x$"], ["$w$"]),
    "network": lambda ax: diagrams.network(ax, [3, 4, 2]),
    "network-one-layer": lambda ax: diagrams.network(ax, [2]),
    "network-labels": lambda ax: diagrams.network(ax, [2, 1], ["$x$", r"$\hat{y}$"]),
    "network-numbers": lambda ax: diagrams.network(
        ax,
        [2, 1],
        units=[["1", "2"], ["0.5"]],
        notes=[["", ""], ["z = 0"]],
        edges=[[["−2", ""]]],
    ),
}


def neuron_cost():
    w, x, b, y = (Variable(1.0, name) for name in ("$w$", "$x$", "$b$", "$y$"))
    return (logistic(w * x + b) - y) ** 2 / 2


def softmax_cost():
    W = Variable(np.ones((3, 2)), "$W$")
    return np.mean(autodiff.softmax(np.ones((4, 2)) @ W.T) ** 2)


def slope():
    x = Variable(3.0, "$x$")
    return grad(x**2 * np.exp(x), x, create_graph=True)


@pytest.fixture(autouse=True)
def _style():
    with mpl.rc_context():
        plots.use_style()
        yield
    plt.close("all")


def svg(draw):
    fig, ax = plt.subplots()
    assert draw(ax) is ax
    file = io.StringIO()
    fig.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return file.getvalue()


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES.keys())
def test_figure(draw):
    """Drawn without a warning (say, of a missing glyph), the same each time, in the palette."""
    image = svg(draw)
    assert image == svg(draw)
    assert set(re.findall(r"#[0-9a-f]{6}\b", image)) <= PALETTE
    assert "<text" not in image


def test_style_cycles_through_colors_and_line_styles():
    cycle = mpl.rcParams["axes.prop_cycle"].by_key()
    named = [plots.BLUE, plots.ORANGE, plots.GREEN, plots.PURPLE, plots.OCHRE]
    assert cycle["color"] == named
    assert len({str(style) for style in cycle["linestyle"]}) == len(named)


def test_decision_draws_the_values_of_f():
    _, ax = plt.subplots()
    plots.decision(ax, NEURON, (0, 1), (-1, 0))
    image = ax.images[0].get_array()
    assert image[0, 0] == NEURON([0, -1])  # lower left
    assert image[0, -1] == NEURON([1, -1])  # lower right
    assert image[-1, -1] == NEURON([1, 0])  # upper right
    plots.points(ax, [[5, 5]], [1])
    assert (ax.get_xlim(), ax.get_ylim()) == ((0, 1), (-1, 0))  # a far point does not move them


def test_a_decision_line_that_is_a_loop_is_the_same_whatever_rounding_closes():
    rng, (ax, other) = np.random.default_rng(0), plt.figure().subplots(1, 2)
    for canvas, noise in ((ax, 0.0), (other, 1e-15)):
        plots.decision(
            canvas,
            NEURON,
            boundary=lambda X, noise=noise: (
                np.hypot(*X.T) - 1.234 + noise * rng.standard_normal(len(X))
            ),
        )
    (path,), (near,) = ax.collections[0].get_paths(), other.collections[0].get_paths()
    assert path.codes.tolist() == near.codes.tolist()
    assert path.should_simplify == near.should_simplify
    assert np.allclose(path.vertices[0], path.vertices[-1])


def test_decision_line_is_where_the_net_input_is_0():
    _, ax = plt.subplots()
    plots.decision(ax, NEURON, boundary=NEURON.net_input)
    (line,) = ax.collections[0].get_paths()
    np.testing.assert_allclose(NEURON.net_input(line.vertices), 0, atol=1e-12)


def test_curves_are_told_apart_by_more_than_color():
    for draw, series in (
        (plots.curves, {"a": [1, 2], "b": [2, 3]}),
        (plots.gradient_norms, {"a": [1, 2], "b": [2, 3]}),
    ):
        _, ax = plt.subplots()
        draw(ax, series)
        assert len({line.get_linestyle() for line in ax.lines}) == 2
        assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]
        np.testing.assert_array_equal(ax.lines[0].get_xdata(), [1, 2])


def test_images_are_tiles_of_one_sheet():
    _, ax = plt.subplots()
    plots.images(ax, NOISE, columns=3)
    sheet = ax.images[0].get_array()
    assert sheet.shape == (3 * 5 + 2, 3 * 4 + 2)
    np.testing.assert_array_equal(sheet[:5, :4], NOISE[0])
    np.testing.assert_array_equal(sheet[:5, 5:9], NOISE[1])
    np.testing.assert_array_equal(sheet[12:, :4], NOISE[6])
    assert np.isnan(sheet.filled(np.nan)[12:, 4:]).all()


def test_kernels_are_squares_of_the_size_of_the_weights():
    _, ax = plt.subplots()
    plots.kernels(ax, [[[4, -1], [0, 1]]])
    frames, positive, negative = ([p.get_extents() for p in c.get_paths()] for c in ax.collections)
    assert [box.bounds for box in frames] == [(0, 0, 2, 2)]
    assert [box.width for box in positive] == pytest.approx([0.9, 0.45])
    assert [box.width for box in negative] == pytest.approx([0.45])
    centers = [((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) for box in positive + negative]
    np.testing.assert_allclose(centers, [(0.5, 0.5), (1.5, 1.5), (1.5, 0.5)])


def test_confusion_matrix_has_the_counts_in_place():
    _, ax = plt.subplots()
    plots.confusion_matrix(ax, [[9, 1], [0, 10]])
    written = {text.get_text(): text.get_position() for text in ax.texts}
    assert written == {"9": (0, 0), "1": (1, 0), "10": (1, 1)}
    assert ax.get_ylim() == (1.5, -0.5)  # the first class on top


@pytest.mark.parametrize("y", [neuron_cost(), softmax_cost(), slope()])
def test_a_computation_graph_goes_from_left_to_right_and_nothing_overlaps(y):
    _, ax = plt.subplots(figsize=(9, 4))
    diagrams.computation_graph(ax, y)
    computed = [v for v in graph(y) if v.function]
    circles = [p for p in ax.patches if isinstance(p, Circle)]
    squares = [p for p in ax.patches if isinstance(p, Rectangle)]
    assert len(circles) == len(graph(y))
    assert len(squares) == len(computed)
    assert max(circles, key=lambda c: c.center[0]) is circles[-1]  # the result
    centers = [c.center for c in circles] + [s.get_center() for s in squares]
    for i, here in enumerate(centers):
        for there in centers[:i]:
            assert np.linalg.norm(np.subtract(here, there)) > 2 * diagrams.RADIUS
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    for x, height in centers:
        assert x0 + diagrams.RADIUS < x < x1 - diagrams.RADIUS
        assert y0 + diagrams.RADIUS < height < y1 - diagrams.RADIUS


def test_bad_arguments_are_named():
    _, ax = plt.subplots()
    for call, name in (
        (lambda: plots.curves(ax, {"cost": 1.0}), r"series\['cost'\]"),
        (lambda: plots.gradient_norms(ax, {"tanh": [[1]]}), r"networks\['tanh'\]"),
        (lambda: plots.gradient_norms(ax, {"tanh": [1, 0]}), r"networks\['tanh'\]"),
        (lambda: plots.gradient_norms(ax, {"tanh": [1, np.nan]}), r"networks\['tanh'\]"),
        (lambda: plots.images(ax, np.ones((2, 3))), "stack"),
        (lambda: plots.images(ax, np.ones((1, 2, 3)), columns=0), "columns"),
        (lambda: plots.kernels(ax, np.ones((0, 2, 3))), "stack"),
        (lambda: plots.confusion_matrix(ax, np.ones((2, 3))), "counts"),
        (lambda: plots.confusion_matrix(ax, np.ones((2, 2)), ["a"]), "names"),
        (lambda: plots.confusion_matrix(ax, [[1, -1], [0, 1]]), "counts"),
    ):
        with pytest.raises(ValueError, match=rf"^{name} must "):
            call()
    with pytest.raises(TypeError, match=r"^y must be of type Variable, such as Variable\(1.0\)"):
        diagrams.computation_graph(ax, 1.0)
    with pytest.raises(ValueError, match=r"^X must have shape \(N, 2\), but has shape \(2,\)"):
        plots.points(ax, [1, 2], [0])
    with pytest.raises(ValueError, match=r"^y must have shape \(4,\), but has shape \(4, 1\)"):
        plots.points(ax, X, np.ones((4, 1)))
    with pytest.raises(ValueError, match=r"^y must be 0 or 1, but has the values \[-1"):
        plots.points(ax, X, [-1, 1, 1, 1])
    with pytest.raises(ValueError, match=r"^weights must have 4 entries, not 1"):
        diagrams.neuron(ax, weights=["$w$"])
    with pytest.raises(ValueError, match=r"^labels must have 0 or 2 entries, not 1"):
        diagrams.network(ax, [2, 3], ["$x$"])
    with pytest.raises(ValueError, match=r"^sizes must be at least 1, not 0"):
        diagrams.network(ax, [2, 0])
    with pytest.raises(ValueError, match=r"^units must have 2 layers, not 1"):
        diagrams.network(ax, [2, 1], units=[["1", "2"]])
    with pytest.raises(ValueError, match=r"^notes must have 1 entries, not 2"):
        diagrams.network(ax, [2, 1], notes=[["", ""], ["", ""]])
    with pytest.raises(ValueError, match=r"^edges must have 2 entries, not 1"):
        diagrams.network(ax, [2, 1], edges=[[["1"]]])
    with pytest.raises(ValueError, match=r"^f\(X\) must have shape \(10201,\), but has shape \("):
        plots.decision(ax, lambda X: X)


def test_numbers_stand_on_the_edges_that_they_belong_to():
    _, ax = plt.subplots()
    names = [[["a", "b"], ["c", "d"]]]  # to, from
    diagrams.network(ax, [2, 2], edges=names, units=[["p", "q"], ["r", "s"]])
    places = {text.get_text(): np.array(text.get_position()) for text in ax.texts}
    for label, start, end in (("a", "p", "r"), ("b", "q", "r"), ("c", "p", "s"), ("d", "q", "s")):
        line, way = places[end] - places[start], places[label] - places[start]
        assert np.isclose(line[0] * way[1], line[1] * way[0])
        assert 0 < way[0] < line[0] / 2  # nearer to where it starts: edges cross in the middle


def test_a_notebook_stores_the_same_svg_in_every_run():
    """Also for a figure in the very cell that sets the style."""
    code = """
        import matplotlib.pyplot as plt
        from nnlib import logistic, plots
        plots.use_style()
        fig, ax = plt.subplots()
        plots.activation(ax, logistic);
    """
    cell = nbformat.v4.new_code_cell("\n".join(line.strip() for line in code.splitlines()))
    notebook = nbformat.v4.new_notebook(cells=[cell])

    def run():
        (output,) = nbclient.NotebookClient(notebook).execute().cells[0].outputs
        return output["data"]["image/svg+xml"]

    assert run() == run()
