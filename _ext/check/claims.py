"""Claims about training: replicated from the page's own code, and counted in its prose."""

import re
from collections.abc import Iterator
from typing import Any

from read.book import Book, Found, Notebook
from read.notebooks import Cell
from read.replications import FOLDER, claims, entries, last_cells, script
from read.text import texts

SEEDS, KERNELS = 20, 2  # at least so many
COUNT = {
    "zh-Hant": re.compile(r"(?:另外|那) (?P<of>\d+) 個種子[裡中]?，?(?:只?有 )?(?P<held>\d+) 個"),
    "en": re.compile(r"\b[Ii]n\s(?P<held>\d+)\sof\s(?:those\s)?(?P<of>\d+)\s(?:further\s)?seeds"),
}
WORDS = {"zh-Hant": "另外 {of} 個種子，{held} 個成立", "en": "held in {held} of {of} further seeds"}


def claims_are_replicated(notebook: Notebook, book: Book) -> Found:
    """Each claim that a cell names has its record, and the record is that of the code now."""
    file = script(book.root, notebook.name)
    known, record = claims(file), entries(file)
    for name, cell in last_cells(notebook.cells).items():
        if name not in known:
            where = file.relative_to(book.root).as_posix()
            yield cell, f'it names the claim "{name}", which {where} does not define. Write it.'
            continue
        try:
            experiment = known[name].experiment(notebook.cells, cell)
        except LookupError as error:
            yield cell, f'the claim "{name}": {error}. Mend the script or move the mark.'
            continue
        if fault := fault_of(record.get(name), known[name].digest(experiment)):
            yield cell, f'the claim "{name}" {fault}. Run `make replicate`.'


def fault_of(entry: dict[str, Any] | None, digest: str) -> str | None:
    if entry is None:
        return "has not been replicated"
    if entry["digest"] != digest:
        return "was replicated with other code than the page's"
    if tried(entry) < SEEDS or len(entry["failed"]) < KERNELS:
        return f"wants {SEEDS} seeds and {KERNELS} kernels"
    return None


def tried(entry: dict[str, Any]) -> int:
    first, last = entry["seeds"]
    return int(last - first + 1)


def counts_are_stated(notebook: Notebook, book: Book) -> Found:
    """After a cell with claims the prose says, in their order, in how many seeds they held."""
    record = entries(script(book.root, notebook.name))
    last = last_cells(notebook.cells)
    for lang, pattern in COUNT.items():
        for cell, names, prose in stretches(notebook.cells, last):
            if not all(name in record for name in names):
                continue  # a fault of the other rule
            due = [(record[name]["held"], tried(record[name])) for name in names]
            found = [
                (int(count["held"]), int(count["of"]))
                for each in prose
                if each.kind == "markdown"
                for text in texts(each, lang)
                for count in pattern.finditer(text)
            ]
            if found != due:
                write = " … ".join(WORDS[lang].format(held=held, of=of) for held, of in due)
                yield (
                    cell,
                    f"of its claims ({', '.join(names) or 'none'}) the {lang} prose that follows "
                    f"says {', '.join(f'{held} of {of}' for held, of in found) or 'no count'}. "
                    + (f'Write "{write}".' if due else "Name the claims in its metadata."),
                )


def stretches(
    cells: list[Cell], last: dict[str, Cell]
) -> Iterator[tuple[Cell, list[str], list[Cell]]]:
    """Each cell that completes claims, with their names and the cells from it up to the next.

    The cells before the first come first, with no name.
    """
    complete: dict[int, list[str]] = {cell.number: [] for cell in cells if cell in last.values()}
    for name, cell in last.items():
        complete[cell.number].append(name)
    starts = sorted({cells[0].number, *complete}) if cells else []
    for start, end in zip(starts, [*starts[1:], len(cells) + 1], strict=True):
        yield cells[start - 1], complete.get(start, []), cells[start - 1 : end - 1]


def claims_are_named(book: Book) -> Iterator[str]:
    """No claim and no record of one is left over."""
    files = {script(book.root, notebook.name): notebook for notebook in book.notebooks}
    folder = book.root / FOLDER
    for file in sorted({each.with_suffix(".py") for each in folder.rglob("*.json")} | {*files}):
        notebook = files.get(file)
        named = last_cells(notebook.cells) if notebook else {}
        for name in sorted({*claims(file), *entries(file)} - {*named}):
            yield (
                f"{file.relative_to(book.root).as_posix()}: no cell names the claim "
                f'"{name}". Name it in the metadata of its cell, or remove it and its record.'
            )
