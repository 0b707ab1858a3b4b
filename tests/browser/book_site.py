"""The built site as files: which pages it has, and what is in them before any script has run.

`BOOK_SITE` names another site than the one that `make book` built here. The usual run asks what
takes long of one page of each kind; with `TEST_ALL` it is asked of every page.
"""

import gzip
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[2]
SITE = Path(os.environ.get("BOOK_SITE", ROOT / "_build" / "site"))
ALL = bool(os.environ.get("TEST_ALL"))
LANGUAGES = {"zh-Hant": "zh-Hant-TW", "en": "en"}  # folder of the book -> its `lang`
MADE_BY_THEME = ("search.html", "genindex.html")
HEADINGS = re.compile(r'<(h[1-6])\b.*?</\1>|<dt class="sig.*?</dt>', re.DOTALL)
COMPRESSIBLE = (".html", ".css", ".js", ".json", ".svg", ".ipynb", ".txt")


@dataclass(frozen=True)
class BookPage:
    """One page of one of the two books."""

    lang: str
    name: str  # within the book: "chapters/02-neuron.html"

    def __str__(self) -> str:
        return f"{self.lang}/{self.name}"

    @property
    def file(self) -> Path:
        return SITE / self.lang / self.name

    @property
    def twin(self) -> "BookPage":
        """The same page in the other language."""
        other = next(lang for lang in LANGUAGES if lang != self.lang)
        return BookPage(other, self.name)

    @property
    def is_written(self) -> bool:
        """Made from something that somebody wrote, in both languages."""
        return self.name not in MADE_BY_THEME

    @property
    def is_chapter(self) -> bool:
        return self.kind == "chapters"

    @property
    def kind(self) -> str:
        """What is made alike: chapters, exercises, solutions; other pages are each their own."""
        return self.file.parent.name if self.file.name[:2].isdigit() else self.name

    @property
    def width(self) -> str:
        """Where the page is read if once is enough: the two books have the same structure."""
        return "phone" if self.lang == "zh-Hant" else "desk"


@cache
def pages() -> tuple[BookPage, ...]:
    if not (SITE / "index.html").is_file():
        pytest.fail(f"There is no book in {SITE}: run make book.", pytrace=False)
    return tuple(
        BookPage(lang, file.relative_to(SITE / lang).as_posix())
        for lang in LANGUAGES
        for file in sorted((SITE / lang).rglob("*.html"))
        if not any(part.startswith("_") for part in file.relative_to(SITE).parts)
    )


def written() -> list[BookPage]:
    return [page for page in pages() if page.is_written]


def chapters() -> list[BookPage]:
    return [page for page in pages() if page.is_chapter]


@cache
def example(kind: str) -> str:
    """The name of the largest page of a kind: it has the most of what can be wrong."""
    alike = [page for page in pages() if page.kind == kind and page.lang == "en"]
    return max(alike, key=lambda page: page.file.stat().st_size).name


def asked(among: Iterable[BookPage]) -> list[BookPage]:
    """The pages of which this run asks what takes long."""
    return [page for page in among if ALL or page.name == example(page.kind)]


@cache
def soup(file: Path) -> BeautifulSoup:
    return BeautifulSoup(file.read_text("utf8"), "html.parser")


@cache
def anchors(file: Path) -> frozenset[str]:
    return frozenset(element["id"] for element in soup(file).find_all(id=True))


@cache
def titles(lang: str) -> frozenset[str]:
    """The headings of a book, whole and in the pieces that formulas leave of them; and the names
    that it describes, which stand in tables of contents, too.
    """
    found = set()
    for page in written():
        if page.lang == lang:
            # Whole pages take seconds to parse, and every process needs them all.
            _, article = page.file.read_text("utf8").split("<article", 1)
            parts = (part[0] for part in HEADINGS.finditer(article.rpartition("</article>")[0]))
            headings = BeautifulSoup("".join(parts), "html.parser")
            found |= {name.extract().get_text() for name in headings.select("dt strong")}
            for extra in headings.select("dt, .section-number, .headerlink, .katex"):
                extra.extract()
            for heading in headings.find_all(re.compile("h[1-6]")):
                found |= {" ".join(text.split()) for text in heading.stripped_strings}
                found.add(" ".join(heading.get_text().split()))
    return frozenset(found)


@cache
def transferred(file: Path) -> int:
    """The bytes that a server which compresses text sends for a file."""
    content = file.read_bytes()
    return len(gzip.compress(content)) if file.suffix in COMPRESSIBLE else len(content)
