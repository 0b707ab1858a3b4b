"""Coverage: what the book must contain, and no row that is treated loses its last cell."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from read.book import Book
from read.notebooks import LANGUAGES

FILE = "chapters/coverage.tsv"


@dataclass(frozen=True)
class Row:
    id: str  # "C29"
    title: str
    sources: str
    kind: str
    treated: bool


def rows(root: Path) -> dict[str, Row]:
    """The rows of the list by ID; none for a book without one."""
    file = root / FILE
    lines = file.read_text("utf8").splitlines() if file.exists() else []
    table = [line.split("\t") for line in lines if not line.startswith("#")][1:]
    return {
        name: Row(name, title, sources, kind, treated == "yes")
        for name, title, sources, kind, treated in table
    }


def rows_stay_treated(book: Book) -> Iterator[str]:
    """A row that the list calls treated has a cell in each language, and only such rows have any.

    What code does is there for both languages.
    """
    listed = rows(book.root)
    places: dict[str, dict[str, str]] = {lang: {} for lang in LANGUAGES}  # language -> row -> cell
    for notebook in book.notebooks:
        for cell in notebook.cells:
            for row in cell.metadata.get("covers", []):
                place = f"{notebook.name}, cell {cell.number}"
                for lang in [cell.lang] if cell.lang in LANGUAGES else LANGUAGES:
                    places[lang].setdefault(row, place)
    for row, place in sorted({**places["en"], **places["zh-Hant"]}.items()):
        if row not in listed:
            yield f'{place}: "covers" names {row}, which {FILE} lacks. Correct the ID.'
    for row in listed.values():
        missing = [lang for lang in LANGUAGES if row.id not in places[lang]]
        if row.treated and missing:
            where = " and ".join(missing)
            yield (
                f"{FILE}: {row.id} ({row.title}) has lost its last cell in {where}. "
                f'Treat it again, and write "covers": ["{row.id}"] in the metadata.'
            )
        elif not row.treated and not missing:
            yield f"{FILE}: {row.id} has cells in both languages. Write yes in its last column."
