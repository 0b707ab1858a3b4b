"""Captions: every figure of a chapter has one, numbered in order, and citations find it."""

from collections.abc import Iterator

from read.book import Book, Found, Notebook
from read.films import has_figure
from read.notebooks import CAPTION, FIGURE, Cell
from read.text import displayed, inlines, texts


def number_of(cell: Cell) -> str | None:
    """The number of the figure of which this cell is the caption."""
    found = CAPTION[cell.lang].match(cell.source) if cell.lang in CAPTION else None
    return found[1] if found else None


def captions_of(notebook: Notebook) -> Iterator[tuple[Cell, str]]:
    """Each Chinese caption, whose partner has the same number, with that number."""
    for cell in notebook.cells:
        number = number_of(cell)
        if number and cell.lang == "zh-Hant":
            yield cell, number


def captions_in_order(notebook: Notebook, book: Book) -> Found:
    """Captions stand right after their figures, in both languages, and count from 1."""
    partners = {chinese.number: english for chinese, english in notebook.pairs()}
    for due, (cell, number) in enumerate(captions_of(notebook), 1):
        right = f"{notebook.chapter}.{due}"
        if notebook.chapter is None:
            yield cell, "a caption in no chapter has no number. Say it without one."
        elif number != right:
            yield (
                cell,
                f"figure {number} is out of order. Write 圖 {right}, and mend what cites it.",
            )
        partner = partners.get(cell.number)
        if partner is not None and number_of(partner) != number:
            yield partner, f'its Chinese partner is a caption. Begin with "Figure {number}: ".'
        if cell.number < 2 or not has_figure(notebook.cells[cell.number - 2]):
            yield cell, "no figure stands right before this caption. Move it below its figure."
        if len(inlines(cell)) != 1 or displayed(cell):
            yield cell, "a caption is one paragraph. Put the rest into a cell of its own."


def figures_have_captions(notebook: Notebook, book: Book) -> Found:
    for cell, after in zip(notebook.cells, [*notebook.cells[1:], None], strict=True):
        if notebook.chapter and has_figure(cell) and not (after and number_of(after)):
            yield (
                cell,
                "its figure has no caption. Let a pair of cells follow it: "
                '"圖 2.3：…" and "Figure 2.3: …".',
            )


def figures_exist(notebook: Notebook, book: Book) -> Found:
    known = {number for each in book.notebooks for _, number in captions_of(each)}
    for lang, citation in FIGURE.items():
        for cell in notebook.cells:
            for text in texts(cell, lang):
                for number in citation.findall(text):
                    if number not in known:
                        yield (
                            cell,
                            f"figure {number} is cited, but no caption has that number. "
                            "Add the caption or mend the number.",
                        )
