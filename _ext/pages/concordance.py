"""The concordance: for every section and question of the sources, where the book treats it.

Which cells treat what stands in their metadata (`covers`), and what comes from where in
`chapters/coverage.tsv`; so the lists are made anew at each build. In the notebook a pair of cells
with `"lists": "S0"` in their metadata says where the list of a source belongs, and `"questions"`
that of the questions: at the end of the section that they open.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import _

from pages.bilingual import language
from pages.numbering import chapter
from pages.places import link, load, section_link, separated, words
from read.book import Book
from read.coverage import ASKED, Row, rows, treating
from read.places import Section, section_of_cells, sections
from read.sources import Part, find, named, parts

PAGE = "chapters/concordance"
NOT_HERE = (PAGE, "exercises/solutions/")  # what is no place to send a reader to


class Treated:
    """Which sections treat which rows, and which rows come from which part of a source."""

    def __init__(self, book: Book, root: Path) -> None:
        places = {notebook.name: section_of_cells(notebook) for notebook in book.notebooks}
        self.parts = parts(root)
        self.rows = rows(root)
        pages = [sections(notebook) for notebook in book.notebooks]
        self.titles = {page[0].docname: page[0] for page in pages if page}
        self.sections = {
            row: [*dict.fromkeys(places[notebook.name][cell.number] for notebook, cell in cells)]
            for row, cells in treating(book).items()
        }
        self.of_part: dict[Part | str, list[Row]] = {}
        for row in self.rows.values():
            for source, place in named(row, {part.source for part in self.parts}):
                part = find(self.parts, source, place) if place else source
                self.of_part.setdefault(part or source, []).append(row)

    def places(self, found: Iterable[Row]) -> list[Section]:
        """Where rows are treated, in the order of the book."""
        met = {section for row in found for section in self.sections.get(row.id, ())}
        return sorted((each for each in met if not each.docname.startswith(NOT_HERE)), key=place)


def place(section: Section) -> tuple[bool, str, list[int], str]:
    """Chapters before the other pages."""
    numbers = [int(each) for each in section.number.split(".") if each]
    return chapter(section.docname) is None, section.docname, numbers, section.slug


def show_lists(app: Sphinx, doctree: nodes.document) -> None:
    if app.env.docname != PAGE:
        return
    book = load(app)
    treated = Treated(book, Path(app.srcdir))
    page = next(each for each in book.notebooks if each.name == f"{PAGE}.ipynb")
    homes = {section["ids"][0]: section for section in doctree.findall(nodes.section)}
    places = section_of_cells(page)
    for cell in page.cells:
        if cell.lang == language(app.config) and (wanted := cell.metadata.get("lists")):
            make = questions if wanted == "questions" else of_source
            homes[places[cell.number].slug] += make(app, treated, wanted)


def of_source(app: Sphinx, treated: Treated, source: str) -> nodes.definition_list:
    entries = [
        (part.title(language(app.config)), treated.of_part.get(part, []))
        for part in treated.parts
        if part.source == source
    ]
    entries.append((_("Throughout"), treated.of_part.get(source, [])))
    items = (item(app, treated, [nodes.Text(title)], found) for title, found in entries)
    return nodes.definition_list("", *items, classes=["concordance"])


def questions(app: Sphinx, treated: Treated, _wanted: str) -> nodes.definition_list:
    lang = language(app.config)
    listed = nodes.definition_list(classes=["concordance"])
    for part in treated.parts:
        for row in treated.of_part.get(part, []):
            first = next(named(row, {each.source for each in treated.parts}))
            if row.kind in ASKED and find(treated.parts, *first) == part:
                origin = nodes.inline("", f"{part.source} {part.title(lang)}", classes=["label"])
                term = [nodes.Text(f"{row.name(lang)} "), origin]
                listed += item(app, treated, term, [row])
    return listed


def item(
    app: Sphinx, treated: Treated, term: list[nodes.Node], found: list[Row]
) -> nodes.definition_list_item:
    links = nodes.paragraph("", "", *separated(links_to(app, treated, found)))
    return nodes.definition_list_item("", nodes.term("", "", *term), nodes.definition("", links))


def links_to(app: Sphinx, treated: Treated, found: list[Row]) -> Iterator[nodes.Node]:
    """To the sections; to an exercise once, by its own title."""
    met = set()
    for each in treated.places(found):
        if not each.docname.startswith("exercises/"):
            yield section_link(app, each)
        elif each.docname not in met:
            met.add(each.docname)
            title = treated.titles[each.docname].title(language(app.config))
            yield link(app, f"{each.docname}#{each.slug}", *words(title))


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", show_lists)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
