"""The statements of a page that a name needs: an experiment taken out of it as it stands.

Read backward from the end, a statement is needed if it defines a needed name or changes its object
in place; what it reads is then needed too, and so is what the functions that it calls read. What is
left out: prints, proofs and drawings, and what else the page does with other names.

Seen as a change in place are `a += …`, `a[i] = …`, `a.b = …`, a method or a function called as a
statement (`a.append(…)`, `one_epoch(a)`), and `fit(a, …)` anywhere. To draw from a generator is
none: where other cells draw from the same one, what is taken out gets other numbers than the page.
"""

import ast
import copy
import hashlib
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

SHOWS = {"print", "prove", "explore", "display"}  # functions that leave their arguments alone
OWN_SCOPE = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
IMPORT = ast.Import | ast.ImportFrom


@dataclass(frozen=True)
class Statement:
    """A statement at the top of a cell, or of a script."""

    code: str
    node: ast.stmt

    @cached_property
    def defines(self) -> set[str]:
        """Names that stand for something new after it, whatever they stood for before."""
        reads, bound = flow([self.node], set())
        return bound - reads

    @cached_property
    def changes(self) -> set[str]:
        """Names whose objects it may change, and those that it may define or not."""
        return (set(changed(self.node)) | stored(self.node)) - self.defines

    @cached_property
    def reads(self) -> set[str]:
        """Names it takes from the page, now or when its functions are called."""
        return free(self.node)

    @cached_property
    def reads_now(self) -> set[str]:
        """Of a function's definition only what its defaults and decorators read."""
        if isinstance(self.node, ast.FunctionDef):
            return outside(self.node)
        return flow([self.node], set())[0]

    @property
    def holds_functions(self) -> bool:
        """Whether what it defines may be called later."""
        return any(isinstance(node, OWN_SCOPE) for node in ast.walk(self.node))


def python(source: str) -> str:
    """The code of a cell, with a blank line for each that only IPython reads."""
    return re.sub(r"^[%!].*$", "", source, flags=re.M)


@cache
def statements(source: str) -> list[Statement]:
    """The statements of a cell, which many rules ask for."""
    code = python(source)
    lines = code.splitlines(keepends=True)
    found = []
    for node in ast.parse(code).body:
        decorated = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(each.lineno for each in decorated)])
        above = lines[first - 1 : node.lineno - 1]
        segment = ast.get_source_segment(code, node) or ""
        found.append(Statement("".join([*above, segment]), node))
    return found


def needed(page: list[Statement], names: Iterable[str]) -> list[Statement]:
    """The statements that these names need, in the order of the page. LookupError: one is not."""
    wanted = set(names)
    if missing := sorted(wanted - {name for each in page for name in each.defines | each.changes}):
        raise LookupError(f"the page up to this cell defines no {', '.join(missing)}")
    modules = {name for each in page if isinstance(each.node, IMPORT) for name in each.defines}
    wanted = called(page, wanted)
    chosen = []
    for count in reversed(range(len(page))):
        each = page[count]
        if not wanted & (each.defines | each.changes - modules):
            continue
        chosen.append(imported(each.node, wanted) if isinstance(each.node, IMPORT) else each)
        wanted -= each.defines
        wanted |= called(page[:count], each.reads_now)
    return chosen[::-1]


def called(page: list[Statement], names: Iterable[str]) -> set[str]:
    """These names and all that the functions among them read, as defined at the end of a page."""
    reached: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        reached.add(name)
        definition = next((each for each in reversed(page) if name in each.defines), None)
        if definition and definition.holds_functions:
            waiting |= definition.reads - reached
    return reached


def imported(node: IMPORT, wanted: set[str]) -> Statement:
    """An import of the wanted names alone."""
    node = copy.copy(node)
    node.names = [alias for alias in node.names if stored(ast.Import([alias])) & wanted]
    return Statement(ast.unparse(node), node)


def digest(page: list[Statement]) -> str:
    """A hash of statements that comments, blank lines and the place of an import leave alone."""
    imports = {each.code for each in page if isinstance(each.node, IMPORT)}
    others = [bare(each.code) for each in page if not isinstance(each.node, IMPORT)]
    code = "\n".join([*sorted(imports), *others])
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def bare(code: str) -> str:
    """Code without comments and blank lines."""
    lines = code.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    return "\n".join(line.rstrip() for line in lines if line.strip())


def flow(body: list[ast.stmt], bound: set[str]) -> tuple[set[str], set[str]]:
    """What statements in a row read from before them, and what they bind for certain.

    A loop counts as run at least once, as the page's loops are.
    """
    reads: set[str] = set()
    for node in body:
        match node:
            case ast.For():
                reads |= free(node.iter) - bound
                inner, bound = flow(node.body, bound | stored(node.target))
                reads |= inner | (free(ast.Module(node.orelse, [])) - bound)
            case ast.With():
                for item in node.items:
                    reads |= free(item) - bound
                    bound = bound | stored(item)
                inner, bound = flow(node.body, bound)
                reads |= inner
            case ast.If() | ast.While() | ast.Try():
                reads |= free(node) - bound
            case _:
                reads |= free(node) - bound
                bound = bound | stored(node)
    return reads, bound


def stored(node: ast.AST) -> set[str]:
    """The names that it binds in its own scope."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return {(each.asname or each.name).split(".")[0] for each in aliases}
        case ast.Name(id=name, ctx=ast.Store()):
            return {name}
        case ast.Lambda():
            return set()
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return set()
    return {name for child in ast.iter_child_nodes(node) for name in stored(child)}


def free(node: ast.AST) -> set[str]:
    """The names that it reads and does not bind itself."""
    children = {name for child in ast.iter_child_nodes(node) for name in free(child)}
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            return {name}
        case ast.AugAssign(target=ast.Name(id=name)):
            return children | {name}
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
            body = node.body if isinstance(node.body, list) else [node.body]
            own = {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}
            own |= {name for each in body for name in stored(each)}
            return (children - own) | outside(node)
        case ast.ClassDef():
            return children - {name for each in node.body for name in stored(each)}
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return children - {name for each in node.generators for name in stored(each.target)}
    return children


def outside(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> set[str]:
    """What a function reads while it is defined."""
    parts: list[ast.AST] = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
    parts += getattr(node, "decorator_list", [])
    return {name for part in parts for name in free(part)}


def changed(node: ast.AST) -> Iterator[str]:
    """The names whose objects it changes in place, in its own scope."""
    match node:
        case ast.AugAssign(target=target):
            yield from root(target)
        case ast.Subscript(ctx=ast.Store()) | ast.Attribute(ctx=ast.Store()):
            yield from root(node)
        case ast.Expr(value=ast.Call(func=ast.Attribute() as method)):
            yield from root(method)
        case ast.Expr(value=ast.Call(func=ast.Name(id=name), args=args)) if name not in SHOWS:
            yield from (found for each in args for found in root(each))
        case ast.Call(func=ast.Name("fit"), args=[net, *_]):
            yield from root(net)
    if not isinstance(node, OWN_SCOPE):
        for child in ast.iter_child_nodes(node):
            yield from changed(child)


def root(node: ast.AST) -> Iterator[str]:
    """`a` of `a`, `a.b[c].d`."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id
