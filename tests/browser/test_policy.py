"""The site withstands the open web: a strict policy that every page satisfies, and nothing kept."""

import re
from pathlib import Path

import pytest
from book_site import LANGUAGES, SITE, BookPage, chapters, pages, soup
from playwright.sync_api import expect
from reader import Read

HTML = [*(page.file for page in pages()), SITE / "index.html", SITE / "404.html"]
PROGRAMS = ("", "text/javascript", "application/javascript", "module")  # other types are data
RUN_INLINE = """() => {
  const script = document.createElement("script");
  script.textContent = "globalThis.ran = true";
  document.body.append(script);
}"""


def name(file: Path) -> str:
    return file.relative_to(SITE).as_posix()


@pytest.mark.parametrize("file", HTML, ids=name)
def test_a_strict_policy_comes_first(file: Path) -> None:
    page = soup(file)
    (policy,) = page.select("meta[http-equiv=Content-Security-Policy]")
    rules = dict(rule.strip().split(" ", 1) for rule in policy["content"].split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src-elem"] == rules["connect-src"] == "'self'"
    assert rules["base-uri"] == "'none'"
    later = page.find_all(["script", "link", "style"])
    assert all(each.sourceline > policy.sourceline for each in later)


@pytest.mark.parametrize("file", HTML, ids=name)
def test_nothing_on_a_page_runs_but_files(file: Path) -> None:
    page = soup(file)
    inline = [
        str(each)[:80]
        for each in page.find_all("script", src=False)
        if each.get("type", "") in PROGRAMS
    ]
    assert not inline
    assert not page.find_all("style"), "a style element"
    handlers = [
        f"{element.name} {attribute}"
        for element in page.find_all(True)
        for attribute, value in element.attrs.items()
        if attribute.startswith("on") or re.match(r"\s*javascript:", str(value))
    ]
    assert not handlers


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_script_in_a_page_does_not_run(read: Read, lang: str) -> None:
    page = next(page for page in chapters() if page.lang == lang)
    visit = read(page, "desk")
    visit.page.evaluate(RUN_INLINE)
    assert not visit.page.evaluate("'ran' in globalThis")
    refused = [fault for fault in visit.faults if "Content Security Policy" in fault]
    assert refused, "the tests would not see what the policy refuses"
    visit.faults.clear()


@pytest.mark.parametrize("page", ["index.html?choose", "404.html"])
def test_pages_around_the_books(read: Read, page: str) -> None:
    if '"/' in (SITE / page.split("?")[0]).read_text("utf8"):
        pytest.skip("this site is for another folder of its host")
    visit = read(page, "phone")
    visit.assert_fits()
    languages = visit.page.locator("h1").evaluate_all(
        "all => all.map((each) => each.closest('[lang]').lang)"
    )
    assert languages == ["zh-Hant-TW", "en"]


def test_no_cookies(read: Read) -> None:
    visit = read("index.html", "desk")
    visit.page.wait_for_url("**/index.html")
    visit.open(next(page for page in chapters() if page.lang == "en"))
    assert visit.page.context.cookies() == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_notebook_of_the_page_is_at_hand(read: Read, lang: str) -> None:
    page = next(page for page in chapters() if page.lang == lang)
    visit = read(page, "phone")
    menu = visit.page.locator("details.launch")
    if menu.count():
        visit.press(menu.locator("summary"))
        visit.assert_fits()
        for place in ("colab.research.google.com", "mybinder.org", "github.com"):
            link = menu.locator(f"a[href^='https://{place}/']")
            expect(link).to_be_in_viewport(ratio=1)
        edition = f"{lang}/{page.name.removesuffix('.html')}.ipynb"
        colab = menu.locator("a[href*=colab]").get_attribute("href") or ""
        assert colab.endswith(edition)
        assert not visit.axe()
        visit.page.keyboard.press("Escape")
        expect(menu.locator("ul")).to_be_hidden()
        visit.press(menu.locator("summary"))
    with visit.page.expect_download() as download:
        visit.press(visit.page.locator("a[download]:visible").first)
    content = Path(download.value.path()).read_text("utf8")
    assert content == notebook_of(page).read_text("utf8")


def notebook_of(page: BookPage) -> Path:
    return SITE / "notebooks" / page.lang / page.name.replace(".html", ".ipynb")
