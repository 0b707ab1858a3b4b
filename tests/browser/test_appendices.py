"""The pages that are made of the chapters: whoever follows a line of theirs gets to its place."""

import re

import pytest
from book_site import LANGUAGES, ROOT, SITE, BookPage, soup
from playwright.sync_api import expect
from reader import Read

from read.coverage import rows

FORMULAS, CONCORDANCE = "chapters/formulas.html", "chapters/concordance.html"
SMALL = 320  # pixels, of the narrowest phone

EACH_LANGUAGE = pytest.mark.parametrize("lang", LANGUAGES)


@EACH_LANGUAGE
@pytest.mark.parametrize(("kind", "says"), [("proof", 'prove("2.11"'), ("code", "def dl_dw")])
def test_a_formula_leads_to_its_cell(read: Read, lang: str, kind: str, says: str) -> None:
    visit = read(f"{lang}/{FORMULAS}#chapter-2", "desk")
    visit.page.locator(f"#chapter-2 a[href$='#{kind}-2-11']").click()
    visit.page.wait_for_url(f"**/chapters/02-neuron.html#{kind}-2-11")
    visit.settle()
    cell = visit.page.locator(f"[id='{kind}-2-11']")
    expect(cell).to_be_in_viewport()
    expect(cell).to_contain_text(says)


@EACH_LANGUAGE
def test_a_question_leads_to_its_answer(read: Read, lang: str) -> None:
    visit = read(f"{lang}/{CONCORDANCE}#all-questions", "phone")
    visit.page.locator("#all-questions dd a").first.click()
    visit.page.wait_for_url(re.compile(r"/chapters/\d\d-[\w-]+\.html#[\w-]+$"))
    visit.settle()
    target = visit.page.url.partition("#")[2]
    expect(visit.page.locator(f"[id='{target}'] > :is(h1, h2, h3)").first).to_be_in_viewport()


@EACH_LANGUAGE
@pytest.mark.parametrize("name", [FORMULAS, CONCORDANCE])
def test_fits_the_smallest_phone(read: Read, lang: str, name: str) -> None:
    visit = read(BookPage(lang, name), "phone")
    visit.page.set_viewport_size({"width": SMALL, "height": 600})
    assert not (wide := visit.probe("tooWide", SMALL)), "\n".join(wide)
    assert not (cut := visit.probe("cutOff", SMALL)), "\n".join(cut)


@EACH_LANGUAGE
def test_every_numbered_formula_is_listed(lang: str) -> None:
    numbered = {
        each["id"]
        for file in sorted((SITE / lang / "chapters").glob("[0-9]*.html"))
        for each in soup(file).select("div.math[id]")
    }
    heads = soup(BookPage(lang, FORMULAS).file).select(".formula > p:first-child > a:first-child")
    listed = [str(a["href"]).partition("#")[2] for a in heads]
    assert len(listed) == len(set(listed)) > 120
    assert set(listed) == numbered


@EACH_LANGUAGE
@pytest.mark.skipif(
    not all(row.treated for row in rows(ROOT).values()), reason="rows of coverage wait"
)
def test_every_section_of_a_source_has_its_place(lang: str) -> None:
    page = soup(BookPage(lang, CONCORDANCE).file)
    empty = [
        item.find_previous("dt").get_text() for item in page.select("dd") if not item.select("a")
    ]
    assert not empty
