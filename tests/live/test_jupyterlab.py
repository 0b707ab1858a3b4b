"""A real JupyterLab in the browser: a figure moves with its widgets, and nothing flickers."""

import re
from collections.abc import Iterator

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from conftest import InLab

CELL = """
from nnlib import Neuron, logistic, plots
from nnlib.explore import explore
plots.use_style()

def plane(ax, w1=0, b=0):
    neuron = Neuron([w1, 3], b, logistic)
    plots.decision(ax, neuron, boundary=neuron.net_input)
    return {"corner": neuron([1, 1])}

explore(plane, w1=range(-5, 6), b=[-3, 0, 3], play="w1")
"""

# How many pictures there are and how high, in every frame that the browser shows.
WATCH = """() => {
  globalThis.seen = new Set();
  const look = () => {
    const pictures = [...document.querySelectorAll(".jp-OutputArea-output svg")];
    seen.add(pictures.map((picture) => picture.getBoundingClientRect().height).join());
    requestAnimationFrame(look);
  };
  look();
}"""


@pytest.fixture(scope="module")
def page(in_lab: InLab) -> Iterator[Page]:
    with in_lab([nbformat.v4.new_code_cell(CELL.strip())]) as page:
        page.locator(".jp-Cell .cm-content").first.click()
        page.keyboard.press("Control+Enter")
        yield page


def slider(page: Page, name: str) -> Locator:
    return page.locator(".widget-hslider", has_text=re.compile(name)).get_by_role("slider")


def test_the_widgets_move_the_figure(page: Page) -> None:
    output = page.locator(".jp-OutputArea-output")
    expect(output).to_contain_text("corner = 0.9526")
    before = output.locator("svg").screenshot()
    page.evaluate(WATCH)

    w1, b = slider(page, "w1"), slider(page, "b")
    w1.focus()
    page.keyboard.press("ArrowRight")
    expect(output).to_contain_text("corner = 0.982")
    after = output.locator("svg").screenshot()
    assert before != after
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(output).to_contain_text("corner = 0.9997")
    b.focus()
    page.keyboard.press("ArrowLeft")
    expect(output).to_contain_text("corner = 0.9933")

    assert len(page.evaluate("[...seen]")) == 1, "pictures came, went or changed their size"


def test_the_film_plays(page: Page) -> None:
    w1 = slider(page, "w1")
    w1.focus()
    page.keyboard.press("Home")
    expect(page.locator(".widget-readout").first).to_have_text("-5")
    page.locator(".jupyter-widgets.widget-play button").first.click()
    expect(page.locator(".widget-readout").first).to_have_text("5")
    assert len(page.evaluate("[...seen]")) == 1
