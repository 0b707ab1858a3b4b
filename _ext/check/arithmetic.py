"""Arithmetic as prose writes it, computed without running code: 0.8 × 1.5, exp(−1), 28^2 − 10 %."""

import ast
import itertools
import math
import operator
import re
from collections.abc import Callable
from decimal import Decimal

from read.numerals import Number, numbers, plain, unlatex

OPERATORS: dict[type[ast.AST], Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
FUNCTIONS: dict[str, Callable[..., float]] = {
    "sqrt": math.sqrt,
    "ln": math.log,
    "exp": math.exp,
    "ceil": math.ceil,
    "round": lambda value, places=0: round(value, int(places)),
}
SIGNS = str.maketrans({"×": "*", "·": "*", "÷": "/", "^": "**"})


def computed(expression: str) -> Decimal:
    """What an expression comes to.

    Raises ValueError for what is no arithmetic with numbers, or has no result.
    """
    code = plain(expression).translate(SIGNS).strip()
    code = re.sub(r"(\d+(?:\.\d+)?)\s*%", r"(\1/100)", code)
    try:
        return Decimal(repr(value(ast.parse(code, mode="eval").body)))
    except (SyntaxError, TypeError, ArithmeticError) as error:
        raise ValueError(str(error)) from None


def value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.BinOp(left, op, right) if type(op) in OPERATORS:
            return OPERATORS[type(op)](value(left), value(right))
        case ast.UnaryOp(op, operand) if type(op) in OPERATORS:
            return OPERATORS[type(op)](value(operand))
        case ast.Call(ast.Name(name), arguments, []) if name in FUNCTIONS:
            return FUNCTIONS[name](*map(value, arguments))
    raise ValueError(f"{ast.unparse(node)} is no arithmetic")


FRACTION = re.compile(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}")
ROOT = re.compile(r"\\sqrt\{([^{}]*)\}")
OTHER_COMMAND = re.compile(r"\\(?!times|cdot)[a-zA-Z]+")
RELATION = re.compile(r"(?:&\s*)?(?:=|\\approx(?![a-z]))")


def results(formula: str) -> list[tuple[Number, Decimal]]:
    """The numbers between = and ≈ in a formula, each with what the side before it comes to.

    So `z = 0.8 \\times 1.5 = 1.2` has one. What contains letters or another command
    is not computed, nor is a number with its base, 10_2.
    """
    formula = FRACTION.sub(r"((\1)/(\2))", ROOT.sub(r"sqrt(\1)", formula))
    sides = [OTHER_COMMAND.sub("?", side) for side in RELATION.split(formula)]
    sides = ["?" if "_" in side else unlatex(side).strip(" .,;") for side in sides]
    found = []
    for side, result in itertools.pairwise(sides):
        written = list(numbers(result))
        if len(written) == 1 and re.fullmatch(r"[-−]?\s?" + re.escape(written[0].text), result):
            try:
                found.append((written[0], abs(computed(side))))
            except ValueError:
                continue
    return found
