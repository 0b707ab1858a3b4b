"""First use: a term that needs an introduction comes with a link to it until the reader has it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from posixpath import join, normpath

from read.book import Book, Found, Notebook
from read.notebooks import LANGUAGES, Cell, headings, slugs

FILE = "chapters/terms.tsv"
NOWHERE = "-"

NO_TEXT = re.compile(r"<!--(?:.|\n)*?-->|^#+ .*$", re.MULTILINE)  # a heading may announce a term
LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]*)\)")


@dataclass(frozen=True)
class Term:
    forms: Mapping[str, str]  # language -> its forms, separated by |
    section: str  # "02-neuron.ipynb#train-one-neuron"

    def occurs(self, text: str, lang: str) -> str | None:
        """The form that a text has of it."""
        for form in self.forms[lang].split("|"):
            if re.search(pattern(form, lang), text, re.IGNORECASE):
                return form
        return None


def pattern(form: str, lang: str) -> str:
    literal = r"\s+".join(map(re.escape, form.split()))
    if form.startswith("\\"):
        return rf"{literal}(?![a-zA-Z])"  # of a formula
    if lang == "en":
        return rf"(?<![\w-]){literal}(?:e?s)?(?![\w-])"
    return literal if re.search("[\u4e00-\u9fff]", form) else rf"(?<![\w-]){literal}(?![\w-])"


def terms(root: Path) -> list[Term]:
    file = root / FILE
    lines = file.read_text("utf8").splitlines() if file.exists() else []
    table = [line.split("\t") for line in lines if not line.startswith("#")][1:]
    return [Term({"en": en, "zh-Hant": zh}, section) for en, zh, section in table]


def introduced_at(notebook: Notebook, slug: str) -> int | None:
    """The number of the first cell of a section: that of its Chinese heading."""
    english = [cell for cell in notebook.cells if cell.kind == "markdown" and cell.lang == "en"]
    found = [(text, cell) for cell in english for _, text in headings([cell], "en")]
    known = slugs([text for text, _ in found])
    return found[known.index(slug)][1].number - 1 if slug in known else None


def leads_there(source: str, section: str) -> bool:
    """Whether a cell links to the section that introduces a term, or to its chapter as a whole."""
    home = normpath(join("chapters", section))
    targets = {normpath(join("chapters", target)) for _, target in LINK.findall(source)}
    return bool(targets & {home, home.partition("#")[0]})


def terms_are_introduced(notebook: Notebook, book: Book) -> Found:
    """The first use of each term on the page of a chapter, if the reader has not met it."""
    if notebook.chapter is None:
        return
    for term in terms(book.root):
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
        form = term.occurs(LINK.sub(r"\1", NO_TEXT.sub("", cell.source)), lang)
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
    for term in terms(book.root):
        if term.section == NOWHERE:
            continue
        file, _, slug = term.section.partition("#")
        notebook = notebooks.get(f"chapters/{file}")
        if notebook is None or introduced_at(notebook, slug) is None:
            yield (
                f"{FILE}: {term.forms['en']} is introduced in {term.section}, which is no section. "
                "Write the notebook and the slug of an English heading."
            )
