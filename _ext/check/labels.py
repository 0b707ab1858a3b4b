"""Figures speak the page's language: the list has Chinese for what they say, and is right."""

from collections.abc import Iterator

from check import typography, words
from draw.labels import typeset
from read import labels
from read.book import Book, Found, Notebook
from read.labels import FILE
from read.notebooks import Cell


def figures_speak_chinese(notebook: Notebook, book: Book) -> Found:
    chinese = labels.chinese(book.root)
    for cell in notebook.cells:
        for text in labels.texts(cell):
            says = labels.translated(text, chinese)
            if says is None and labels.has_words(text):
                yield (
                    cell,
                    f'its figure says "{text}", for which there is no Chinese. '
                    f'Add it to {FILE}, as "{labels.holed(text)}".',
                )
            elif says and not is_line(says):
                yield (
                    cell,
                    f'its figure says "{text}", a formula among words that a page cannot set. '
                    "Give it letters, signs and scripts alone, or a text without words.",
                )


def is_line(says: str) -> bool:
    try:
        return bool(list(typeset(says)))
    except ValueError:
        return False


def list_is_right(book: Book) -> Iterator[str]:
    """Each row has two columns with the same holes, good Chinese, and a figure that needs it."""
    chinese = labels.chinese(book.root)
    cells = (cell for notebook in book.notebooks for cell in notebook.cells)
    used = {labels.entry(text, chinese) for cell in cells for text in labels.texts(cell)}
    seen: set[str] = set()
    for row in labels.rows(book.root):
        english, place = row[0], f'{FILE}, "{row[0]}"'
        if len(row) != 2 or not row[1]:
            yield f"{place}: this is no English, a tab, and Chinese. Write both."
            continue
        if english in seen:
            yield f"{place}: it is there twice. Take one line out."
        elif english not in used:
            yield f"{place}: no figure says so. Take the line out."
        if english.count("{}") != row[1].count("{}"):
            yield f"{place}: the Chinese has another number of {{}}. Give both the same."
        yield from (f"{place}: {fault}" for fault in faults_of(row[1]))
        seen.add(english)


def faults_of(says: str) -> Iterator[str]:
    """What the rules for Chinese prose find in an entry."""
    prose = Cell(0, "markdown", "zh-Hant", says.replace("{}", "1"), {}, [])
    yield from words.taiwan_words(prose)
    yield from words.traditional_characters(prose)
    yield from typography.full_width_punctuation(prose)
    yield from typography.chinese_spacing(prose)
