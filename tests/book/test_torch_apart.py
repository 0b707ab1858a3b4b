"""Torch stands apart, as the code is read: what needs a mark, and what does not."""

from pathlib import Path

import pytest

from check.torch_apart import torch_stands_apart
from read.book import Book, Notebook
from read.notebooks import Cell

MARK = "torch: "  # before the source of a cell that is marked

WITNESS = """
def by_torch():
    import torch
    return torch.tensor(w).grad
"""
PROOF = "prove('2.1', slope, w, of=cost, at=w, autograd={})"


def faults(*sources: str) -> list[tuple[int, str]]:
    cells = []
    for number, source in enumerate(sources, 1):
        needs = {"needs": "torch"} if source.startswith(MARK) else {}
        cells.append(Cell(number, "code", None, source.removeprefix(MARK), needs, []))
    notebook = Notebook("chapters/02-neuron.ipynb", cells)
    found = torch_stands_apart(notebook, Book(Path(), [notebook], {}))
    return [(cell.number, fault) for cell, fault in found]


@pytest.mark.parametrize(
    "cells",
    [
        (f"{MARK}import torch", f"{MARK}print(torch.ones(2))", "print(1)"),
        ("w = 1.0", f"{MARK}import torch\nt = torch.tensor(w)", "print(w)"),
        (f"{MARK}import torch\nw = torch.ones(2)", "w = 1.0", "print(w)"),
        (WITNESS, PROOF.format("by_torch"), f"{MARK}print(by_torch())"),
        (WITNESS, PROOF.format("lambda: by_torch()[0]")),
        (WITNESS, "def half():\n    return by_torch() / 2", PROOF.format("lambda: half()")),
        (WITNESS, "def by_torch():\n    return 1", "print(by_torch())"),
        ("import torchvision_free as t\n%time t.run()",),
        ("print([torch for torch in range(3)])",),
    ],
)
def test_what_runs_without_torch(cells: tuple[str, ...]) -> None:
    assert faults(*cells) == []


READS = (
    "it reads {0} of cell 1, which does not run without torch. "
    'Bind it in a cell of its own, or mark this one "needs": "torch" too.'
)
IMPORTS = (
    'its line {0} imports torch. Mark the cell "needs": "torch", '
    "or import it in the function that a proof takes as autograd."
)
USES = 'it uses {0}, which imports torch, outside of autograd=. Mark the cell "needs": "torch".'


@pytest.mark.parametrize(
    ("cells", "cell", "fault"),
    [
        (("import numpy as np\nimport torch",), 1, IMPORTS.format(2)),
        (("from torch.nn import functional",), 1, IMPORTS.format(1)),
        (("for n in range(2):\n    import torch as t",), 1, IMPORTS.format(2)),
        ((f"{MARK}import torch", "print(torch.ones(2))"), 2, READS.format("torch")),
        ((f"{MARK}import torch\nw = 1.0", "print(w)"), 2, READS.format("w")),
        ((f"{MARK}import torch\nw = 1.0", "w = w + 1"), 2, READS.format("w")),
        ((f"{MARK}import torch\nw = 1.0", "def f(x):\n    return w * x"), 2, READS.format("w")),
        ((f"{MARK}import torch", PROOF.format("lambda: torch.ones(2)")), 2, READS.format("torch")),
        ((WITNESS, "print(by_torch())"), 2, USES.format("by_torch")),
        ((WITNESS, "check('2.1', autograd=by_torch)"), 2, USES.format("by_torch")),
        ((WITNESS, "def half():\n    return by_torch()\nhalf()"), 2, USES.format("half")),
        (
            (f"{MARK}print(1)",),
            1,
            'it is marked "needs": "torch" and uses none. Take the mark out.',
        ),
    ],
)
def test_what_does_not(cells: tuple[str, ...], cell: int, fault: str) -> None:
    assert faults(*cells) == [(cell, fault)]


def test_a_mark_is_for_code_and_for_torch() -> None:
    cells = [
        Cell(1, "code", None, "import jax", {"needs": "jax"}, []),
        Cell(2, "markdown", "en", "torch", {"needs": "torch"}, []),
    ]
    notebook = Notebook("chapters/02-neuron.ipynb", cells)
    found = list(torch_stands_apart(notebook, Book(Path(), [notebook], {})))
    assert [cell.number for cell, fault in found if "Only a code cell" in fault] == [1, 2]
