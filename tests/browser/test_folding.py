"""Folded code: closed at first, opened by hand, by key and without scripts, and never printed."""

import pytest
from book_site import BookPage, chapters
from playwright.sync_api import expect
from reader import Visit, in_language, visited

FIGURES = "article .cell:has(> .folded) > .cell_output"
ONE_EACH = [(page, page.width) for page in {page.lang: page for page in chapters()}.values()]


@pytest.fixture(autouse=True)
def ink(visit: Visit) -> None:
    visit.page.emulate_media(media="screen")


@visited([(page, page.width) for page in chapters()])
def test_what_is_folded_is_code_alone(visit: Visit, page: BookPage) -> None:
    folds = visit.page.locator("article details.folded")
    names = folds.locator("summary").all_inner_texts()
    assert len(names) > 1
    assert all(in_language(name, page.lang) for name in names)
    assert visit.page.locator(".folded .cell_input:visible").count() == 0
    figures = visit.page.locator(FIGURES)
    assert figures.count() == len(names) - 1  # one is the set-up
    assert visit.page.locator(f"{FIGURES}:visible").count() == figures.count()


@visited(ONE_EACH)
def test_a_fold_opens_by_key_and_is_not_printed(visit: Visit, page: BookPage) -> None:
    fold = visit.page.locator("article details.folded").nth(1)
    fold.locator("summary").focus()
    visit.page.keyboard.press("Enter")
    expect(fold.locator(".cell_input")).to_be_visible()
    visit.assert_fits()
    visit.page.emulate_media(media="print")
    expect(fold).to_be_hidden()
    assert visit.page.locator(f"{FIGURES}:visible").count() == visit.page.locator(FIGURES).count()


@visited(ONE_EACH)
def test_a_fold_opens_without_scripts(plain: Visit, page: BookPage) -> None:
    fold = plain.page.locator("article details.folded").nth(1)
    fold.locator("summary").click()
    expect(fold.locator(".cell_input")).to_be_visible()
