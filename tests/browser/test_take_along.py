"""What a reader takes along: the book as a folder that a browser opens, and on paper."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from book_site import LANGUAGES, SITE, asked, chapters, soup, written
from playwright.sync_api import Browser, expect
from pypdf import PdfReader
from reader import Visit

from pages import folding
from publish import offline, pdf

WORDS = {"zh-Hant": "矩陣乘法", "en": "threshold"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("zip") / offline.FILE
    offline.write(SITE, file)
    with zipfile.ZipFile(file) as archive:
        archive.extractall(file.parent)
        names = [Path(name) for name in archive.namelist()]
    assert {name.parts[0] for name in names} == {offline.FOLDER}
    return file.parent / offline.FOLDER


@pytest.fixture
def visit(folder: Path, browser: Browser) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    visit = Visit(context.new_page(), f"{folder.as_uri()}/", 1280)
    context.add_init_script(path=Path(__file__).with_name("probes.js"))
    visit.watch(context)
    yield visit
    context.close()
    assert not visit.faults, "\n".join(visit.faults)


def test_every_page_opens_in_the_folder(visit: Visit) -> None:
    for page in asked(written()):
        visit.open(page)
        assert not visit.probe("fonts", "error"), page
        if page.is_chapter:
            assert "KaTeX_Main" in visit.probe("fonts", "loaded"), page
        expect(visit.page.locator(".downloads")).to_have_count(0)


def test_the_same_site_makes_the_same_file(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        offline.write(SITE, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_search_finds_in_the_folder(visit: Visit, lang: str) -> None:
    visit.open(next(page for page in chapters() if page.lang == lang))
    visit.press(visit.search_button())
    box = visit.page.locator("input[type=search]:visible").first
    box.fill(WORDS[lang])
    box.press("Enter")
    visit.page.wait_for_url("**/search.html?q=*")
    _, found = visit.found()
    assert found
    assert all(address.startswith(visit.origin) for address in found)
    visit.page.locator("#search-results a").first.click()
    expect(visit.page.locator("article")).to_contain_text(WORDS[lang], ignore_case=True)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_field_of_the_first_page_finds_in_the_folder(visit: Visit, lang: str) -> None:
    visit.open(f"{lang}/index.html")
    visit.page.locator(".find input").fill(WORDS[lang])
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/search.html?q=*")
    _, found = visit.found()
    assert found
    assert all(address.startswith(visit.origin) for address in found)


def test_the_chooser_leads_into_a_book(visit: Visit) -> None:
    visit.page.goto(f"{visit.origin}index.html")
    visit.page.wait_for_url(re.compile("/(zh-Hant|en)/index.html"))


# On paper


@pytest.fixture(scope="module", params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def paper(lang: str, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    """The title, the contents and all up to the chapter on the neuron."""
    file = tmp_path_factory.mktemp("pdf") / pdf.file_name(lang)
    listed = soup(SITE / lang / "index.html").select(".bd-docs-nav .bd-toc-item a.internal")
    names = list(dict.fromkeys(link["href"] for link in listed))
    most = names.index("chapters/02-neuron.html") + 2  # and the landing page
    with pdf.served(SITE) as origin:
        pdf.print_book(browser, origin, lang, file, "https://book.example/", most=most)
    return PdfReader(file)


def test_it_is_a_book_on_a4(paper: PdfReader, lang: str) -> None:
    assert len(paper.pages) > 5
    for number, page in enumerate(paper.pages, 1):
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
        assert re.search(rf"(?m)^{number}\s*\Z", page.extract_text()), (
            f"page {number} has no number"
        )
    assert str(paper.root_object["/Lang"]).startswith(lang[:2])


def titles(marks: list) -> Iterator[str]:
    for mark in marks:
        if isinstance(mark, list):
            yield from titles(mark)
        else:
            yield str(mark.title)


def test_bookmarks_are_the_headings(paper: PdfReader, lang: str) -> None:
    found = list(titles(paper.outline))
    assert {"zh-Hant": "前言", "en": "Preface"}[lang] in found
    assert {"zh-Hant": "2 神經元", "en": "2 The neuron"}[lang] in found
    assert any(title.startswith("2.10 ") for title in found)
    numbers = [title.split()[0] for title in found if title[0].isdigit()]
    assert len(set(numbers)) == len(numbers), found


def test_words_can_be_found_and_equations_have_their_numbers(paper: PdfReader, lang: str) -> None:
    text = "\n".join(page.extract_text() for page in paper.pages)
    for word in {"zh-Hant": ("偏置", "大小", "自己"), "en": ("threshold", "first")}[lang]:
        assert word in text
    assert not (found := pdf.STAND_IN.findall(text)), f"named after what they look like: {found}"
    for number in ("(2.1)", "(2.4)", "(2.8)"):
        assert number in text
    controls = {"zh-Hant": "全部數值", "en": "The numbers"}[lang]
    for on_screen_alone in (controls, folding.DRAWING[lang], "plt.subplots"):
        assert on_screen_alone not in text


def test_links_lead_into_the_book_or_to_the_site(paper: PdfReader, lang: str) -> None:
    uris, inside = [], 0
    for page in paper.pages:
        for note in page.get("/Annots", ()):
            link = note.get_object()
            if "/A" in link and "/URI" in link["/A"]:
                uris.append(str(link["/A"]["/URI"]))
            else:
                inside += 1
    assert inside > 5
    assert not [uri for uri in uris if "127.0.0.1" in uri or uri.startswith("file:")]
    assert any(uri.startswith(f"https://book.example/{lang}/") for uri in uris)
