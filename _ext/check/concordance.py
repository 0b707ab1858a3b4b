"""Concordance: every section of every source is treated, and every question has its words."""

from collections.abc import Iterator

from read.book import Book
from read.coverage import ASKED, FILE, rows
from read.notebooks import LANGUAGES
from read.sources import FILE as SECTIONS
from read.sources import find, named, parts


def sources_are_listed(book: Book) -> Iterator[str]:
    """What a row names is a section of the list, and each section has a row."""
    listed = parts(book.root)
    if not listed:
        return
    sources = {part.source for part in listed}
    met = set()
    for row in rows(book.root).values():
        for source, words in named(row, sources):
            part = find(listed, source, words) if words else None
            met.add(part)
            if source not in sources or (words and part is None):
                yield (
                    f'{FILE}: {row.id} names "{source} {words}", which {SECTIONS} lacks. '
                    "Mend the place, or add the section."
                )
        if row.kind in ASKED and len(row.title.split(" / ")) != len(LANGUAGES):
            yield (
                f"{FILE}: {row.id} is a question without words in both languages. "
                "Write it as 中文 / English."
            )
    for part in listed:
        if part not in met:
            yield (
                f"{SECTIONS}: no row of {FILE} names {part.source} {part.named}. "
                "Add what that section says as a row, or take the line out."
            )
