import io
import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbclient
import nbformat
import numpy as np
import pytest

from nnlib import Neuron, identity, logistic, plots, relu, step, tanh

NEURON = Neuron([3, 2], -0.5, logistic)
X, Y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), [0, 1, 1, 1]
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
    "neuron": plots.neuron_diagram,
    "neuron-nand": lambda ax: plots.neuron_diagram(ax, ["$x_1$", "$x_2$"], ["$-2$"] * 2, "$3$"),
    "neuron-one-input": lambda ax: plots.neuron_diagram(ax, ["$x$"], ["$w$"]),
    "network": lambda ax: plots.network_diagram(ax, [3, 4, 2]),
    "network-one-layer": lambda ax: plots.network_diagram(ax, [2]),
    "network-labels": lambda ax: plots.network_diagram(ax, [2, 1], ["$x$", r"$\hat{y}$"]),
}


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


def test_decision_line_is_where_the_net_input_is_0():
    _, ax = plt.subplots()
    plots.decision(ax, NEURON, boundary=NEURON.net_input)
    (line,) = ax.collections[0].get_paths()
    np.testing.assert_allclose(NEURON.net_input(line.vertices), 0, atol=1e-12)


def test_bad_arguments_are_named():
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match=r"^X must have shape \(N, 2\), but has shape \(2,\)"):
        plots.points(ax, [1, 2], [0])
    with pytest.raises(ValueError, match=r"^y must have shape \(4,\), but has shape \(4, 1\)"):
        plots.points(ax, X, np.ones((4, 1)))
    with pytest.raises(ValueError, match=r"^y must be 0 or 1, but has the values \[-1"):
        plots.points(ax, X, [-1, 1, 1, 1])
    with pytest.raises(ValueError, match=r"^weights must have 4 entries as inputs, not 1"):
        plots.neuron_diagram(ax, weights=["$w$"])
    with pytest.raises(ValueError, match=r"^labels must have 2 entries as sizes, not 1"):
        plots.network_diagram(ax, [2, 3], ["$x$"])
    with pytest.raises(ValueError, match=r"^sizes must be at least 1, not 0"):
        plots.network_diagram(ax, [2, 0])
    with pytest.raises(ValueError, match=r"^f\(X\) must have shape \(10201,\), but has shape \("):
        plots.decision(ax, lambda X: X)


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
