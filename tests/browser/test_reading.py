"""What a reader does with two languages: choose one, change it, lay both side by side."""

import re
from itertools import product, zip_longest
from typing import Any

import pytest
from book_site import ALL, LANGUAGES, BookPage, chapters, written
from playwright.sync_api import expect
from reader import WIDTHS, Read, Visit, in_language, visited, wrong_words

Block = dict[str, Any]

ON_EVERY_WIDTH = pytest.mark.parametrize("where", WIDTHS)
IN_EVERY_CHAPTER = visited(
    [(page, where) for page, where in product(chapters(), WIDTHS) if ALL or where == page.width]
)


# Changing language


def change_language(visit: Visit, to: BookPage) -> None:
    visit.press(visit.page.locator("a[hreflang]:visible").first)
    visit.page.wait_for_url(re.compile(re.escape(f"/{to}") + "(#.*)?$"), wait_until="load")
    visit.settle()


@IN_EVERY_CHAPTER
def test_switch_keeps_the_section(visit: Visit, page: BookPage) -> None:
    sections = visit.probe("longSections")
    section = sections[len(sections) // 2]
    # From the heading in one book, from the midst of the section in the other.
    visit.probe("readSection", section, 0 if page.lang == "en" else 0.5)
    visit.settle()
    assert visit.probe("sectionInView") == section
    for destination in (page.twin, page):
        change_language(visit, destination)
        arrived = visit.probe("sectionInView")
        assert arrived == section, f"from #{section} the switch led to #{arrived} of {destination}"
        covered = visit.probe("headingIsCovered", section)
        assert not covered, f"something lies over the heading of #{section} in {destination}"


@visited([(page, "phone") for page in written() if ALL or page.width == "phone"])
def test_switch_at_the_top_leads_to_the_top(visit: Visit, page: BookPage) -> None:
    change_language(visit, page.twin)
    assert visit.probe("scrollPosition") < 10


# Side by side


def texts(blocks: list[Block]) -> list[tuple[str, str, str]]:
    return [(block["section"], block["tag"], block["text"]) for block in blocks]


def assert_pairs(combined: list[Block], own: list[Block], other: list[Block], where: str) -> None:
    """Every block of both pages is there once, and each beside (or, on the phone, above) its pair.

    What a page marks as being in some language, such as the list of references, stays as it is.
    """
    shared = {block["text"] for block in own + other if block["shared"]}
    combined = [block for block in combined if block["text"] not in shared]
    columns = []
    for blocks in (own, other):
        lang = blocks[0]["lang"]
        expected = [block for block in blocks if not block["shared"]]
        shown = [block for block in combined if block["lang"] == lang]
        for there, here in zip_longest(texts(expected), texts(shown)):
            assert there == here, f"the book in {lang} has {there}, and side by side {here}"
        columns.append(shown)
    assert len(columns[0]) + len(columns[1]) == len(combined), "blocks in no language"

    for left, right in zip(*columns, strict=True):
        names = f"“{left['text'][:40]}” and “{right['text'][:40]}” in #{left['section']}"
        alike = left["section"] == right["section"] and left["tag"] == right["tag"]
        assert alike, f"{names} are paired but differ in kind or place"
        one, two = left["box"], right["box"]
        if where == "desk":
            assert abs(one["top"] - two["top"]) < 40, f"{names} do not begin at the same height"
            assert one["right"] <= two["left"] or two["right"] <= one["left"], f"{names} overlap"
        else:
            assert 0 <= two["top"] - one["bottom"] + 1 < 60, f"{names} do not follow each other"


@IN_EVERY_CHAPTER
def test_side_by_side(visit: Visit, page: BookPage, where: str, read: Read) -> None:
    other = read(page.twin, where).probe("blocks")
    own = visit.probe("blocks")

    for _ in range(2):  # it works again after it was switched off
        visit.side_by_side()
        assert_pairs(visit.probe("blocks"), own, other, where)
        visit.side_by_side(on=False)
        assert texts(visit.probe("blocks")) == texts(own), "switching off leaves something behind"

    visit.side_by_side()
    visit.assert_fits()
    assert not (repeated := visit.probe("repeatedIds")), f"ids in both languages: {repeated}"


# Copying code


@visited([(page, "desk") for page in chapters()])
def test_code_is_copied(visit: Visit, page: BookPage) -> None:
    code = visit.page.locator("article .cell_input pre:visible").first
    code.hover()
    visit.page.evaluate("navigator.clipboard.writeText('')")
    visit.page.get_by_role("button", name=re.compile("複製|Copy")).first.click()
    visit.wait_until(
        lambda: visit.page.evaluate("navigator.clipboard.readText()") != "",
        "something was copied",
    )
    copied = visit.page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == code.inner_text().strip()
    assert not (wrong := list(wrong_words(visit, page))), "\n".join(wrong)


# Choosing


@pytest.mark.parametrize(
    ("locale", "lang"),
    [("zh-TW", "zh-Hant"), ("zh-HK", "zh-Hant"), ("zh", "zh-Hant"), ("en-US", "en"), ("fr", "en")],
)
def test_the_door_knows_the_language(read: Read, locale: str, lang: str) -> None:
    visit = read("index.html", "phone", locale=locale)
    visit.page.wait_for_url(f"**/{lang}/index.html")
    expect(visit.page.locator("html")).to_have_attribute("lang", LANGUAGES[lang])


def test_the_door_remembers_a_choice(read: Read) -> None:
    visit = read("zh-Hant/index.html", "desk", locale="zh-TW")
    change_language(visit, BookPage("en", "index.html"))
    visit.open("index.html")
    visit.page.wait_for_url("**/en/index.html")


def test_the_door_lets_the_reader_back_out(read: Read) -> None:
    visit = read("en/index.html", "desk", locale="zh-TW")
    visit.open("index.html")
    visit.page.wait_for_url("**/zh-Hant/index.html")
    visit.page.go_back()
    visit.page.wait_for_url("**/en/index.html")


@ON_EVERY_WIDTH
def test_the_door_shows_both_languages_without_scripts(read: Read, where: str) -> None:
    visit = read("index.html", where, java_script_enabled=False)
    for lang in LANGUAGES:
        link = visit.page.locator(f"main a[href^='{lang}/']")
        expect(link).to_be_in_viewport()
        assert in_language(link.inner_text(), lang)
    visit.assert_fits()
    visit.page.locator("main a[href^='en/']").click()
    visit.page.wait_for_url("**/en/index.html")
