"""The landing page lists the whole book and finds in it; the preface has a map of it."""

import re

import pytest
from book_site import LANGUAGES, SITE, BookPage, soup
from bs4 import BeautifulSoup
from playwright.sync_api import expect
from reader import WIDTHS, Read, in_language

WORDS = {"zh-Hant": "反向傳播", "en": "backpropagation"}
IN_BOTH = pytest.mark.parametrize("lang", LANGUAGES)
AT_BOTH_WIDTHS = pytest.mark.parametrize("where", WIDTHS)


def landing(lang: str) -> BeautifulSoup:
    return soup(SITE / lang / "index.html")


def unlisted(page: BeautifulSoup) -> set[str]:
    """The pages of the book that the contents lack, or have and should not."""
    beside = page.select(".bd-docs-nav .bd-toc-item a.reference.internal")
    book = {link["href"].split("#")[0] for link in beside} - {"", "index.html"}
    return book ^ {link["href"] for link in page.select("nav.whole a")}


@IN_BOTH
def test_contents_are_whole(lang: str) -> None:
    assert not unlisted(landing(lang))
    broken = BeautifulSoup(str(landing(lang)), "html.parser")
    broken.select("nav.whole a")[1].decompose()
    assert len(unlisted(broken)) == 1


@IN_BOTH
def test_chapters_have_the_minutes_that_their_pages_say(lang: str) -> None:
    told = 0
    for line in landing(lang).select("nav.whole li"):
        page = soup(SITE / lang / line.a["href"])
        said, here = page.select_one("p.pace"), line.select_one(".minutes")
        assert bool(said) == bool(here), line.text
        if said and here:
            told += 1
            assert re.findall(r"\d+", said.text) == re.findall(r"\d+", here.text), line.text
    assert told > 10


@AT_BOTH_WIDTHS
@IN_BOTH
def test_search_from_the_landing_page(read: Read, lang: str, where: str) -> None:
    visit = read(BookPage(lang, "index.html"), where)
    box = visit.page.locator(".find input")
    expect(box).to_have_attribute("aria-label", re.compile(r"\S"))
    assert in_language(box.get_attribute("aria-label") or "", lang)
    box.fill(WORDS[lang])
    visit.page.locator(".find button").click()
    visit.page.wait_for_url("**/search.html?q=*")
    said, found = visit.found()
    assert found, f"the search says “{said}”"
    assert any("07-backpropagation" in address for address in found)


@IN_BOTH
def test_the_landing_page_has_a_field_only_where_it_works(read: Read, lang: str) -> None:
    visit = read(BookPage(lang, "index.html"), "phone", java_script_enabled=False)
    expect(visit.page.locator(".find")).to_be_hidden()
    expect(visit.page.locator("nav.whole")).to_be_visible()


@IN_BOTH
def test_the_start_leads_to_the_preface(read: Read, lang: str) -> None:
    visit = read(BookPage(lang, "index.html"), "phone")
    visit.page.locator("article ul + p > a").first.click()
    visit.page.wait_for_url(f"**/{lang}/chapters/preface.html")
    expect(visit.page.locator("p.pace")).to_have_count(1)


# The preface


def arrows(page: BeautifulSoup) -> tuple[int, int, int]:
    """How many are drawn, are said to be there, and stand in the table."""
    svg = page.select_one("svg.book-map")
    assert svg
    said = re.findall(r"(\d+) (?:支箭頭|arrows)", svg["aria-label"])
    table = page.select_one("figure.map + details")
    assert table
    return len(svg.select("path.head")), int(said[0]), len(table.select("td a"))


@IN_BOTH
def test_the_map_its_description_and_its_table_agree(lang: str) -> None:
    page = soup(SITE / lang / "chapters/preface.html")
    drawn, said, listed = arrows(page)
    assert drawn == said == listed > 20
    broken = BeautifulSoup(str(page), "html.parser")
    broken.select("figure.map + details td a")[0].decompose()
    assert arrows(broken) == (drawn, said, listed - 1)


@IN_BOTH
def test_the_routes_have_minutes(lang: str) -> None:
    page = soup(SITE / lang / "chapters/preface.html")
    words = {"zh-Hant": r"讀完這條路線，大約 \d+ ", "en": r"To read this route takes about \d+ "}
    article = page.article.get_text()
    assert len(re.findall(words[lang], article)) == 3
    each = {"zh-Hant": r"（\d+ 分鐘）", "en": r"\(\d+ min\)"}
    assert len(re.findall(each[lang], article)) > 40


@IN_BOTH
def test_the_preface_shows_what_the_check_says_in_its_language(lang: str) -> None:
    said = soup(SITE / lang / "chapters/preface.html").select_one(".check")
    assert said
    assert in_language(said.text, lang)
    assert not said.select("details")
