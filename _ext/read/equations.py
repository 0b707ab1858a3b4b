r"""Each tagged equation of the book: where it stands, the code that says the same, its proof.

The code of an equation is what stands beside its number. A comment `# (2.11)` names it on the line
itself, of a function its first; and where the formula is one line of a cell that does more, the
cell's metadata give that line: `"equations": {"2.4": "z += w[d] * x[d]"}`. Else it is the function
that `prove("2.11", dl_dw, …)` compares with differences.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from read.book import Book, Notebook
from read.notebooks import TAG, Cell, prose
from read.places import Section, section_of_cells
from read.syntax import code_of, tree
from read.text import displayed

KEY = "equations"  # of a code cell's metadata
BESIDE = re.compile(r"#\s+\((\d+\.\d+)\).*")


@dataclass(frozen=True)
class Code:
    """What a cell says of an equation."""

    notebook: str
    cell: int
    source: str  # the lines; of a proof the name of the function


@dataclass(frozen=True)
class Equation:
    number: str
    formula: str  # without its tag
    section: Section
    code: tuple[Code, ...]
    proofs: tuple[Code, ...]

    @property
    def chapter(self) -> str:
        return self.number.partition(".")[0]


def equations(book: Book) -> list[Equation]:
    """The tagged equations, in order."""
    found = []
    for notebook in book.notebooks:
        places = section_of_cells(notebook)
        said, proved = code_beside(notebook), proofs_of(notebook)
        functions = dict(each for cell in notebook.cells for each in defined(cell, notebook.name))
        for cell in prose(notebook.cells, "en"):
            for formula in displayed(cell):
                for number in TAG.findall(formula):
                    mine = [code for each, code in proved if each == number]
                    code = [code for each, code in said if each == number]
                    of_proofs = [functions[p.source] for p in mine if p.source in functions]
                    if not code or code[0] in of_proofs:
                        code = of_proofs
                    text = TAG.sub("", formula).strip()
                    parts = tuple(dict.fromkeys(code)), tuple(dict.fromkeys(mine))
                    found.append(Equation(number, text, places[cell.number], *parts))
    return found


def proofs_of(notebook: Notebook) -> list[tuple[str, Code]]:
    return [
        (number, Code(notebook.name, cell.number, function))
        for cell in notebook.cells
        for number, function in proofs(cell)
    ]


def proofs(cell: Cell) -> Iterator[tuple[str, str]]:
    """Each call of `prove`: the equation's number and the name of the function that it takes."""
    for node in ast.walk(tree(cell)):
        match node:
            case ast.Call(func=ast.Name("prove"), args=[ast.Constant(str(number)), formula, *_]):
                yield number, ast.unparse(formula)


def code_beside(notebook: Notebook) -> list[tuple[str, Code]]:
    """(number, code) of what is declared in metadata or named by a comment."""
    return [
        (number, Code(notebook.name, cell.number, source))
        for cell in notebook.cells
        for number, source in [*declared(cell).items(), *commented(cell)]
    ]


def declared(cell: Cell) -> dict[str, str]:
    return dict(cell.metadata.get(KEY, {}))


def commented(cell: Cell) -> Iterator[tuple[str, str]]:
    """(number, code) of each comment: the function that begins there, or the line alone."""
    lines = code_of(cell).splitlines()
    blocks = {node.lineno: node for node in functions(cell)}
    for at, line in enumerate(lines, 1):
        for number in BESIDE.findall(line):
            node = blocks.get(at)
            yield number, source_of(lines, node) if node else BESIDE.sub("", line).strip()


def defined(cell: Cell, notebook: str) -> Iterator[tuple[str, Code]]:
    """The functions of a cell by name."""
    lines = code_of(cell).splitlines()
    for node in functions(cell):
        yield node.name, Code(notebook, cell.number, source_of(lines, node))


def functions(cell: Cell) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree(cell)) if isinstance(node, ast.FunctionDef)]


def source_of(lines: list[str], node: ast.FunctionDef) -> str:
    """The lines of a function, without what names its equation and without its docstring."""
    body = node.body[1:] if ast.get_docstring(node) and node.body[1:] else node.body
    first = lines[node.lineno - 1 : node.body[0].lineno - 1]
    kept = first + lines[body[0].lineno - 1 : node.end_lineno]
    indent = len(kept[0]) - len(kept[0].lstrip())
    return "\n".join(BESIDE.sub("", line[indent:]).rstrip() for line in kept)
