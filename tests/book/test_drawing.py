"""Lines that draw are known, a chapter shows few of them open, and folding hides nothing else."""

from pathlib import Path

import pytest

from check.drawing import count, folded_code_only_draws, little_drawing_is_open
from read.book import Book, Notebook
from read.notebooks import Cell

SET_UP = "import matplotlib.pyplot as plt\nfrom nnlib import plots\nplots.use_style()"


def code(number: int, source: str, *tags: str) -> Cell:
    return Cell(number, "code", None, source, {"tags": list(tags)}, [])


@pytest.mark.parametrize(
    ("source", "drawn"),
    [
        ("import matplotlib.pyplot as plt", {1}),
        ("from nnlib import Linear, plots", set()),
        ("from nnlib import plots", {1}),
        ("from nnlib.explore import explore\nexplore(f, w=[1, 2])", {1, 2}),
        ("x = 1\nfig, ax = plt.subplots()\nax.plot(x,\n        x)\nplt.show()", {2, 3, 4, 5}),
        ("color = plots.BLUE\nx = 2", {1}),
        ("# a comment\n\nplots.images(None,\n# within\n             2)", {3, 5}),
        ("fig, axes = plt.subplots(2)\nfor ax, x in zip(axes, xs):\n    ax.plot(x)", {1, 2, 3}),
        ("fig, axes = plt.subplots(2)\nfor ax, x in zip(axes, xs):\n    x = f(x)", {1}),
        ("_, ax = plt.subplots()\nfor n in range(3):\n    y = f(n)\n    ax.plot(y)", {1, 4}),
        ("_, ax = plt.subplots()\nfor k, a in enumerate(ax):\n    a.plot(k)\nk.real()", {1, 2, 3}),
        ("fig, ax = plt.subplots()\nax = [1, 2]\nax.append(3)", {1}),
        ("def f(ax, w=1):\n    y = w**2\n    ax.plot(y)\n    return y\n\nf(1)", {1, 2, 3, 4, 6}),
        ("def f(x):\n    plt.plot(x)\n    return x\n\nf(1)", {2, 5}),
        ("def f(x):\n    return x + 1\n\nf(1)", set()),
        ("if x:\n    plt.show()\nelse:\n    plt.close()", {1, 2, 3, 4}),
        ("text = '''plt.show()\nplt.show()'''", set()),
    ],
)
def test_lines_that_draw(source: str, drawn: set[int]) -> None:
    *_, (_, _, found) = count([code(1, SET_UP), code(2, source)])
    assert found == drawn


def rule(cells: list[Cell], name: str = "chapters/02-neuron.ipynb") -> list[tuple[int, str]]:
    notebook = Notebook(name, cells)
    book = Book(Path(), [notebook], {})
    found = [*little_drawing_is_open(notebook, book), *folded_code_only_draws(notebook, book)]
    return [(cell.number, fault) for cell, fault in found]


FIGURE = "fig, ax = plt.subplots()\nax.plot(x)\nplt.show()"
COMPUTING = "x = 1\n" * 57


def test_one_line_in_twenty_may_draw() -> None:
    cells = [code(1, SET_UP, "hide-input", "set-up"), code(2, COMPUTING), code(3, FIGURE)]
    assert rule(cells) == []
    assert rule([*cells, code(4, "plt.close()")]) == [
        (
            3,
            "3 of its lines draw, and 4 of the 61 that the chapter shows open: more than one in "
            'twenty. Tag what draws "hide-input", after splitting it from what computes, '
            "here or in cells 4, 2.",
        )
    ]
    assert rule([*cells, code(4, "plt.close()", "remove-input")]) == []
    assert rule([*cells, code(4, "plt.close()")], "exercises/02-neuron.ipynb") == []


def test_a_cell_that_computes_is_not_folded() -> None:
    cells = [code(1, SET_UP, "hide-input", "set-up")]
    half = "x = [1]\ny = [2]\nplt.plot(x, y)\nplt.show()"
    assert rule([*cells, code(2, half, "hide-input")]) == []
    assert rule([*cells, code(2, f"z = 3\n{half}", "hide-input")]) == [
        (
            2,
            "it is folded, and 2 of its 5 lines draw. Split what computes from what draws, "
            'or take the tag "hide-input" out.',
        )
    ]


def test_no_open_cell_needs_a_folded_one() -> None:
    folded = code(2, "x = [1]\nplt.plot(x)", "hide-input")
    cells = [code(1, SET_UP, "hide-input", "set-up"), folded]
    fault = "it reads x, which the folded cell 2 binds. Bind it in an open cell."
    assert rule([*cells, code(3, "print(x)")]) == [(3, fault)]
    assert rule([*cells, code(3, "x = 2"), code(4, "print(x)")]) == []
    assert rule([*cells, code(3, "plt.plot(x)", "hide-input")]) == []
