"""Symbolic differentiation: from a formula, the formula of its derivative.

The result is exact, and long: written out, a derivative repeats inside itself the formulas that it
is made of. Counted with every repeated part once it stays short, and to compute every part once is
what automatic differentiation does.

>>> import numpy as np
>>> from nnlib.symbolic import Symbol, derivative
>>> x = Symbol("x")
>>> derivative(x * np.exp(2 * x), x)
exp(2 * x) + 2 * exp(2 * x) * x
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, Union, cast

import numpy as np

from nnlib.checks import floats, instance, number
from nnlib.derivatives import (
    Function,
    Inputs,
    Options,
    Traced,
    chain,
    check_rules,
    derivatives_of,
    evaluate,
    graph,
    name_of,
)

Formula: TypeAlias = Union["Expression", float]
"""An Expression, or the number that it was simplified to."""

# How each operator is written, how strongly it binds, and how strongly its operands have to bind
# to stand there without parentheses.
OPERATORS: dict[Function, tuple[str, int, tuple[int, ...]]] = {
    np.add: ("{} + {}", 1, (1, 1)),
    np.subtract: ("{} - {}", 1, (1, 2)),
    np.multiply: ("{} * {}", 2, (2, 2)),
    np.divide: ("{} / {}", 2, (2, 3)),
    np.negative: ("-{}", 3, (3,)),
    np.power: ("{}**{}", 4, (5, 3)),
}
WORD = 5  # binds more strongly than any operator


class Expression(Traced):
    """A formula: a function of formulas and numbers that is not computed, but written down.

    Made by calling a function, written with operators and NumPy's functions of numbers, with
    Symbols in the place of numbers. What goes without saying, such as 0 · x = 0, x + 0 = x or
    1 + 2 = 3, is simplified at once.
    """

    dtype = np.dtype(np.float64)  # of the numbers that it stands for

    def __init__(self, function: Function, inputs: Inputs) -> None:
        self.function, self.inputs = function, inputs

    def apply(self, function: Function, inputs: Inputs, options: Options) -> Formula:
        check_rules(derivatives_of(function), function, inputs, options)
        name = f"an input of {name_of(function)}"
        operands = (x if isinstance(x, Expression) else number(name, x) for x in inputs)
        return _simplified(function, *operands)

    # The same object is meant, not the same formula: the sizes below count equal parts.
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        written: dict[Any, tuple[str, int]] = {}  # the text, and how strongly it binds
        for v in graph(self):
            parts = [written[x] if isinstance(x, Expression) else _digits(x) for x in v.inputs]
            written[v] = v._written(parts)
        return written[self][0]

    def _written(self, parts: list[tuple[str, int]]) -> tuple[str, int]:
        if self.function not in OPERATORS:
            return f"{name_of(self.function)}({', '.join(text for text, _ in parts)})", WORD
        template, strength, needed = OPERATORS[self.function]
        operands = zip(parts, needed, strict=True)
        texts = [text if own >= least else f"({text})" for (text, own), least in operands]
        return template.format(*texts), strength


class Symbol(Expression):
    """A variable in a formula."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.inputs = ()

    def _written(self, parts: list[tuple[str, int]]) -> tuple[str, int]:
        return self.name, WORD


def derivative(y: Formula, x: Symbol) -> Formula:
    """The formula ∂y/∂x: the chain rule, part by part."""
    instance("x", x, Symbol, 'Symbol("x")')
    if not isinstance(y, Expression):
        number("y", y)
        return 0.0
    found: dict[Expression, Formula] = {}
    for v in graph(y):
        found[v] = 1.0 if v is x else 0.0
        for i, u in enumerate(v.inputs):
            if isinstance(u, Expression) and found[u] != 0:
                found[v] += chain(derivatives_of(v.function)[i](v, *v.inputs), found[u])
    return found[y]


def value(y: Formula, at: Mapping[Symbol, Any]) -> Any:
    """y with numbers, or arrays, in the place of its symbols.

    >>> x = Symbol("x")
    >>> value(x * x, {x: np.array([2.0, 3.0])})
    array([4., 9.])
    """
    if not isinstance(y, Expression):
        return number("y", y)
    values: dict[Any, Any] = {}
    for v in graph(y):
        if isinstance(v, Symbol):
            if v not in at:
                raise ValueError(f"at must have a value for every symbol, but has none for {v}")
            values[v] = floats(f"at[{v}]", at[v])[()]
        else:
            inputs = tuple(values[x] if isinstance(x, Expression) else x for x in v.inputs)
            values[v] = evaluate(v.function, inputs, {})[()]
    return values[y]


def written_size(y: Formula) -> int:
    """How many functions, symbols and numbers the formula has when it is written out."""
    if not isinstance(y, Expression):
        return 1
    sizes: dict[Any, int] = {}
    for v in graph(y):
        sizes[v] = 1 + sum(sizes[x] if isinstance(x, Expression) else 1 for x in v.inputs)
    return sizes[y]


def shared_size(y: Formula) -> int:
    """How many it has when equal parts are written once: the nodes of its graph.

    >>> x = Symbol("x")
    >>> y = x * x
    >>> written_size(y * y), shared_size(y * y)
    (7, 3)
    """
    if not isinstance(y, Expression):
        return 1
    parts: dict[Any, int] = {}  # the different ones, numbered
    number_of: dict[Expression, int] = {}
    for v in graph(y):
        inputs = [
            number_of[x] if isinstance(x, Expression) else parts.setdefault(x, len(parts))
            for x in v.inputs
        ]
        part = v if isinstance(v, Symbol) else (v.function, *inputs)
        number_of[v] = parts.setdefault(part, len(parts))
    return len(parts)


def _simplified(function: Function, *operands: Formula) -> Formula:
    if not any(isinstance(x, Expression) for x in operands):
        return float(evaluate(function, operands, {}))
    applied: Any = (function, *operands)
    match applied:
        case (np.multiply, 0, _) | (np.multiply, _, 0) | (np.divide, 0, _):
            return 0.0
        case (np.power, _, 0):
            return 1.0
        case (np.add, x, 0) | (np.add, 0, x) | (np.subtract, x, 0):
            return cast(Formula, x)
        case (np.multiply, x, 1) | (np.multiply, 1, x) | (np.divide | np.power, x, 1):
            return cast(Formula, x)
        case (np.where, c, a, b) if not isinstance(c, Expression):
            return cast(Formula, a if c else b)
    return Expression(function, operands)


def _digits(x: float) -> tuple[str, int]:
    return f"{x:.12g}", WORD if x >= 0 else 3
