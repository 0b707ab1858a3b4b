"""All rules, run on the book: `python _ext check [notebooks…]`, in seconds.

Each rule yields what is wrong and its remedy, as "<what is wrong>. <Remedy>."; the message adds the
notebook and the cell. Without arguments the whole book is checked, and the bibliography.
"""

import argparse
import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from check import (
    captions,
    claims,
    code,
    concordance,
    coverage,
    drawing,
    equations,
    figures,
    films,
    labels,
    links,
    markdown,
    names,
    numbers,
    pairs,
    sources,
    terms,
    torch_apart,
    training,
    typography,
    words,
)
from check.exceptions import Exceptions, exceptions, unexcused, without_cell
from read.book import Book, Found, Notebook
from read.notebooks import Cell

ROOT = Path(__file__).parents[2]

CELL_RULES: list[Callable[[Cell], Iterator[str]]] = [
    pairs.known_language,
    figures.figure_has_alternative_text,
    films.words_follow_the_film,
    films.film_is_light,
    markdown.plain_markdown,
    markdown.emphasis_works,
    markdown.columns_have_names,
    words.taiwan_words,
    words.traditional_characters,
    *typography.OF_CHINESE,
    typography.half_width_punctuation,
    code.code_fits_a_phone,
    code.comments_in_english,
    code.reads_no_file,
]
NOTEBOOK_RULES: list[Callable[[Notebook, Book], Found]] = [
    pairs.partners,
    pairs.same_structure,
    pairs.same_formulas,
    pairs.same_numbers,
    pairs.same_links,
    equations.tags_in_order,
    equations.equations_exist,
    captions.captions_in_order,
    captions.figures_have_captions,
    captions.figures_exist,
    equations.gradients_are_proved,
    equations.declared_code_is_there,
    numbers.numbers_are_traced,
    films.films_have_names_of_their_own,
    torch_apart.torch_stands_apart,
    drawing.little_drawing_is_open,
    drawing.folded_code_only_draws,
    labels.figures_speak_chinese,
    links.links_lead_somewhere,
    links.literature_agrees,
    sources.sources_are_not_quarrelled_with,
    terms.terms_are_introduced,
    claims.claims_are_replicated,
    claims.counts_are_stated,
    training.hand_written_training_is_marked,
]
BOOK_RULES: list[Callable[[Book], Iterator[str]]] = [
    claims.claims_are_named,
    links.literature_is_cited,
    names.page_is_complete,
    names.names_are_met,
    coverage.rows_stay_treated,
    coverage.errata_stay_treated,
    concordance.sources_are_listed,
    terms.sections_of_terms_exist,
    terms.glossary_is_right,
    labels.list_is_right,
]


def check_notebook(notebook: Notebook, book: Book, allowed: Exceptions | None = None) -> list[str]:
    """One message for each fault of a notebook that `allowed` does not excuse."""
    found: list[tuple[Cell, str]] = []
    for rule in NOTEBOOK_RULES:
        found += unexcused(rule.__name__, rule(notebook, book), notebook.cells, allowed or {})
    for check in CELL_RULES:
        faults = ((cell, fault) for cell in notebook.cells for fault in check(cell))
        found += unexcused(check.__name__, faults, notebook.cells, allowed or {})
    found.sort(key=lambda each: each[0].number)
    return [f"{notebook.name}, cell {cell.number}: {fault}" for cell, fault in found]


def check_book(root: Path, only: Collection[str] = ()) -> list[str]:
    """One message for each fault of the book, or of `only` these notebooks of it."""
    book, allowed = Book.load(root), exceptions(root)
    chosen = [each for each in book.notebooks if not only or each.name in only]
    messages = [fault for notebook in chosen for fault in check_notebook(notebook, book, allowed)]
    for name in sorted(set(only) - {each.name for each in chosen}):
        messages.append(
            f"{name}: no notebook of the book. Name index.ipynb, or one of chapters/ or exercises/."
        )
    if only:
        return messages
    cells = [cell for notebook in book.notebooks for cell in notebook.cells]
    messages += without_cell(allowed, cells)
    return messages + [message for rule in BOOK_RULES for message in rule(book)]


def main() -> int:
    parser = argparse.ArgumentParser(description="Check the prose of the book.")
    parser.add_argument("notebooks", nargs="*", help="only these (default: the whole book)")
    chosen = [
        Path(os.path.relpath(name, ROOT)).as_posix() for name in parser.parse_args().notebooks
    ]
    messages = check_book(ROOT, chosen)
    print(*messages, sep="\n", end="\n" if messages else "")
    return 1 if messages else 0
