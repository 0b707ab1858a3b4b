"""The built site as files: which pages it has, and what is in them before any script has run.

`BOOK_SITE` names another site than the one that `make book` built here.
"""

import gzip
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[2]
SITE = Path(os.environ.get("BOOK_SITE", ROOT / "_build" / "site"))
LANGUAGES = {"zh-Hant": "zh-Hant-TW", "en": "en"}  # folder of the book -> its `lang`
MADE_BY_THEME = ("search.html", "genindex.html")
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
        return self.name.startswith("chapters/") and self.file.name[:2].isdigit()


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
            for heading in soup(page.file).select(", ".join(f"article h{n}" for n in range(1, 7))):
                for extra in heading.select(".section-number, .headerlink, .katex"):
                    extra.extract()
                found |= {" ".join(text.split()) for text in heading.stripped_strings}
                found.add(" ".join(heading.get_text().split()))
            found |= {name.get_text() for name in soup(page.file).select("dt.sig strong")}
    return frozenset(found)


@cache
def transferred(file: Path) -> int:
    """The bytes that a server which compresses text sends for a file."""
    content = file.read_bytes()
    return len(gzip.compress(content)) if file.suffix in COMPRESSIBLE else len(content)
