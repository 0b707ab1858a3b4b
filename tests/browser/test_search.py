"""Search: each word where it stands, and nothing for a word that stands nowhere."""

import re

import pytest
from book_site import LANGUAGES, BookPage, chapters, soup, written
from playwright.sync_api import expect
from reader import WIDTHS, Read, in_language, wrong_words

WORDS = {
    "zh-Hant": ["反向傳播", "學習率", "矩陣乘法", "偏置", "bias", "感知器"],
    "en": ["bias", "perceptron", "learning rate", "Gradient"],
}
NONSENSE = {"zh-Hant": ["麒麟臂鍋", "zyxxyqwv"], "en": ["zyxxyqwv"]}
EACH_WORD = pytest.mark.parametrize(
    ("lang", "word"), [(lang, word) for lang, words in WORDS.items() for word in words]
)
EACH_NONSENSE = pytest.mark.parametrize(
    ("lang", "word"), [(lang, word) for lang, words in NONSENSE.items() for word in words]
)


@EACH_WORD
def test_finds_every_page_that_has_the_word(read: Read, lang: str, word: str) -> None:
    having = {
        str(page)
        for page in written()
        if page.lang == lang and word.lower() in soup(page.file).article.get_text().lower()
    }
    assert having, f"“{word}” stands on no page of the book: test another word"
    visit = read(f"{lang}/search.html?q={word}", "desk")
    said, addresses = visit.found()
    found = {address.removeprefix(visit.origin).split("#")[0] for address in addresses}
    assert having <= found, f"“{word}” stands on {having}; the search says “{said}”: {addresses}"


@EACH_NONSENSE
def test_says_when_there_is_nothing(read: Read, lang: str, word: str) -> None:
    visit = read(f"{lang}/search.html?q={word}", "desk")
    said, found = visit.found()
    assert not found, f"“{word}” stands nowhere; the search found {found}"
    assert in_language(said, lang), f"the search says “{said}”"
    wrong = list(wrong_words(visit, BookPage(lang, "search.html")))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("where", WIDTHS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_from_the_button_to_the_page(read: Read, lang: str, where: str) -> None:
    listed = (page for page in chapters() if page.lang == lang)
    chapter = next(page for page in listed if WORDS[lang][1] in page.file.read_text("utf8"))
    visit = read(chapter, where)
    visit.press(visit.search_button())
    box = visit.page.locator("input[type=search]:visible").first
    box.fill(WORDS[lang][1])
    box.press("Enter")
    visit.page.wait_for_url("**/search.html?q=*")
    said, found = visit.found()
    assert found, f"the search says “{said}”"
    assert in_language(said, lang), f"the search says “{said}”"
    wrong = list(wrong_words(visit, BookPage(lang, "search.html")))
    assert not wrong, "among the results:\n" + "\n".join(wrong)

    visit.page.locator(f"#search-results a[href*='{chapter.name}']").first.click()
    visit.page.wait_for_url(re.compile(re.escape(str(chapter))))
    visit.settle()
    expect(visit.page.locator("article")).to_contain_text(WORDS[lang][1])
    wrong = list(wrong_words(visit, chapter))
    assert not wrong, "on the page that was found:\n" + "\n".join(wrong)
