"""Torch stands apart: cells marked `"needs": "torch"` use it, and no other cell needs those.

A proof's `autograd=` is asked lazily, so a function that imports torch when it is called may be
named there, and nowhere else in a cell that is not marked. The rest is names: what a marked cell
binds, an unmarked cell may not read before another binds it again. What a marked cell changes
without binding a name is seen where the notebooks run without torch (tests/book).
"""

import ast

from read.book import Book, Found, Notebook
from read.notebooks import Cell
from read.syntax import names, tree

TORCH = "torch"


def torch_stands_apart(notebook: Notebook, book: Book) -> Found:
    marked_names: dict[str, Cell] = {}  # names that a marked cell was the last to bind
    witnesses: set[str] = set()  # functions that import torch when they are called
    for cell in notebook.cells:
        needs = cell.metadata.get("needs")
        if needs not in (None, TORCH) or (needs and cell.kind != "code"):
            yield cell, f'"needs" is {needs!r} in its metadata. Only a code cell may need "torch".'
        if cell.kind != "code":
            continue
        bound, read = names(cell)
        use = Use(witnesses)
        use.visit(tree(cell))
        if needs:
            if not (use.imports or use.calls or read & {TORCH, *marked_names}):
                yield cell, 'it is marked "needs": "torch" and uses none. Take the mark out.'
            marked_names |= dict.fromkeys(bound, cell)
            continue
        for line in use.imports:
            yield (
                cell,
                f"its line {line} imports torch. Mark the cell "
                '"needs": "torch", or import it in the function that a proof takes as autograd.',
            )
        for name in sorted(use.calls):
            yield (
                cell,
                f"it uses {name}, which imports torch, outside of autograd=. "
                'Mark the cell "needs": "torch".',
            )
        for name in sorted(read & marked_names.keys()):
            yield (
                cell,
                f"it reads {name} of cell {marked_names[name].number}, which does not run without "
                'torch. Bind it in a cell of its own, or mark this one "needs": "torch" too.',
            )
        for name in bound:
            marked_names.pop(name, None)
        witnesses = (witnesses - bound) | use.found


class Use(ast.NodeVisitor):
    """How a cell comes by torch.

    Attributes: `imports`, lines that import it while the cell runs; `found`, functions that import
    it while they run, directly or by another such function; `calls`, such functions that the cell
    names elsewhere than in `autograd=`.
    """

    def __init__(self, witnesses: set[str]) -> None:
        self.imports: list[int] = []
        self.found: set[str] = set()
        self.calls: set[str] = set()
        self.witnesses = witnesses
        self.inside: str | None = None  # the outermost function around this place

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        outermost = self.inside is None
        self.inside = self.inside or node.name
        self.generic_visit(node)
        if outermost:
            self.inside = None

    def visit_Import(self, node: ast.Import) -> None:
        self.imported(node, [each.name for each in node.names])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.imported(node, [node.module or ""])

    def imported(self, node: ast.stmt, modules: list[str]) -> None:
        if TORCH not in (module.split(".")[0] for module in modules):
            return
        if self.inside:
            self.found.add(self.inside)
        else:
            self.imports.append(node.lineno)

    def visit_Call(self, node: ast.Call) -> None:
        proof = isinstance(node.func, ast.Name) and node.func.id == "prove"
        for child in ast.iter_child_nodes(node):
            if not (proof and isinstance(child, ast.keyword) and child.arg == "autograd"):
                self.visit(child)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load) and node.id in self.witnesses | self.found:
            if self.inside:
                self.found.add(self.inside)
            else:
                self.calls.add(node.id)
