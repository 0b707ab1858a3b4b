"""Faults that a gate still excuses: exceptions.tsv counts them by rule and cell, and only shrinks.

A new gate may find cells that only a rewriting mends. Their faults are listed, so that the gate
holds for all the others from its first day. A cell with more faults than its line says gets them
all reported; a line that says more than there is, or names a cell that is gone, is itself a fault.
Cells have ids of their own across the book, which renumbering and splitting chapters keep.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from read.notebooks import Cell

FILE = "_ext/check/exceptions.tsv"

Exceptions = Mapping[tuple[str, str], int]  # (rule, cell id): how many faults
Found = Iterable[tuple[Cell, str]]


def exceptions(root: Path) -> Exceptions:
    """What the list in a book says; empty for a book without one."""
    file = root / FILE
    rows = file.read_text("utf8").splitlines()[1:] if file.exists() else []
    table = [row.split("\t") for row in rows]
    return {(rule, cell): int(faults) for rule, cell, faults in table}


def unexcused(
    rule: str, found: Found, cells: Collection[Cell], allowed: Exceptions
) -> Iterator[tuple[Cell, str]]:
    """The faults that `rule` found in `cells` and that its exceptions do not cover."""
    faults: dict[str, list[tuple[Cell, str]]] = defaultdict(list)
    for cell, fault in found:
        faults[cell.id].append((cell, fault))
    excess = {
        cell: each for cell, each in faults.items() if len(each) > allowed.get((rule, cell), 0)
    }
    for each in excess.values():
        yield from each
    for cell in cells:
        listed, left = allowed.get((rule, cell.id), 0), len(faults[cell.id])
        if left < listed:
            remedy = f"Write {left}" if left else "Take the line out"
            yield (
                cell,
                f"{FILE} excuses {listed} fault(s) of {rule}, and there are {left}. {remedy}.",
            )


def without_cell(allowed: Exceptions, cells: Collection[Cell]) -> Iterator[str]:
    """Exceptions for cells that the book no longer has."""
    known = {cell.id for cell in cells}
    for rule, cell in allowed:
        if cell not in known:
            yield f"{FILE}: no notebook has the cell {cell} ({rule}). Take the line out."
