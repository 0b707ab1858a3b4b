"""Cells that train: what they show is a claim that is replicated, or an illustration.

The steps of optimizers are seen while the notebooks run (tests/training.py). A descent written by
hand is seen here: a loop, in the cell or in a function that it calls, in which a product is taken
from a variable (`w -= eta * dw`, `w = w - eta * dw`), where something is drawn at random.
"""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from read.book import Book, Found, Notebook
from read.statements import Statement, called, needed, statements

DRAWN = {"default_rng", "manual_seed"}
FAULT = (
    "it trains, and it is marked neither as a claim nor as an illustration. "
    'Write "claims": ["…"] or "illustration": true in its metadata (CONTRIBUTING.md).'
)


def is_marked(metadata: Mapping[str, Any]) -> bool:
    return bool(metadata.get("claims") or metadata.get("illustration"))


def hand_written_training_is_marked(notebook: Notebook, book: Book) -> Found:
    page: list[Statement] = []
    for cell in notebook.cells:
        if cell.kind == "code":
            own = statements(cell.source)
            if not is_marked(cell.metadata) and descends(page, own):
                yield cell, FAULT
            page += own


def descends(page: list[Statement], own: list[Statement]) -> bool:
    """Whether statements after a page go down by hand, with something drawn at random."""
    page = [*page, *own]
    run = [each for each in own if not isinstance(each.node, ast.FunctionDef | ast.ClassDef)]
    descending = {
        name
        for each in page
        if isinstance(each.node, ast.FunctionDef) and steps(each.node)
        for name in each.defines
    }
    if not descending and not any(steps(each.node) for each in run):
        return False
    reached = called(page, {name for each in run for name in each.reads})
    if not descending & reached and not any(steps(each.node) for each in run):
        return False
    known = {name for each in page for name in each.defines | each.changes}
    parts = [*run, *needed(page, reached & known)]
    return any(DRAWN & {*mentioned(each.node)} for each in parts)


@cache
def steps(node: ast.AST) -> bool:
    """Whether a loop in it takes a product from a variable."""
    loops = (each for each in ast.walk(node) if isinstance(each, ast.For | ast.While))
    return any(downhill(each) for loop in loops for each in ast.walk(loop))


def downhill(node: ast.AST) -> bool:
    match node:
        case ast.AugAssign(op=ast.Sub(), value=value):
            return has_product(value)
        case ast.Assign(targets=[target], value=value):
            targets = target.elts if isinstance(target, ast.Tuple) else [target]
            values = value.elts if isinstance(value, ast.Tuple) else [value]
            return any(map(less_a_product, targets, values))
    return False


def less_a_product(target: ast.AST, value: ast.AST) -> bool:
    """`w - eta * dw`, to be put into w."""
    return (
        isinstance(value, ast.BinOp)
        and isinstance(value.op, ast.Sub)
        and ast.unparse(value.left) == ast.unparse(target)
        and has_product(value.right)
    )


def has_product(node: ast.AST) -> bool:
    product = ast.Mult | ast.MatMult
    return any(
        isinstance(each, ast.BinOp) and isinstance(each.op, product) for each in ast.walk(node)
    )


def mentioned(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        match each:
            case ast.Attribute(attr=name) | ast.Name(id=name):
                yield name
