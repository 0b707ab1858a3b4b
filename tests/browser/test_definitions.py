"""Definitions open where a chapter first uses a term, and every name of a term leads to it."""

import re

import pytest
from book_site import LANGUAGES, BookPage, pages, soup
from playwright.sync_api import Locator, expect
from reader import Read, Visit, visited

PAGE = "chapters/04-networks.html"
ONE_EACH = visited([(page, page.width) for page in pages() if page.name == PAGE])
NAMED = {
    "zh-Hant": "修正線性單元 rectified linear unit",
    "en": "rectified linear unit 修正線性單元",
}
NAMES = {  # in which book what leads to which entry
    "zh-Hant": {
        "学习率": "learning-rate",
        "激活函数": "activation-function",
        "梯度弥散": "vanishing-gradient",
        "overfitting": "overfitting",
    },
    "en": {"梯度": "gradient", "MLE": "maximum-likelihood-estimation"},
}
EACH_NAME = [(lang, name, entry) for lang in LANGUAGES for name, entry in NAMES[lang].items()]


def term(visit: Visit) -> Locator:
    found = visit.page.locator("article button.term").nth(2)
    found.scroll_into_view_if_needed()
    return found


def opened(visit: Visit) -> Locator:
    return visit.page.locator(".definition:popover-open")


@ONE_EACH
def test_a_key_opens_it_and_escape_closes_it(visit: Visit, page: BookPage) -> None:
    term(visit).focus()
    visit.page.keyboard.press("Enter")
    expect(opened(visit)).to_be_visible()
    visit.assert_fits()
    for mode in ("light", "dark"):
        visit.prefer(mode)
        assert not (found := visit.axe()), "\n".join(found)
    visit.prefer("light")
    expect(opened(visit)).to_be_focused()
    expect(opened(visit)).to_have_role("dialog")
    expect(opened(visit)).to_have_accessible_name(NAMED[page.lang])
    expect(opened(visit)).to_have_accessible_description(re.compile(r"\w{2}.*[.。]$"))
    visit.page.keyboard.press("Tab")
    expect(opened(visit).locator("a").first).to_be_focused()
    visit.page.keyboard.press("Escape")
    expect(opened(visit)).to_have_count(0)
    expect(term(visit)).to_be_focused()


@ONE_EACH
def test_a_press_opens_it_and_one_elsewhere_closes_it(visit: Visit, where: str) -> None:
    word = term(visit)
    word.tap() if where == "phone" else word.click()
    expect(opened(visit)).to_be_visible()
    visit.page.mouse.move(2, 200)  # away: what was pressed stays
    visit.page.wait_for_timeout(500)
    expect(opened(visit)).to_be_visible()
    visit.page.mouse.click(2, 200)
    expect(opened(visit)).to_have_count(0)


@visited([(page, "desk") for page in pages() if page.name == PAGE])
def test_the_mouse_opens_it_and_leaves_it_closed(visit: Visit) -> None:
    term(visit).hover()
    expect(opened(visit)).to_be_visible()
    opened(visit).hover()
    visit.page.wait_for_timeout(500)
    expect(opened(visit)).to_be_visible()
    visit.page.mouse.move(2, 200)
    expect(opened(visit)).to_have_count(0)
    term(visit).hover()
    expect(opened(visit)).to_be_visible()
    visit.page.keyboard.press("Escape")
    expect(opened(visit)).to_have_count(0)
    visit.page.mouse.move(2, 200)


@ONE_EACH
def test_it_opens_without_scripts(plain: Visit) -> None:
    term(plain).click()
    expect(opened(plain)).to_be_visible()
    plain.page.keyboard.press("Escape")
    expect(opened(plain)).to_have_count(0)


@visited([(page, "desk") for page in pages() if page.name == PAGE])
def test_side_by_side_both_languages_define(visit: Visit) -> None:
    visit.side_by_side()
    for lang in LANGUAGES.values():
        word = visit.page.locator(f".pair > :lang({lang}) button.term").first
        word.scroll_into_view_if_needed()
        word.click()
        expect(opened(visit)).to_be_visible()
        shown = opened(visit).evaluate("each => each.closest('[lang]').lang")
        assert shown == lang
        visit.page.keyboard.press("Escape")


@ONE_EACH
def test_paper_shows_the_word_alone(visit: Visit) -> None:
    visit.show_as(medium="print")
    line = term(visit).evaluate("word => getComputedStyle(word).textDecorationLine")
    assert line == "none"


@pytest.mark.parametrize("page", [page for page in pages() if page.is_chapter], ids=str)
def test_each_definition_has_its_word(page: BookPage) -> None:
    html = soup(page.file)
    words = [word["popovertarget"] for word in html.select("button.term")]
    assert words == [each["id"] for each in html.select(".definition")]
    assert len(words) <= 35
    assert not html.select(":is(a, h1, h2, h3, h4, pre, code, .katex, .figure-caption) button.term")


@pytest.mark.parametrize(("lang", "name", "entry"), EACH_NAME)
def test_every_name_leads_to_the_entry(read: Read, lang: str, name: str, entry: str) -> None:
    _said, found = read(f"{lang}/search.html?q={name}", "desk").found()
    assert found[0].endswith(f"chapters/glossary.html#{entry}")
