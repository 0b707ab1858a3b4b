"""What axe-core finds, and whether everything can be seen, in light and in dark mode."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from book_site import BookPage, chapters, pages
from reader import WIDTHS, Visit

MODES = ("light", "dark")


@pytest.fixture(
    scope="module",
    params=list(product([*pages(), "index.html?choose"], WIDTHS)),
    ids=lambda case: f"{case[0]}-{case[1]}",
)
def visit(request: pytest.FixtureRequest, visiting: Callable[..., Any]) -> Iterator[Visit]:
    page, where = request.param
    with visiting(where, color_scheme="light") as visit:
        visit.open(page)
        yield visit


@pytest.mark.parametrize("mode", MODES)
def test_axe(visit: Visit, mode: str) -> None:
    visit.page.emulate_media(color_scheme=mode)
    brightness = visit.probe("brightness")
    assert brightness > 0.8 if mode == "light" else brightness < 0.1, (
        f"the page does not follow the reader's {mode} mode: its brightness is {brightness:.2f}"
    )
    found = visit.axe()
    assert not found, f"{mode} mode:\n" + "\n".join(found)


@pytest.mark.parametrize("mode", MODES)
def test_figures_stand_out(visit: Visit, mode: str) -> None:
    visit.page.emulate_media(color_scheme=mode)
    faint = visit.probe("faintInFigures")
    assert not faint, f"{mode} mode:\n" + "\n".join(faint)


@pytest.mark.parametrize("page", chapters(), ids=str)
def test_axe_side_by_side(read: Callable[..., Visit], page: BookPage) -> None:
    visit = read(page, "desk")
    visit.side_by_side()
    found = visit.axe()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("where", WIDTHS)
def test_dark_mode_by_hand(read: Callable[..., Visit], where: str) -> None:
    """The theme's switch makes the page dark, and the next page too."""
    visit = read("zh-Hant/index.html", where, color_scheme="light")
    switch = visit.page.locator("button.theme-switch-button:visible").first
    for _ in (*MODES, "auto"):
        if visit.probe("brightness") < 0.1:
            break
        switch.click()
    assert visit.probe("brightness") < 0.1, "the switch does not make the page dark"
    visit.open(chapters()[0])
    assert visit.probe("brightness") < 0.1, "the next page has forgotten the dark mode"
