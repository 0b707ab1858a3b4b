"""The film holds what `draw` draws; the widgets draw it again."""

import base64
import gzip
import io
import json
import sys
from html import unescape

import ipywidgets as ipw
import nbclient
import nbformat
import numpy as np
import pytest
from matplotlib import rc_context
from matplotlib.figure import Figure

from nnlib import plots
from nnlib.explore import FILM, MOST_FRAMES, explore


@pytest.fixture(autouse=True)
def _style():
    with rc_context():
        plots.use_style()
        yield


def line(ax, slope=1, dashed=False):
    ax.plot([0, 1], [0, slope], "--" if dashed else "-")
    ax.set(xlim=(0, 1), ylim=(-4, 4))
    return {"end": slope}


def heat(ax, c):
    ax.imshow(np.outer(np.linspace(-c, c, 50), np.linspace(-1, 1, 50)))
    return {"corner": c}


def drawn(draw, **values):
    """What the film should hold: the figure that `draw` makes of a new axes."""
    figure = Figure()
    draw(figure.subplots(), **values)
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return file.getvalue()


def frames(film):
    return json.loads(gzip.decompress(base64.b64decode(film.content["frames"])))


def test_film_of_one_parameter():
    film = explore(line, slope=np.array([-0.1, 0.1 + 0.2, 1]))
    assert film.content["name"] == "line"
    assert film.content["parameters"] == [{"name": "slope", "values": [-0.1, 0.3, 1.0], "start": 2}]
    assert film.content["names"] == ["end"]
    assert film.content["shown"] == [[-0.1], [0.3], [1.0]]
    assert frames(film) == [drawn(line, slope=slope) for slope in (-0.1, 0.3, 1.0)]


def test_film_of_two_parameters():
    film = explore(line, slope=[1, 2, 3], dashed=[True, False])
    dashed = {"name": "dashed", "values": [False, True], "start": 0}
    assert film.content["parameters"][1] == dashed
    assert frames(film) == [
        drawn(line, slope=slope, dashed=dashed) for slope in (1, 2, 3) for dashed in (False, True)
    ]


def test_film_of_choices():
    def curve(ax, f):
        ax.plot(getattr(np, f)(np.linspace(0, 1)))
        return {"function": f}

    film = explore(curve, f=["sin", "cos"])
    assert film.content["parameters"] == [{"name": "f", "values": ["sin", "cos"], "start": 0}]
    assert film.content["shown"] == [["sin"], ["cos"]]


def test_film_of_several_axes():
    def pair(axes, c):
        axes[0].plot([0, c])
        axes[1].plot([c, 0])
        return {"end": c}

    assert frames(explore(pair, columns=2, c=[1, 2]))[0].count('<g id="axes_') == 2


def test_what_a_notebook_stores():
    film = explore(line, slope=[0, 1, 2], play="slope")
    stored = film._repr_mimebundle_(include=None, exclude=None)
    assert stored["image/svg+xml"] == drawn(line, slope=1)  # draw's default, not the first value
    assert stored["text/plain"] == "<Film line, slope: 3 values>"
    content = json.loads(json.dumps(stored[FILM], allow_nan=False))
    assert content == film.content
    assert content["play"] == "slope"


def test_two_runs_store_the_same():
    assert explore(heat, c=[1, 2]).content == explore(heat, c=[1, 2]).content


@pytest.mark.parametrize(
    ("values", "frames", "most"),
    [({"slope": range(26)}, 26, 25), ({"slope": range(50), "dashed": [False, True]}, 100, 99)],
)
def test_too_many_frames(values, frames, most):
    assert most == MOST_FRAMES[len(values)]
    message = (
        rf"^line has too many values for a film: .* make {frames} frames, and the most is {most}"
    )
    with pytest.raises(ValueError, match=message):
        explore(line, **values)
    explore(line, live=True, **values)  # which draws one at a time


def test_bad_arguments_are_named():
    alike = r"^slope must have two or more values, no two alike: all numbers, all strings, or"
    for slope in ([1], [1, 1], [1, "steep"], [1, True], [0.3, 0.1 + 0.2]):
        with pytest.raises(ValueError, match=alike):
            explore(line, slope=slope)
    with pytest.raises(ValueError, match=r"^slope must be finite, but is inf"):
        explore(line, slope=[1, np.inf])
    with pytest.raises(TypeError, match=r"^slope must be real numbers"):
        explore(line, slope=[1, None])
    with pytest.raises(ValueError, match=r"^slope must have draw's default, 1, among its values: "):
        explore(line, slope=[2, 3])
    with pytest.raises(ValueError, match=r"^explore takes one or two parameters, not 0"):
        explore(line)
    with pytest.raises(ValueError, match=r"^explore takes one or two parameters, not 3"):
        explore(line, a=[1, 2], b=[1, 2], c=[1, 2])
    for play in ("dashed", "time"):
        with pytest.raises(
            ValueError, match=rf"^play must name a parameter of numbers, not '{play}'"
        ):
            explore(line, slope=[1, 2], dashed=[False, True], play=play)
    with pytest.raises(ValueError, match=r"^columns must be at least 1, not 0"):
        explore(line, slope=[1, 2], columns=0)


def test_draw_must_return_what_it_shows():
    def draw(ax, c):
        return shown[c]

    for nothing in (None, {}, [1]):
        shown = [nothing, nothing]
        with pytest.raises(
            TypeError, match=r"^draw must return the numbers that its picture shows, "
        ):
            explore(draw, c=[0, 1])
    shown = [{"loss": 1}, {"loss": np.nan}]
    with pytest.raises(ValueError, match=r"^loss must be finite, but is nan"):
        explore(draw, c=[0, 1])
    shown = [{"loss": 1}, {"error": 1}]
    with pytest.raises(ValueError, match=r"^draw must return the same names for all values"):
        explore(draw, c=[0, 1])
    shown = [{"c": 1}, {"c": 2}]
    with pytest.raises(ValueError, match=r"^draw must not return c, the name of a parameter"):
        explore(draw, c=[0, 1])


def test_draw_must_have_a_name():
    with pytest.raises(ValueError, match=r"^draw must have a name, .*; <lambda> is none"):
        explore(lambda ax, c: {"c": c}, c=[1, 2])


# With a kernel


def picture(widget):
    return unescape(widget.children[0].value)


def test_widgets_draw_again():
    widget = explore(line, slope=[1, 2, 3], dashed=[False, True], live=True)
    html, slider, box = widget.children
    assert isinstance(slider, ipw.SelectionSlider)
    assert isinstance(box, ipw.Checkbox)
    assert (slider.value, box.value) == (1, False)
    assert "end = 1" in html.value
    before = html.value
    slider.value = 3
    assert "end = 3" in html.value
    between = html.value
    box.value = True
    assert len({before, between, html.value}) == 3
    assert widget.children[0] is html  # changed, not replaced


def test_widgets_show_the_figure():
    widget = explore(line, slope=[1, 2], live=True)
    path = drawn(line, slope=1).partition('<g id="line2d_')[2].partition("</g>")[0]
    assert path in picture(widget)
    assert "<style" not in picture(widget)  # it would reach the whole page


def test_widgets_of_choices_and_time():
    def training(ax, rate="slow", step=3):
        return {"loss": step}

    widget = explore(training, rate=["slow", "fast"], step=range(5), play="step", live=True)
    _, choice, row = widget.children
    assert isinstance(choice, ipw.Dropdown)
    slider, button = row.children
    assert (slider.index, button.value, button.max) == (3, 3, 4)


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0.1 + 0.2, 1 / 3], ["0.3", "0.3333"]),
        ([10000, 10001], ["10000", "10001"]),
        ([10000.0, 10000.5], ["10000", "10000.5"]),
        ([1.00001, 1.00002, 1.0], ["1.00001", "1.00002", "1"]),
        ([1e12, 1.000000001e12], ["1e+12", "1.000000001e+12"]),
    ],
)
def test_values_that_differ_look_different(values, texts):
    def draw(ax, c):
        return {"c again": c}

    _, slider = explore(draw, c=values, live=True).children
    assert [text for text, _ in slider.options] == texts


def test_large_numbers_are_shown_in_full():
    def draw(ax, c):
        return {"count": 10000 + c, "size": 10000.5 + c}

    assert "count = 10001, size = 10001.5" in explore(draw, c=[1, 2], live=True).children[0].value


def test_widgets_show_errors():
    def draw(ax, c):
        return {"inverse": 1 / c}

    widget = explore(draw, c=[1, 0], live=True)
    widget.children[1].value = 0
    assert picture(widget) == "<pre>ZeroDivisionError: division by zero</pre>"
    widget.children[1].value = 1
    assert "inverse = 1" in picture(widget)
    with pytest.raises(ZeroDivisionError):
        explore(draw, c=[0, 1], live=True)


# The front end decides

CELL = """
from nnlib.explore import explore
def line(ax, c):
    ax.plot([0, c])
    return {"end": c}
explore(line, c=[1, 2])
"""


@pytest.mark.parametrize("somebody", [False, True])
def test_who_is_there(somebody):
    """A notebook that is executed as a whole stores films; one that a person runs has widgets."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    client = nbclient.NotebookClient(notebook)
    with client.setup_kernel():
        client.kc.allow_stdin = somebody
        client.execute_cell(notebook.cells[0], 0)
    (output,) = notebook.cells[0].outputs
    kinds = set(output["data"])
    assert (FILM in kinds) != somebody
    assert ("application/vnd.jupyter.widget-view+json" in kinds) == somebody


def test_films_do_not_need_widgets(monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    explore(line, slope=[1, 2])
    with pytest.raises(ImportError):
        explore(line, slope=[1, 2], live=True)
