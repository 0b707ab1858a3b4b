"""The page of nnlib: below each cell of imports stands what it imports, from the source.

The notebook holds what there is to say in two languages: what a section is for, and by which cells
its names come. `read/api.py` reads the names; here they become Sphinx's descriptions of objects, so
that search and the table of contents know them. Docstrings are in English in both books.
"""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import griffe
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains.python import PythonDomain
from sphinx.environment import BuildEnvironment
from sphinx.locale import _

from pages import numbering
from pages.places import load, section_link, separated
from read import address, api
from read.places import Section
from read.uses import homes

ENGLISH = "language-en"  # a class that docutils writes as lang="en"


class Names:
    """The names of the page: what can be linked to, from a docstring or a type."""

    def __init__(self, root: Path, sections: dict[str, list[Section]]) -> None:
        self.address = address.find(root)
        self.sections = sections  # of the chapters, in which a name is derived and first used
        self.told: set[str] = set()  # the modules that have been introduced
        listed = api.page(root)
        self.all = [each for entry in listed for each in (entry, *entry.methods())]
        self.ids: dict[str, str] = {}
        for each in self.all:
            for name in (each.id, each.name, f"{each.item.module.name}.{each.item.name}"):
                self.ids.setdefault(name, each.id)
        types = [entry for entry in listed if entry.item.name[0].isupper()]
        self.types = {entry.item.name: entry.id for entry in types}

    def lookup(self, code: str, item: griffe.Object) -> str | None:
        """The id of what `code` means in the docstring of `item`; not if it is its own argument."""
        own = {item.name, *item.members}
        own |= {each.name for each in getattr(item, "parameters", ())}
        name = code.removesuffix("()")
        for known in (f"{item.name}.{name}", f"{item.module.name}.{name}", name):
            if known in self.ids and (name not in own or known.startswith(f"{item.name}.")):
                return self.ids[known]
        return None


def link(identifier: str | None, *children: nodes.Node) -> list[nodes.Node]:
    return [nodes.reference("", "", *children, refid=identifier)] if identifier else [*children]


def link_outside(target: str, text: str) -> nodes.raw:
    """A link that is no citation: what it leads to need not be in the bibliography."""
    html = f'<a href="{escape(target)}">{escape(text)}</a>'
    return nodes.raw("", html, format="html")


# ---- Docstrings


def running_text(text: str, item: griffe.Object, names: Names) -> Iterator[nodes.Node]:
    done = 0
    for found in api.MARKED.finditer(text):
        yield nodes.Text(text[done : found.start()])
        done = found.end()
        if code := found["code"]:
            yield from link(names.lookup(code, item), nodes.literal("", code))
        elif shape := found["shape"]:
            yield nodes.literal("", shape, classes=["shape"])
        else:
            yield link_outside(found["address"], found["address"])
    yield nodes.Text(text[done:])


def docstring(item: griffe.Object, names: Names) -> Iterator[nodes.Node]:
    labels = {"raises": _("Raises"), "source": _("Source")}
    for kind, text in api.passages(item.docstring.value if item.docstring else ""):
        if kind == "code":
            language = "pycon" if text.startswith(">>>") else "text"
            yield nodes.literal_block(text, text, language=language)
        elif kind in labels:
            yield labeled(labels[kind], *running_text(text, item, names))
        else:
            yield nodes.paragraph("", "", *running_text(text, item, names), classes=[ENGLISH])


def labeled(label: str, *content: nodes.Node) -> nodes.paragraph:
    """A line that begins with a word in the language of the book."""
    parts = nodes.inline("", label, classes=["label"]), nodes.Text(" ")
    return nodes.paragraph("", "", *parts, nodes.inline("", "", *content, classes=[ENGLISH]))


# ---- Signatures


def signature(entry: api.Entry, names: Names) -> nodes.literal:
    """`class Linear(in_features: int, …)`; a line may break between two parameters."""
    written = nodes.literal(classes=[ENGLISH])
    if entry.kind == "class":
        written += nodes.inline("", "class ", classes=["kind"])
    prefix, dot, name = entry.name.rpartition(".")
    written += [nodes.inline("", prefix + dot, classes=["prefix"]), nodes.strong("", name)]
    arguments = api.parameters(entry, names.types)
    if arguments is not None:
        written += nodes.Text("(")
        for place, argument in enumerate(arguments):
            name, colon, rest = argument.partition(":")
            comma = "," if argument is not arguments[-1] else ""
            parts = nodes.Text(name), typed(colon + rest + comma, names)
            written += nodes.Text(" " if place else "")
            written += nodes.inline("", "", *parts, classes=["parameter"])
        written += nodes.Text(")" if entry.kind == "class" else ") ")
    if result := api.type_of(entry, names.types):
        sign = ": " if arguments is None else "→ "
        written += nodes.inline("", "", typed(sign + result, names), classes=["result"])
    return written


def typed(text: str, names: Names) -> nodes.inline:
    """A type and what stands around it, with links to the classes of nnlib."""
    written = nodes.inline("", "", classes=["type"])
    for part in re.split(r"(?<![\w.'])([A-Z]\w*)", text):
        written += link(names.types.get(part), nodes.Text(part))
    return written


# ---- Entries


def description(app: Sphinx, entry: api.Entry, names: Names) -> addnodes.desc:
    of_class = entry.kind in ("method", "property")
    head = addnodes.desc_signature("", "", signature(entry, names), ids=[entry.id])
    head["_toc_name"] = "" if of_class else entry.item.name
    if names.address and not of_class:
        file = names.address.source(file_of(entry.item))
        lines = f"#L{entry.item.lineno}-L{entry.item.endlineno}"
        head += [nodes.Text(" "), link_outside(file + lines, _("code"))]

    content = addnodes.desc_content("", *docstring(entry.item, names))
    bases = entry.item.bases if isinstance(entry.item, griffe.Class) else []
    for base in filter(names.types.get, map(str, bases)):
        content += labeled(_("Extends"), *link(names.types[base], nodes.literal("", base)))
    if met := names.sections.get(entry.id):
        links = separated(section_link(app, each) for each in met)
        words = nodes.inline("", _("In the book"), classes=["label"])
        content += nodes.paragraph("", "", words, nodes.Text(" "), *links, classes=["met"])
    for method in entry.methods():
        content += description(app, method, names)
    described = addnodes.desc("", head, content, domain="py", objtype=entry.kind)
    described["classes"] = ["py", entry.kind]
    return described


def file_of(item: griffe.Object) -> str:
    return item.relative_package_filepath.as_posix()


def descriptions(app: Sphinx, listed: list[api.Entry], names: Names) -> Iterator[nodes.Node]:
    """The names of a cell, below the file that they are from and what it says of itself, once."""
    module = None
    for entry in listed:
        if entry.item.module is not module:
            module = entry.item.module
            yield nodes.paragraph("", "", nodes.literal("", file_of(module)), classes=["module"])
            is_own = entry.id.count(".") == 1 or entry.id.startswith(f"{module.path}.")
            if is_own and module.path not in names.told:
                names.told.add(module.path)
                yield from docstring(module, names)
        yield description(app, entry, names)


# ---- The page


def linked_code(code: str, listed: list[api.Entry]) -> nodes.literal_block:
    """The imports, each name a link."""
    ids = {entry.name: entry.id for entry in listed}
    block = nodes.literal_block()
    for part in re.split(r"(\w+)", code):
        block += link(ids.get(part), nodes.Text(part))
    return block


def show_names(app: Sphinx, doctree: nodes.document) -> None:
    if app.env.docname != api.PAGE:
        return
    package = api.load(Path(app.srcdir))
    names = Names(Path(app.srcdir), homes(load(app)))
    domain = app.env.get_domain("py")
    assert isinstance(domain, PythonDomain)
    for entry in names.all:
        domain.note_object(entry.id, entry.kind, entry.id)  # for the search
        app.env.metadata[api.PAGE]["myst_slugs"][entry.id] = (None, entry.id, entry.name)
    cells = [
        node for node in doctree.findall(nodes.container) if node.get("nb_element") == "cell_code"
    ]
    for cell in cells:
        block = next(cell.findall(nodes.literal_block))
        listed = api.entries(package, block.astext())
        block.replace_self(
            nodes.container("", linked_code(block.astext(), listed), classes=["highlight"])
        )
        below = nodes.container("", *descriptions(app, listed, names), classes=["names"])
        cell.parent.insert(cell.parent.index(cell) + 1, below)
        if chapters := cell["cell_metadata"].get("chapters"):
            line = nodes.paragraph(chapters=chapters, classes=["derived"])
            cell.parent.insert(cell.parent.index(cell), line)


def link_chapters(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Lead to the chapters that derive what a section offers: to those that are in the book."""
    for line in list(doctree.findall(nodes.paragraph)):
        if "chapters" not in line:
            continue
        links: list[nodes.Node] = []
        for chapter in sorted(app.env.found_docs):
            if numbering.chapter(chapter) in line["chapters"]:
                title = f"{numbering.chapter(chapter)} {app.env.titles[chapter].astext()}"
                target = app.builder.get_relative_uri(docname, chapter)
                links += [
                    nodes.Text(" · " if links else " "),
                    nodes.reference("", title, refuri=target, internal=True),
                ]
        if links:
            line += [nodes.inline("", _("Derived in"), classes=["label"]), *links]
        else:
            line.parent.remove(line)


def read_again(app: Sphinx, env: BuildEnvironment, *_changes: set[str]) -> list[str]:
    """The page, when the source of nnlib is not what it was at the last build."""
    now = api.fingerprint(Path(app.srcdir))
    changed = now != getattr(env, "nnlib", None)
    env.nnlib = now  # type: ignore[attr-defined]
    return [api.PAGE] if changed and api.PAGE in env.found_docs else []


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("env-get-outdated", read_again)
    app.connect("doctree-read", show_names, priority=400)  # before the contents are collected
    app.connect("doctree-resolved", link_chapters)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
