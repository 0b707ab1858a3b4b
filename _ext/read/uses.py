"""Where the chapters meet the public names of nnlib: what derives a name, and what uses it first.

A name is derived where prose links to its entry, and where an equation stands that it computes:
where the code of the equation, which the chapter declares (`read/equations.py`), is that name or a
call of it. It is first used where an open cell imports it, and in the end where any cell reads it,
also by its module (`plots.points`). A type that only comes with other names, as what a function
returns, is met where the first of them is.
"""

import ast
import re
from collections.abc import Callable, Iterator

import griffe

from read import api
from read.book import Book, Notebook
from read.equations import declared
from read.notebooks import TAG
from read.places import Section, section_of_cells
from read.syntax import tree
from read.text import links

Names = dict[str, str]  # what a name of a notebook stands for: "plots" -> "nnlib.plots"
Found = Iterator[tuple[int, str]]  # a cell, and what it says: "nnlib.plots.points"
Reader = Callable[[Notebook], Found]


def homes(book: Book) -> dict[str, list[Section]]:
    """The section that derives each name of the page, and the first that uses it, by its id."""
    package, listed = api.load(book.root), api.page(book.root)
    kinds: dict[Reader, dict[str, Section]] = {linked: {}, computed: {}, introduced: {}, used: {}}
    for notebook in book.notebooks:
        if notebook.chapter:
            places = section_of_cells(notebook)
            for reader, met in kinds.items():
                for number, path in reader(notebook):
                    item = api.find(package, path)
                    if item is not None:
                        met.setdefault(item.path, places[number])
    sections = {}
    for entry in listed:
        links, equations, imports, uses = (met.get(entry.item.path) for met in kinds.values())
        both = links or equations, imports or uses
        sections[entry.id] = [*dict.fromkeys(section for section in both if section)]
    waiting = [entry for entry in listed if not sections[entry.id] and entry.item.name[0].isupper()]
    for _ in waiting:  # a type may come with a type
        for entry in waiting:
            sections[entry.id] = sections[entry.id] or by_others(entry, listed, sections)
    return sections


def linked(notebook: Notebook) -> Found:
    for cell in notebook.cells:
        for link in links(cell):
            page, _, name = link.target.partition("#")
            if page == "nnlib.ipynb" and name:
                yield cell.number, name


def introduced(notebook: Notebook) -> Found:
    """What cells import that are not folded."""
    for cell in notebook.cells:
        if "hide-input" not in cell.metadata.get("tags", ()):
            for node in tree(cell).body:
                yield from ((cell.number, path) for path in imported(node).values())


def used(notebook: Notebook) -> Found:
    known: Names = {}
    for cell in notebook.cells:
        module = tree(cell)
        for node in ast.walk(module):
            known |= imported(node)
        for node in ast.walk(module):
            if path := meant(node, known):
                yield cell.number, path


def computed(notebook: Notebook) -> Found:
    """At the cell of an equation: what its declared code names or calls."""
    known: Names = {}
    tagged = {tag: cell.number for cell in notebook.cells for tag in TAG.findall(cell.source)}
    for cell in notebook.cells:
        for node in ast.walk(tree(cell)):
            known |= imported(node)
        for equation, code in declared(cell).items():
            for node in parsed(code):
                for each in heads(node):
                    if equation in tagged and (path := meant(each, known)):
                        yield tagged[equation], path


def parsed(code: str) -> list[ast.stmt]:
    """The statements of some code, which may be the inside of a dictionary or of something else."""
    for text in (code, f"{{{code}}}"):
        try:
            return ast.parse(text).body
        except SyntaxError:
            continue
    return []


def heads(node: ast.AST) -> list[ast.expr]:
    """What a statement calls or names as a whole."""
    match node:
        case ast.ImportFrom(names=names):
            return [ast.Name(each.name, ast.Load()) for each in names]
        case ast.Expr(value=value) | ast.Assign(value=value) | ast.Call(func=value):
            return heads(value)
        case ast.Tuple(elts=values) | ast.Dict(values=values):
            return [head for value in values for head in heads(value)]
        case ast.BinOp(left=left, right=right):
            return [*heads(left), *heads(right)]
        case ast.Name() | ast.Attribute():
            return [node]
    return []


def imported(node: ast.AST) -> Names:
    match node:
        case ast.ImportFrom(module=str(module), names=names) if inside(module):
            return {each.asname or each.name: f"{module}.{each.name}" for each in names}
        case ast.Import(names=names):
            return {each.asname or each.name: each.name for each in names if inside(each.name)}
    return {}


def inside(module: str) -> bool:
    return module.split(".")[0] == api.PACKAGE


def meant(node: ast.AST, known: Names) -> str | None:
    """What a name or `module.name` stands for."""
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            return known.get(name)
        case ast.Attribute(value=value, attr=attr):
            before = meant(value, known)
            return before and f"{before}.{attr}"
    return None


# ---- What comes with another name


def by_others(
    entry: api.Entry, listed: list[api.Entry], sections: dict[str, list[Section]]
) -> list[Section]:
    """Where the first name is met whose signature has this type, or that extends it."""
    for other in listed:
        if sections[other.id] and entry.item.name in types(other):
            return sections[other.id][-1:]
    return []


def types(entry: api.Entry) -> set[str]:
    """The names in the signature of an entry, and the classes that it extends."""
    item = entry.item
    texts: list[object] = []
    if isinstance(item, griffe.Class):
        texts += item.bases
        members = item.members.values()
        texts += [each.annotation for each in members if isinstance(each, griffe.Attribute)]
    if isinstance(item, griffe.Function | griffe.Class):
        texts += [each.annotation for each in item.parameters]
    if isinstance(item, griffe.Function):
        texts.append(item.returns)
    return {name for text in texts for name in re.findall(r"\w+", str(text))}
