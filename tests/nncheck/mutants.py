"""Programs that differ from a program in one place, as a learner's slip would make them."""

import ast
from collections.abc import Iterator
from copy import deepcopy
from difflib import ndiff

OPERATORS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.USub: (ast.UAdd,),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
PAIRS = ["sum mean", "ones zeros", "ceil floor", "maximum minimum", "max min", "exp log", "df f"]
NAMES = {a: b for pair in PAIRS for a, b in (pair.split(), pair.split()[::-1])}


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """Each changed program, after the lines that changed: "- before + after"."""
    tree = ast.parse(source)
    plain = ast.unparse(tree)
    seen = {plain}
    for place, node in enumerate(ast.walk(tree)):
        for new in variants(node):
            copy = deepcopy(tree)
            replace(copy, place, new)
            changed = ast.unparse(ast.fix_missing_locations(copy))
            if changed not in seen:
                seen.add(changed)
                lines = ndiff(plain.splitlines(), changed.splitlines())
                yield " ".join(" ".join(x.split()) for x in lines if x[0] in "-+"), changed


def replace(tree: ast.AST, place: int, new: ast.AST) -> None:
    old = list(ast.walk(tree))[place]
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, field, new)
            elif isinstance(value, list):
                value[:] = [new if each is old else each for each in value]


def variants(node: ast.AST) -> Iterator[ast.AST]:
    """What a slip may put in the place of a node."""
    for operator in OPERATORS.get(type(node), ()):
        yield operator()
    match node:
        case ast.Constant(value=bool() | None):
            pass
        case ast.Constant(value=int() | float() as n):  # other numbers, among them other axes
            yield from map(ast.Constant, dict.fromkeys([n + 1, n - 1, -n, 2 * n, 0]))
        case ast.Constant(value=str(text)) if len(text.strip()) == 1:  # other choices
            yield from map(ast.Constant, "ABCD")
        case ast.BinOp(left=left, op=op, right=right):
            yield from (left, right)
            if not isinstance(op, ast.Add | ast.Mult):
                yield ast.BinOp(right, op, left)
            if isinstance(op, ast.MatMult):
                yield ast.BinOp(ast.Attribute(left, "T", ast.Load()), op, right)
                yield ast.BinOp(left, op, ast.Attribute(right, "T", ast.Load()))
        case ast.Attribute(value=value, attr="T"):
            yield value
        case ast.Attribute(value=value, attr=name, ctx=context) if name in NAMES:
            yield ast.Attribute(value, NAMES[name], context)
        case ast.Call(func=f, args=[only], keywords=keywords):
            yield only
            if keywords:
                yield ast.Call(f, [only], [])
        case ast.Tuple(elts=[first, second, *rest], ctx=ast.Load() as context):
            yield ast.Tuple([second, first, *rest], context)
        case ast.If(test=test, body=body, orelse=other):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, other)
        case ast.IfExp(test=test, body=body, orelse=other):
            yield ast.IfExp(test, other, body)
        case ast.Assign() | ast.AugAssign():
            yield ast.Pass()
