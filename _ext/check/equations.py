"""Equations: numbers in order, citations that lead somewhere, gradients that are proved."""

import ast
import re
from collections.abc import Iterator

from read.book import Book, Found, Notebook
from read.equations import KEY, declared, proofs
from read.notebooks import CITATION, Cell, prose
from read.syntax import tree
from read.text import LATIN, displayed, texts


def tags_in_order(notebook: Notebook, book: Book) -> Found:
    seen: dict[str, Cell] = {}
    due = 1
    for cell in prose(notebook.cells, "zh-Hant"):  # the partner's tags are the same
        for tag in re.findall(r"\\tag\*?\{(.*?)\}", "".join(displayed(cell))):
            right = rf"\tag{{{notebook.chapter}.{due}}}"
            number = re.fullmatch(rf"{notebook.chapter}\.(\d+)", tag)
            if notebook.chapter is None:
                yield (
                    cell,
                    rf"\tag{{{tag}}} is in no chapter. Remove it, or number the file: 02-….ipynb.",
                )
            elif tag in seen:
                yield cell, rf"\tag{{{tag}}} is already in cell {seen[tag].number}. Write {right}."
                continue
            elif not number:
                yield cell, rf"\tag{{{tag}}} in chapter {notebook.chapter}. Write {right}."
            elif int(number[1]) != due:
                yield (
                    cell,
                    rf"\tag{{{tag}}} is out of order. Write {right}, and mend what cites it.",
                )
            seen[tag] = cell
            due = int(number[1]) + 1 if number else due + 1


NOUN = {"zh-Hant": "式", "en": "Eq."}


def equations_exist(notebook: Notebook, book: Book) -> Found:
    for lang, citation in CITATION.items():
        for cell in notebook.cells:
            for text in texts(cell, lang):
                for number in citation.findall(text):
                    if number not in book.tags:
                        yield (
                            cell,
                            rf"equation ({number}) is cited but no cell has \tag{{{number}}}. "
                            "Add the tag or mend the number.",
                        )
                for number in re.findall(rf"(?<![{LATIN}])\((\d+\.\d+)\)", citation.sub("", text)):
                    if number in book.tags:
                        yield (
                            cell,
                            f"({number}) alone is no link. Write {NOUN[lang]} ({number}).",
                        )


# A derivative or an error δ on the left of an equals sign. A definition has ≡ in its place.
GRADIENT = re.compile(r"[^=]*\\(?:partial|nabla|delta)[^=]*=")


def gradients_are_proved(notebook: Notebook, book: Book) -> Found:
    """What is printed as a gradient is a function with a name, and `prove` compares it."""
    proved = [proof for cell in notebook.cells for proof in proofs(cell)]
    functions = {name for cell in notebook.cells for name in functions_of(cell)}
    for cell in prose(notebook.cells, "zh-Hant"):  # the partner's formulas are the same
        for formula in displayed(cell):
            gradients = [row for row in re.split(r"\\\\|\\qquad", formula) if GRADIENT.match(row)]
            for tag in re.findall(r"\\tag\{(.*?)\}", formula):
                named = [function for number, function in proved if number == tag]
                if len(named) < len(gradients):
                    yield (
                        cell,
                        f"equation ({tag}) holds {len(gradients)} gradients, of which "
                        f'{len(named)} are proved. Add a cell with prove("{tag}", …).',
                    )
                for function in named:
                    if function not in functions:
                        yield (
                            cell,
                            f"equation ({tag}) is proved for {function}, which is no function of "
                            "this notebook. Name the formula with def, or import it.",
                        )


def functions_of(cell: Cell) -> Iterator[str]:
    """The functions that a code cell defines, and the names that it imports."""
    for node in ast.walk(tree(cell)):
        match node:
            case ast.FunctionDef(name=name):
                yield name
            case ast.ImportFrom(names=names):
                yield from (each.asname or each.name for each in names)


def declared_code_is_there(notebook: Notebook, book: Book) -> Found:
    """What metadata call the code of an equation is a part of the cell, and the equation exists."""
    tags = {tag for cell in notebook.cells for tag in re.findall(r"\\tag\{(.*?)\}", cell.source)}
    for cell in notebook.cells:
        written = without_indents(cell.source)
        for number, code in declared(cell).items():
            if number not in tags:
                yield (
                    cell,
                    f'"{KEY}" names ({number}), which no cell of this notebook tags. '
                    "Mend the number.",
                )
            elif without_indents(code) not in written:
                yield (
                    cell,
                    f'"{KEY}" says that ({number}) is `{code}`, which the cell does not contain. '
                    "Copy the lines from the cell.",
                )


def without_indents(code: str) -> str:
    return "\n".join(line.strip() for line in code.splitlines())
