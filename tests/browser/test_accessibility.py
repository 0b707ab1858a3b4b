"""What axe-core finds, and whether everything can be seen, in light and in dark mode."""

from collections.abc import Iterator
from itertools import product

import pytest
from book_site import BookPage, chapters, pages
from reader import WIDTHS, Read, Visit, Visiting


def case_id(case: tuple[object, str]) -> str:
    return "{}-{}".format(*case)


# axe takes long. The two books have the same structure: a phone for one and a desk for the other.
CASES: list[tuple[object, str]] = [
    *((page, "phone" if page.lang == "zh-Hant" else "desk") for page in pages()),
    *product(["index.html?choose"], WIDTHS),
]


@pytest.fixture(scope="module", params=CASES, ids=case_id)
def bright(request: pytest.FixtureRequest, visiting: Visiting) -> Iterator[Visit]:
    page, where = request.param
    with visiting(where, color_scheme="light") as visit:
        visit.open(page)
        yield visit


@pytest.fixture(params=["light", "dark"])
def visit(request: pytest.FixtureRequest, bright: Visit) -> Visit:
    """Every page as a reader sees it whose system is in light or dark mode."""
    bright.prefer(request.param)
    in_mode = bright.is_dark() == (request.param == "dark")
    assert in_mode, f"the page does not follow the {request.param} mode of the reader's system"
    return bright


def test_axe(visit: Visit) -> None:
    # In the other mode only colors are other.
    found = visit.axe(runOnly=["cat.color"]) if visit.is_dark() else visit.axe()
    assert not found, "\n".join(found)


def test_figures_stand_out(visit: Visit) -> None:
    faint = visit.probe("faintInFigures")
    assert not faint, "\n".join(faint)


@pytest.mark.parametrize("page", chapters(), ids=str)
def test_axe_side_by_side(read: Read, page: BookPage) -> None:
    visit = read(page, "desk")
    visit.side_by_side()
    found = visit.axe()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("where", WIDTHS)
def test_dark_mode_by_hand(read: Read, where: str) -> None:
    """The theme's switch makes the page dark, and the next page too."""
    visit = read("zh-Hant/index.html", where, color_scheme="light")
    for _ in ("light", "dark", "system"):
        if not visit.is_dark():
            visit.press(visit.page.locator("button.theme-switch-button:visible").first)
            visit.settle()
    assert visit.is_dark(), "the switch does not make the page dark"
    visit.open(chapters()[0])
    assert visit.is_dark(), "the next page has forgotten the dark mode"
