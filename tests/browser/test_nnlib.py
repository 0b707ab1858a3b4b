"""The page of nnlib: who knows a name gets to it, and can read its entry on a small phone."""

import re

import pytest
from book_site import LANGUAGES, BookPage, soup
from playwright.sync_api import expect
from reader import Read

PAGE = "chapters/nnlib.html"
SMALL = 320  # pixels, of the narrowest phone

EACH_LANGUAGE = pytest.mark.parametrize("lang", LANGUAGES)


@EACH_LANGUAGE
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Linear", "nnlib.Linear"),
        ("softmax_cross_entropy", "nnlib.softmax_cross_entropy"),
        ("softmax", "nnlib.softmax"),
        ("plots.activation", "nnlib.plots.activation"),
        ("nnlib.data.moons", "nnlib.data.moons"),
    ],
)
def test_search_leads_to_the_name(read: Read, lang: str, query: str, name: str) -> None:
    visit = read(f"{lang}/search.html?q={query}", "desk")
    _said, found = visit.found()
    assert found[0] == f"{visit.origin}{lang}/{PAGE}#{name}"
    visit.page.locator("#search-results a").first.click()
    visit.page.wait_for_url(f"**/{PAGE}#{name}")
    visit.settle()
    expect(visit.page.locator(f"[id='{name}']")).to_be_in_viewport()


@EACH_LANGUAGE
@pytest.mark.parametrize("word", ["gradient", "dropout"])
def test_names_do_not_hide_the_chapters(read: Read, lang: str, word: str) -> None:
    visit = read(f"{lang}/search.html?q={word}", "desk")
    _said, found = visit.found()
    assert not any("#nnlib." in address for address in found[:3]), found[:3]


@EACH_LANGUAGE
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_fits_the_smallest_phone(read: Read, lang: str, mode: str) -> None:
    visit = read(BookPage(lang, PAGE), "phone")
    visit.page.set_viewport_size({"width": SMALL, "height": 600})
    visit.prefer(mode)
    assert not (wide := visit.probe("tooWide", SMALL)), "\n".join(wide)
    assert not (cut := visit.probe("cutOff", SMALL)), "\n".join(cut)


@pytest.mark.parametrize("where", ["desk", "phone"])
def test_side_by_side_shows_each_entry_once(read: Read, where: str) -> None:
    visit = read(BookPage("zh-Hant", PAGE), where)
    entries = visit.page.locator("article dt.sig")
    before = entries.count()
    visit.side_by_side()
    assert entries.count() == before
    heading = visit.page.locator("#losses > .pair h2")
    expect(heading).to_have_text([re.compile("損失函數"), re.compile("Losses")])
    visit.assert_fits()
    found = visit.axe()
    assert not found, "\n".join(found)


def test_both_books_have_the_same_names() -> None:
    names = [
        [entry["id"] for entry in soup(BookPage(lang, PAGE).file).select("dt.sig")]
        for lang in LANGUAGES
    ]
    assert names[0] == names[1]
    assert len(set(names[0])) == len(names[0]) > 100
