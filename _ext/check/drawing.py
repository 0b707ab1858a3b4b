"""Drawing code is folded: of the code that a chapter shows open, at most a line in twenty draws.

A line draws if its statement calls something of an axes, a figure, matplotlib or nnlib.plots, hands
an axes on, or takes a color from there; so do all lines of a function that is given an axes, such
as those of a film, and the head of a loop in which every line draws. Which names are axes is
followed through the cells.
"""

import ast
import io
import tokenize
from collections.abc import Iterator

from read.book import Book, Found, Notebook
from read.notebooks import Cell
from read.syntax import code_of, names, tree

AT_MOST = 1 / 20  # of the open lines
FOLDED, SET_UP = "hide-input", "set-up"  # tags
HIDDEN = {FOLDED, "remove-input"}  # tags of cells whose code no page shows open
LIBRARIES = ("matplotlib", "mpl_toolkits", "nnlib.plots", "nnlib.explore")
CANVASES = ("ax", "axes", "fig")  # parameters by which a function is given what to draw on
NO_CODE = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)

Lines = set[int]


def little_drawing_is_open(notebook: Notebook, book: Book) -> Found:
    if not notebook.chapter:
        return
    counted = [each for each in count(notebook.cells) if not HIDDEN & tags_of(each[0])]
    lines = sum(len(code) for _, code, _ in counted)
    drawing = sum(len(drawn) for _, _, drawn in counted)
    if drawing > AT_MOST * lines:
        worst = sorted(counted, key=lambda each: -len(each[2]))[:3]
        others = ", ".join(str(cell.number) for cell, _, _ in worst[1:])
        cell, _, drawn = worst[0]
        yield (
            cell,
            f"{len(drawn)} of its lines draw, and {drawing} of the {lines} that the chapter shows "
            f'open: more than one in twenty. Tag what draws "{FOLDED}", after splitting it from '
            f"what computes, here or in cells {others}.",
        )


def folded_code_only_draws(notebook: Notebook, book: Book) -> Found:
    """Nothing that the text computes is folded away: only what draws, and the set-up."""
    hidden: dict[str, Cell] = {}  # names that a folded cell was the last to bind
    for cell, code, drawn in count(notebook.cells):
        tags = tags_of(cell)
        bound, read = names(cell)
        if FOLDED in tags and SET_UP not in tags:
            if 2 * len(drawn) < len(code):
                yield (
                    cell,
                    f"it is folded, and {len(drawn)} of its {len(code)} lines draw. Split what "
                    f'computes from what draws, or take the tag "{FOLDED}" out.',
                )
            hidden |= dict.fromkeys(bound, cell)
            continue
        for name in sorted(read & hidden.keys()):
            yield (
                cell,
                f"it reads {name}, which the folded cell {hidden[name].number} binds. "
                "Bind it in an open cell.",
            )
        for name in bound:
            hidden.pop(name, None)


def tags_of(cell: Cell) -> set[str]:
    return set(cell.metadata.get("tags", []))


def count(cells: list[Cell]) -> Iterator[tuple[Cell, Lines, Lines]]:
    """Each code cell with its lines of code, and those of them that draw."""
    canvases = Canvases()
    for cell in cells:
        if cell.kind == "code":
            code = lines_of_code(code_of(cell))
            yield cell, code, canvases.lines(tree(cell).body) & code


def lines_of_code(code: str) -> Lines:
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return {
        line
        for token in tokens
        if token.type not in (*NO_CODE, tokenize.ENDMARKER)
        for line in range(token.start[0], token.end[0] + 1)
    }


class Canvases:
    """The names that stand for something to draw on or with, statement by statement."""

    def __init__(self, names: set[str] | None = None) -> None:
        self.names = names if names is not None else set()

    def lines(self, body: list[ast.stmt]) -> Lines:
        """The lines of these statements that draw; learns the names that they bind."""
        return set().union(*(self.lines_of(each) for each in body))

    def lines_of(self, node: ast.stmt) -> Lines:
        match node:
            case ast.FunctionDef():
                return self.function(node)
            case ast.Import() | ast.ImportFrom():
                return self.imported(node)
            case ast.For():
                self.bind(node.target, node.iter)
                return self.compound(node, node.body + node.orelse)
            case ast.With():
                return self.compound(node, node.body)
            case ast.If() | ast.While():
                return self.compound(node, node.body + node.orelse)
            case ast.Try():
                handled = [each for handler in node.handlers for each in handler.body]
                return self.compound(node, node.body + handled + node.orelse + node.finalbody)
        draws = self.draws(node)
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self.bind(target, node.value)
        return span(node) if draws else set()

    def compound(self, node: ast.stmt, body: list[ast.stmt]) -> Lines:
        drawn = self.lines(body)
        whole = set().union(*map(span, body))
        return span(node) if whole <= drawn else drawn

    def function(self, node: ast.FunctionDef) -> Lines:
        arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
        given = {each.arg for each in arguments}.intersection(CANVASES)
        drawn = Canvases(self.names | given).compound(node, node.body)
        if given or drawn:
            self.names.add(node.name)
        else:
            self.names.discard(node.name)
        return span(node) if given else drawn

    def imported(self, node: ast.Import | ast.ImportFrom) -> Lines:
        module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
        draw = {
            (each.asname or each.name).split(".")[0]
            for each in node.names
            if f"{module}{each.name}.".startswith(tuple(f"{name}." for name in LIBRARIES))
        }
        self.names |= draw
        return span(node) if len(draw) == len(node.names) else set()

    def draws(self, node: ast.AST) -> bool:
        for each in ast.walk(node):
            if isinstance(each, ast.Call):
                given = [*each.args, *(keyword.value for keyword in each.keywords)]
                if any(self.has(part) for part in (each.func, *given)):
                    return True
            elif isinstance(each, ast.Attribute) and self.has(each):
                return True
        return False

    def has(self, node: ast.expr) -> bool:
        """Whether an expression is one of the names, or a part of what it stands for."""
        match node:
            case ast.Name(name):
                return name in self.names
            case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.Starred(inner):
                return self.has(inner)
            case ast.Call(func=inner):
                return self.has(inner)
            case ast.Tuple(parts) | ast.List(parts):
                return any(map(self.has, parts))
        return False

    def bind(self, target: ast.expr, value: ast.expr) -> None:
        """Learn what an assignment, or a loop over `value`, makes of its names."""
        match target, value:
            case (ast.Tuple(names), ast.Tuple(parts)) if len(names) == len(parts):
                pairs = list(zip(names, parts, strict=True))
            case (ast.Tuple(names), ast.Call(ast.Name("zip"), parts)) if len(names) == len(parts):
                pairs = list(zip(names, parts, strict=True))
            case ast.Tuple([_, name]), ast.Call(ast.Name("enumerate"), [part, *_]):
                pairs = [(name, part)]
            case _:
                found = {each.id for each in ast.walk(target) if isinstance(each, ast.Name)}
                self.names = self.names | found if self.has(value) else self.names - found
                return
        for name, part in pairs:
            self.bind(name, part)


def span(node: ast.stmt) -> Lines:
    return set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
