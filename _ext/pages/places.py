"""Links to places of other pages, for the lists that are made while the book is built."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from pages.bilingual import language
from read.book import Book
from read.coverage import FILE
from read.notebooks import FOLDERS, parse
from read.places import Section


def words(markdown: str) -> Iterator[nodes.Node]:
    """The text of a heading, with its formulas and code."""
    for inline in parse(markdown):
        for token in inline.children or ():
            if token.type == "math_inline":
                yield nodes.math("", token.content)
            elif token.type == "code_inline":
                yield nodes.literal("", token.content)
            elif token.content:
                yield nodes.Text(token.content)


def link(app: Sphinx, target: str, *shown: nodes.Node) -> nodes.reference:
    """To "chapters/02-neuron#the-bias", from the page that is being read."""
    docname, mark, anchor = target.partition("#")
    page = app.builder.get_relative_uri(app.env.docname, docname)
    return nodes.reference("", "", *shown, refuri=page + mark + anchor, internal=True)


def section_link(app: Sphinx, section: Section) -> nodes.reference:
    """The number and the title of a section."""
    number = [nodes.Text(f"{section.number} ")] if section.number else []
    title = words(section.title(language(app.config)))
    return link(app, f"{section.docname}#{section.slug}", *number, *title)


def separated(links: Iterable[nodes.Node], by: str = " · ") -> Iterator[nodes.Node]:
    for place, each in enumerate(links):
        if place:
            yield nodes.Text(by)
        yield each


def load(app: Sphinx) -> Book:
    """The book as its checks see it; the page that is being read depends on all of it."""
    root = Path(app.srcdir)
    for folder in FOLDERS:
        for path in root.glob(f"{folder}/*.ipynb"):
            app.env.note_dependency(path.relative_to(root).as_posix())
    app.env.note_dependency(FILE)
    return Book.load(root)
