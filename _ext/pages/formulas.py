"""The page of all formulas, and the cells of the chapters that it leads to.

Each tagged equation stands there with its number, the section that derives it, the code that says
the same and the proof, each a link to its place. All of it is read from the chapters, by
`read/equations.py`; the notebook holds what there is to say of the list in two languages.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import _

from pages.bilingual import language
from pages.numbering import chapter
from pages.places import link, load, section_link, separated, words
from read.book import Book, Notebook
from read.equations import Equation, equations
from read.notebooks import read
from read.places import sections

PAGE = "chapters/formulas"


def anchor(kind: str, number: str) -> str:
    """Of the equation, of the cell with its code, of its proof: "proof-2-11"."""
    return str(nodes.make_id(f"{kind}-{number}"))


# ---- The list


def list_formulas(app: Sphinx, doctree: nodes.document) -> None:
    if app.env.docname != PAGE:
        return
    book = load(app)
    page = next(doctree.findall(nodes.section))
    for number, listed in groupby(equations(book), key=lambda each: each.chapter):
        page += of_chapter(app, book, number, [*listed])


def of_chapter(app: Sphinx, book: Book, number: str, listed: list[Equation]) -> nodes.section:
    notebook = next(each for each in book.notebooks if each.chapter == number)
    title = sections(notebook)[0].title(language(app.config))
    heading = nodes.title("", "", nodes.Text(f"{number} "), *words(title))
    entries = (entry(app, each) for each in listed)
    return nodes.section("", heading, *entries, ids=[f"chapter-{number}"])


def entry(app: Sphinx, equation: Equation) -> nodes.container:
    page, number = equation.section.docname, equation.number
    shown = nodes.Text(f"({number})")
    home = link(app, f"{page}#{anchor('equation-eq', number)}", shown)
    head = nodes.paragraph("", "", home, nodes.Text(" "), section_link(app, equation.section))
    formula = nodes.math_block("", equation.formula, nowrap=False, number=None, label=None)
    made = nodes.container("", head, formula, classes=["formula"])
    if equation.code:
        source = "\n".join(code.source for code in equation.code)
        made += nodes.literal_block(source, source, language="python")
        made += nodes.paragraph("", "", *separated(places(app, equation)), classes=["places"])
    return made


def places(app: Sphinx, equation: Equation) -> Iterator[nodes.Node]:
    """Links to the cells with the code of an equation and with its proof."""
    page, number = equation.section.docname, equation.number
    yield link(app, f"{page}#{anchor('code', number)}", nodes.Text(_("The cell")))
    if equation.proofs:
        yield link(app, f"{page}#{anchor('proof', number)}", nodes.Text(_("The proof")))


# ---- What it leads to


def name_cells(app: Sphinx, doctree: nodes.document) -> None:
    """Give the cells with the code and with the proof of an equation their addresses."""
    if chapter(app.env.docname) is None:
        return
    cells = {
        node["cell_index"] + 1: node
        for node in doctree.findall(nodes.container)
        if node.get("nb_element") == "cell_code"
    }
    path = Path(app.env.doc2path(app.env.docname))
    notebook = Notebook(f"{app.env.docname}.ipynb", read(path))
    for equation in equations(Book(Path(app.srcdir), [notebook], {})):
        for kind, found in (("code", equation.code), ("proof", equation.proofs)):
            for each in found[:1]:
                cells[each.cell]["ids"].append(anchor(kind, equation.number))


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", list_formulas, priority=400)  # before the contents are collected
    app.connect("doctree-read", name_cells)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
