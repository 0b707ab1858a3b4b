"""Which functions a learner's function uses, by whatever name it calls them."""

import builtins
import dis
from collections.abc import Collection, Iterator, Mapping
from types import CodeType, FunctionType, MethodType
from typing import Any


def used(value: Any, names: Collection[str], variables: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of `names` that a function uses, or what it calls among the learner's `variables`.

    A name is found as `np.sum`, as the method `X.sum`, after `from numpy import sum as s` and
    `s = np.sum`; a function of the learner's that has this name is looked into instead.
    """
    found: dict[str, None] = {}
    waiting: list[Any] = [value]
    seen: list[Any] = []
    while waiting:
        each = waiting.pop()
        if any(each is other for other in seen):
            continue
        seen.append(each)
        if isinstance(each, MethodType):
            each = each.__func__
        if isinstance(each, FunctionType) and each.__globals__ is variables:
            found |= dict.fromkeys(name for name in attributes(each.__code__) if name in names)
            waiting += objects(each)
        elif (name := getattr(each, "__name__", None)) in names:
            found[str(name)] = None
        else:
            waiting += inside(each, variables)
    return tuple(found)


def codes(code: CodeType) -> Iterator[CodeType]:
    """That of a function, and of those that it defines."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)


def attributes(code: CodeType) -> Iterator[str]:
    """What it takes out of modules and objects, by name."""
    for each in codes(code):
        for step in dis.get_instructions(each):
            if step.opname in ("LOAD_ATTR", "LOAD_METHOD", "IMPORT_FROM"):
                yield str(step.argval)
        if "getattr" in each.co_names:
            yield from (name for name in each.co_consts if isinstance(name, str))


def objects(function: FunctionType) -> Iterator[Any]:
    """What its names stand for: global and built-in ones, those of its closure, its defaults."""
    for code in codes(function.__code__):
        for name in code.co_names:
            yield function.__globals__.get(name, vars(builtins).get(name))
    for cell in function.__closure__ or ():
        yield cell.cell_contents
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()


def inside(value: Any, variables: Mapping[str, Any]) -> Iterator[Any]:
    """What something that can be called is made of: `partial`, `np.vectorize`, an own class."""
    if callable(value):
        yield from (getattr(value, name, None) for name in ("func", "pyfunc", "__wrapped__"))
        kind = value if isinstance(value, type) else type(value)
        if kind.__module__ == variables.get("__name__"):
            yield from (each for each in vars(kind).values() if isinstance(each, FunctionType))
