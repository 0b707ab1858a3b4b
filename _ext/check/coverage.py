"""Coverage: what the book must contain, and no row that is treated loses its last cell.

So for the mistakes of its sources, on the page of errata.
"""

from collections.abc import Iterable, Iterator

from read.book import Book, Notebook
from read.coverage import FILE, Row, rows
from read.notebooks import LANGUAGES

ERRATA = "chapters/errata.tsv"
PAGE_OF_ERRATA = "chapters/errata.ipynb"


def rows_stay_treated(book: Book) -> Iterator[str]:
    """A row that the list calls treated has a cell in each language, and only such rows have any.

    What code does is there for both languages.
    """
    return treated(book.notebooks, rows(book.root), FILE, "covers")


def errata_stay_treated(book: Book) -> Iterator[str]:
    """So for the mistakes of the sources, in the prose of their page: code does not tell them."""
    prose = [
        Notebook(notebook.name, [cell for cell in notebook.cells if cell.lang in LANGUAGES])
        for notebook in book.notebooks
        if notebook.name == PAGE_OF_ERRATA
    ]
    return treated(prose, rows(book.root, ERRATA), ERRATA, "errata")


def treated(
    notebooks: Iterable[Notebook], listed: dict[str, Row], file: str, key: str
) -> Iterator[str]:
    """What the metadata of cells names under `key`, held against a list."""
    places: dict[str, dict[str, str]] = {lang: {} for lang in LANGUAGES}  # language -> row -> cell
    for notebook in notebooks:
        for cell in notebook.cells:
            for row in cell.metadata.get(key, []):
                place = f"{notebook.name}, cell {cell.number}"
                for lang in [cell.lang] if cell.lang in LANGUAGES else LANGUAGES:
                    places[lang].setdefault(row, place)
    for row, place in sorted({**places["en"], **places["zh-Hant"]}.items()):
        if row not in listed:
            yield f'{place}: "{key}" names {row}, which {file} lacks. Correct the ID.'
    for row in listed.values():
        missing = [lang for lang in LANGUAGES if row.id not in places[lang]]
        if row.treated and missing:
            where = " and ".join(missing)
            yield (
                f"{file}: {row.id} ({row.title}) has lost its last cell in {where}. "
                f'Treat it again, and write "{key}": ["{row.id}"] in the metadata.'
            )
        elif not row.treated and not missing:
            yield f"{file}: {row.id} has cells in both languages. Write yes in its last column."
