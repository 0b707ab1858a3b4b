"""Terms: introduced before their use, or linked; each with a definition in both languages."""

import re
from collections import Counter
from collections.abc import Iterator
from posixpath import join, normpath

from check import typography, words
from read.book import Book, Found, Notebook
from read.glossary import (
    COLUMNS,
    DEFINITION,
    FILE,
    LINK,
    NEITHER,
    NOWHERE,
    Term,
    entries,
    rows,
    terms,
)
from read.notebooks import LANGUAGES, Cell, headings, slugs

NO_TEXT = re.compile(r"<!--(?:.|\n)*?-->|^#+ .*$", re.MULTILINE)  # a heading may announce a term
LINKED = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]*)\)")
FORMULA = re.compile(r"\$[^$]*\$")
LONGEST = {"en": 60, "zh-Hant": 90}  # words, characters
STYLE = [words.taiwan_words, words.traditional_characters, *typography.OF_CHINESE]


def introduced_at(notebook: Notebook, slug: str) -> int | None:
    """The number of the first cell of a section: that of its Chinese heading."""
    english = [cell for cell in notebook.cells if cell.kind == "markdown" and cell.lang == "en"]
    found = [(text, cell) for cell in english for _, text in headings([cell], "en")]
    known = slugs([text for text, _ in found])
    return found[known.index(slug)][1].number - 1 if slug in known else None


def leads_there(source: str, section: str) -> bool:
    """Whether a cell links to the section that introduces a term, or to its chapter as a whole."""
    home = normpath(join("chapters", section))
    targets = {normpath(join("chapters", target)) for _, target in LINKED.findall(source)}
    return bool(targets & {home, home.partition("#")[0]})


def running_text(cell: Cell) -> str:
    return LINKED.sub(r"\1", NO_TEXT.sub("", cell.source))


def terms_are_introduced(notebook: Notebook, book: Book) -> Found:
    """The first use of each term on the page of a chapter, if the reader has not met it."""
    if notebook.chapter is None:
        return
    for term in terms(book.root):
        if term.first_use != LINK:
            continue
        file, _, slug = term.section.partition("#")
        home = int(file[:2]) if term.section != NOWHERE else 99
        if home < int(notebook.chapter):
            continue
        here = home == int(notebook.chapter)
        end = introduced_at(notebook, slug) if here else None
        for lang in LANGUAGES:
            yield from first_use(term, lang, notebook.cells[: end and end - 1])


def first_use(term: Term, lang: str, cells: list[Cell]) -> Found:
    for cell in cells:
        if cell.kind != "markdown" or cell.lang != lang:
            continue
        form = term.occurs(running_text(cell), lang)
        if not form:
            continue
        if term.section == NOWHERE:
            yield cell, f'it uses "{form}", which no section introduces. Say what it is.'
        elif not leads_there(cell.source, term.section):
            yield (
                cell,
                f'it uses "{form}" before {term.section} introduces it. '
                "Make it a link there, say it in other words, or introduce it here.",
            )
        return


def sections_of_terms_exist(book: Book) -> Iterator[str]:
    notebooks = {notebook.name: notebook for notebook in book.notebooks}
    for term in entries(book.root):
        file, _, slug = term.section.partition("#")
        notebook = notebooks.get(f"chapters/{file}")
        if notebook is None or introduced_at(notebook, slug) is None:
            yield (
                f"{FILE}: {term.headword('en')} is introduced in {term.section}, "
                "which is no section. Write the notebook and the slug of an English heading."
            )


# ---- The glossary


def glossary_is_right(book: Book) -> Iterator[str]:
    """Whole rows, each term once, used by a page, and defined in both languages."""
    for row in rows(book.root):
        if len(row) != COLUMNS:
            yield f"{FILE}: {row[0]} has {len(row)} columns. Write {COLUMNS}, with tabs between."
    for lang in LANGUAGES:
        forms = Counter(form.lower() for term in terms(book.root) for form in term.forms[lang])
        for form, count in forms.items():
            if count > 1:
                yield f'{FILE}: "{form}" stands for {count} terms. Leave it to one of them.'
    for term in terms(book.root):
        if term.first_use not in (LINK, DEFINITION, NEITHER):
            yield (
                f'{FILE}: the first use of {term.headword("en")} is "{term.first_use}". '
                f"Write {LINK}, {DEFINITION} or {NEITHER}."
            )
    text = {lang: "\n".join(texts(book, lang)) for lang in LANGUAGES}
    for term in entries(book.root):
        for lang in LANGUAGES:
            if not term.occurs(text[lang], lang):
                yield (
                    f"{FILE}: no chapter writes {term.headword(lang)}. "
                    "Add the form that it does write, or leave the term out."
                )
            for fault in faults(term.definition[lang], lang):
                yield f"{FILE}: the definition of {term.headword(lang)}: {fault}"


def texts(book: Book, lang: str) -> Iterator[str]:
    for notebook in book.notebooks:
        if notebook.chapter is not None:
            for cell in notebook.cells:
                if cell.kind == "markdown" and cell.lang == lang:
                    yield running_text(cell)


def faults(definition: str, lang: str) -> Iterator[str]:
    if not definition.endswith("." if lang == "en" else "。"):
        yield "it is missing or ends without a full stop. Write one or two sentences."
    told = FORMULA.sub("", definition)
    length = len(told.split()) if lang == "en" else len(re.sub(r"\s", "", told))
    if length > LONGEST[lang]:
        unit = "words" if lang == "en" else "characters"
        yield f"it has {length} {unit}. Say it in {LONGEST[lang]}."
    if lang == "zh-Hant":
        cell = Cell(0, "markdown", lang, definition, {}, [])
        for check in STYLE:
            yield from check(cell)
