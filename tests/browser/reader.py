"""A reader's window on the book, and the words that the book should have for that reader."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from book_site import LANGUAGES, ROOT, SITE, BookPage, titles
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    expect,
)

PATIENCE = 60_000  # milliseconds; a machine may be busy
expect.set_options(timeout=PATIENCE)

WIDTHS = {"desk": (1280, 800), "phone": (390, 844)}
AXE = ROOT / "_ext" / "node_modules" / "axe-core" / "axe.min.js"


@dataclass
class Visit:
    """One window, with what its pages asked for and what went wrong behind them."""

    page: Page
    origin: str
    width: int
    requests: set[str] = field(default_factory=set, repr=False)
    waiting: set[Request] = field(default_factory=set, repr=False)
    faults: list[str] = field(default_factory=list, repr=False)
    shown_as: tuple[str, str] = ("", "")
    files_at_opening: set[Path] = field(default_factory=set, repr=False)

    def watch(self, context: BrowserContext) -> None:
        context.on("request", self.note_request)
        context.on("requestfinished", lambda request: self.waiting.discard(request))
        context.on("requestfailed", self.note_failed)
        context.on("response", self.note_response)
        context.on("console", self.note_message)
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))

    def note_request(self, request: Request) -> None:
        self.requests.add(request.url)
        self.waiting.add(request)
        if not request.url.startswith((self.origin, "data:", "blob:")):
            self.faults.append(f"a request leaves the site: {request.url}")

    def note_failed(self, request: Request) -> None:
        self.waiting.discard(request)
        if "ERR_ABORTED" not in (request.failure or ""):  # aborted: the reader went on
            self.faults.append(f"{request.failure}: {request.url}")

    def note_response(self, response: Response) -> None:
        if response.status >= 400:
            self.faults.append(f"status {response.status}: {response.url}")

    def note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text} ({message.location['url']})")

    def open(self, page: BookPage | str) -> None:
        self.page.goto(f"{self.origin}{page}", wait_until="load")
        self.settle()

    def open_anew(self, page: BookPage | str) -> None:
        """As a reader does who has never been here: what pages have kept is forgotten."""
        if self.page.url.startswith(self.origin):
            self.page.evaluate("localStorage.clear(), sessionStorage.clear()")
        self.page.goto("about:blank")
        self.show_as()
        for noted in (self.requests, self.waiting, self.faults):
            noted.clear()
        self.open(page)
        self.files_at_opening = self.files()
        self.probe("remember")

    def open_again_if_changed(self, page: BookPage | str) -> None:
        """Make the page what it was when it opened, whatever was done there."""
        self.show_as()
        if not self.probe("isAsRemembered"):
            self.open_anew(page)

    def wait_until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait for what no `expect` of Playwright can wait for."""
        deadline = time.monotonic() + PATIENCE / 1000
        while not holds():
            assert time.monotonic() < deadline, (
                f"in {PATIENCE / 1000:.0f} s it never was so: {what}"
            )
            self.page.wait_for_timeout(50)

    def settle(self) -> None:
        """Wait until all is there and nothing moves any more, with or without scripts."""
        seen = [""]

        def rests() -> bool:
            seen.append(self.probe("state"))
            return not self.waiting and "loading" not in seen[-1] and seen[-1] == seen[-2]

        self.wait_until(rests, "the page was complete and at rest")

    def probe(self, name: str, *arguments: object) -> Any:
        """Ask a function of probes.js."""
        return self.page.evaluate(
            "([name, arguments]) => probes[name](...arguments)", [name, list(arguments)]
        )

    def assert_fits(self) -> None:
        """Nothing scrolls sideways but in a box of its own, and nothing is cut off."""
        assert not (wide := self.probe("tooWide", self.width)), "\n".join(wide)
        assert not (cut := self.probe("cutOff", self.width)), "out of reach:\n" + "\n".join(cut)

    def show_as(self, mode: str = "light", medium: str = "screen") -> None:
        if self.shown_as != (mode, medium):
            self.page.emulate_media(color_scheme=mode, media=medium)
            self.shown_as = mode, medium

    def prefer(self, mode: str) -> None:
        """Set the reader's system to light or dark mode."""
        self.show_as(mode=mode)
        self.page.evaluate("new Promise(requestAnimationFrame)")  # the page hears of it in a frame
        self.settle()

    def is_dark(self) -> bool:
        """Whether the page is dark; one that is neither dark nor light is a fault of its own."""
        brightness = self.probe("brightness")
        assert brightness < 0.1 or brightness > 0.8, f"a page of brightness {brightness:.2f}"
        return brightness < 0.1

    def files(self) -> set[Path]:
        """The files of the site that the browser has asked for so far."""
        return {
            SITE / unquote(urlsplit(url.removeprefix(self.origin)).path)
            for url in self.requests
            if url.startswith(self.origin)
        }

    def press(self, target: Locator) -> None:
        """Press what is on the screen. Playwright's `click` may scroll the page first."""
        expect(target).to_be_in_viewport()
        box = target.bounding_box()
        assert box
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def side_by_side(self, on: bool = True) -> None:
        button = self.page.get_by_role("button", name=re.compile("對照|Side by side"))
        self.press(button)
        expect(button).to_have_attribute("aria-pressed", "true" if on else "false")
        self.settle()

    def found(self) -> tuple[str, list[str]]:
        """On the page of search: what it says when it has finished, and the addresses found."""
        said = self.page.locator("#search-results .search-summary")
        expect(said).to_have_text(re.compile(r"\S"))
        links = self.page.locator("#search-results li > a:first-child")
        return said.inner_text(), links.evaluate_all("links => links.map((link) => link.href)")

    def search_button(self) -> Locator:
        buttons = self.page.get_by_role("button", name=re.compile("搜尋|Search"))
        return buttons.locator("visible=true").first

    def axe(self, **options: Any) -> list[str]:
        """What axe-core finds: any violation in the article, the grave ones around it."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text("utf8"))
        return [
            f"{found['rule']} ({found['impact']}): {found['element']}\n    {found['summary']}"
            for found in self.probe("axe", options)
            if found["inArticle"] or found["impact"] in ("serious", "critical")
        ]


def visited(cases: list[tuple[BookPage | str, str]]) -> pytest.MarkDecorator:
    """For a test that asks something of a page, visited at a width, as `visit` or `plain`."""
    ids = [f"{page}-{where}" for page, where in cases]
    return pytest.mark.parametrize("case", cases, ids=ids, indirect=True)


Visiting = Callable[..., AbstractContextManager[Visit]]  # the fixtures of conftest.py
Read = Callable[..., Visit]


# Names, keys and kinds of files, which are the same in Chinese.
INTERNATIONAL = {"pdf", "zip", "ipynb", "pytorch", "numpy", "python", "jupyter", "colab", "binder"}
INTERNATIONAL |= {"github", "nnlib", "ctrl", "shift", "enter", "esc", "cc", "bsd"}
SWITCH = {"zh-Hant": {"English"}, "en": {"中文"}}  # the words in the other book's language
HAN = re.compile(r"[\u3400-\u9fff]")
SIMPLIFIED = re.compile(
    f"[{(ROOT / '_ext/check/simplified.txt').read_text('utf8').splitlines()[-1]}]"
)


def in_language(text: str, lang: str) -> bool:
    """Whether a sentence is in the language of a book."""
    return bool(HAN.search(text)) == (lang == "zh-Hant")


def in_foreign_words(text: str, lang: str) -> bool:
    """Whether something of a few words has one that the readers of a book do not use."""
    if lang == "en":
        return bool(HAN.search(text))
    text = re.sub(r"\b[0-9a-f]{7}\b", "", text)  # a commit
    return any(word.lower() not in INTERNATIONAL for word in re.findall("[A-Za-z]{2,}", text))


def wrong_words(visit: Visit, page: BookPage) -> Iterator[str]:
    """The strings of the theme, on the page as it is now, that are not in the page's language."""
    own, content = LANGUAGES[page.lang], titles(page.lang)
    for string in visit.probe("themeStrings", page.is_written):
        text, lang = string["text"], string["lang"]
        if lang != own:
            wrong = text not in SWITCH[page.lang]
        elif string["place"] == "page title":
            wrong = not in_language(text, page.lang)
        else:
            title = re.sub(r"^[\d.]+ ", "", text)
            wrong = not {text, title} & content and in_foreign_words(text, page.lang)
        if wrong:
            yield f"“{text}” ({string['place']}, lang {lang}) in {string['element']}"
    for character in sorted(set(SIMPLIFIED.findall(visit.probe("allWords")))):
        yield f"the Simplified character {character}"
