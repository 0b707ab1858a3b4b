"""What the book must contain, the rows of `chapters/coverage.tsv`, and the cells that treat it."""

from dataclasses import dataclass
from pathlib import Path

from read.book import Book, Notebook
from read.notebooks import LANGUAGES, Cell

FILE = "chapters/coverage.tsv"
ASKED = ("question", "exercise")  # kinds of rows whose titles are the words of a question


@dataclass(frozen=True)
class Row:
    id: str  # "C29"
    title: str  # "偏置 / bias"
    sources: str  # "S1 §2.2.1; S2 §4.1"
    kind: str
    treated: bool

    def name(self, lang: str) -> str:
        """The title in one language."""
        parts = self.title.split(" / ", 1)
        return parts[list(LANGUAGES).index(lang) % len(parts)]


def rows(root: Path, file: str = FILE) -> dict[str, Row]:
    """The rows of a list by ID; none for a book without one."""
    path = root / file
    lines = path.read_text("utf8").splitlines() if path.exists() else []
    table = [line.split("\t") for line in lines if not line.startswith("#")][1:]
    return {
        name: Row(name, title, sources, kind, treated == "yes")
        for name, title, sources, kind, treated in table
    }


def treating(book: Book) -> dict[str, list[tuple[Notebook, Cell]]]:
    """The cells that treat each row, in the order of the book."""
    found: dict[str, list[tuple[Notebook, Cell]]] = {}
    for notebook in book.notebooks:
        for cell in notebook.cells:
            for row in cell.metadata.get("covers", []):
                found.setdefault(row, []).append((notebook, cell))
    return found
