"""The syntax of code cells: the Python in them, and the names that pass from one to another."""

import ast
from functools import cache

from read.notebooks import Cell
from read.statements import flow, python, stored


def code_of(cell: Cell) -> str:
    """The Python of a cell; none in prose."""
    return python(cell.source) if cell.kind == "code" else ""


def tree(cell: Cell) -> ast.Module:
    return parse(code_of(cell))


def names(cell: Cell) -> tuple[set[str], set[str]]:
    """The names that a cell binds, and those that it reads before it binds them."""
    return names_of(code_of(cell))


@cache
def parse(code: str) -> ast.Module:
    """The syntax of some code, which many rules ask for."""
    return ast.parse(code)


@cache
def names_of(code: str) -> tuple[set[str], set[str]]:
    module = parse(code)
    reads, _ = flow(module.body, set())
    return stored(module), reads
