"""What axe-core finds, and whether everything can be seen, in light and in dark mode."""

from itertools import product

import pytest
from book_site import ALL, asked, chapters, pages
from reader import WIDTHS, Read, Visit, visited

CHOOSER = list(product(["index.html?choose"], WIDTHS))
ON_EVERY_PAGE = visited([*((page, page.width) for page in pages()), *CHOOSER])
# axe takes long.
ON_PAGES_ASKED = visited([*((page, page.width) for page in asked(pages())), *CHOOSER])
BOTH_ON_PAGES_ASKED = visited(
    [(page, "desk") for page in asked(chapters()) if ALL or page.lang == "en"]
)


@ON_PAGES_ASKED
def test_axe(visit: Visit) -> None:
    found = visit.axe()
    assert not found, "\n".join(found)


@ON_PAGES_ASKED
def test_axe_in_dark_mode(visit: Visit) -> None:
    visit.prefer("dark")
    found = visit.axe(runOnly=["cat.color"])  # only colors are other
    assert not found, "\n".join(found)


@BOTH_ON_PAGES_ASKED
def test_axe_side_by_side(visit: Visit) -> None:
    visit.side_by_side()
    found = visit.axe()
    assert not found, "\n".join(found)


@ON_EVERY_PAGE
def test_figures_stand_out_in_the_mode_of_the_system(
    visit: Visit, subtests: pytest.Subtests
) -> None:
    for mode in ("dark", "light"):
        with subtests.test(mode=mode):
            visit.prefer(mode)
            follows = visit.is_dark() == (mode == "dark")
            assert follows, f"the page does not follow the {mode} mode of the reader's system"
            assert not (faint := visit.probe("faintInFigures")), "\n".join(faint)


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
