"""How many of a hundred runs learn the zigzag of Chapter 5, for each depth and learning rate.

    PYTHONPATH=_ext python benchmarks/zigzag_rates.py

The race is run as the notebook has it; twelve of them take longer than a page may. The result,
nnlib/zigzag_rates.json, is what the page chooses its rates by.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

import nnlib
from nnlib.download import write
from read.notebooks import read
from read.statements import needed, statements

NOTEBOOK = Path(__file__).parents[1] / "chapters" / "05-representation.ipynb"
RESULTS = Path(nnlib.__file__).with_name("zigzag_rates.json")
RATES = (0.003, 0.01, 0.03, 0.1)
LEARNED = 0.005  # the cost


def race_of_the_page() -> dict[str, Any]:
    """Its `race`, `depths` and what they need."""
    cells = [cell for cell in read(NOTEBOOK) if cell.kind == "code"]
    page = [statement for cell in cells for statement in statements(cell.source)]
    space: dict[str, Any] = {}
    exec("\n".join(each.code for each in needed(page, ["race", "depths"])), space)
    return space


def main() -> None:
    torch.set_num_threads(1)
    page = race_of_the_page()
    learned = {}
    for hidden, sizes in page["depths"].items():
        costs = [page["race"](sizes, lr) for lr in RATES]
        learned[hidden] = [float(np.mean(each < LEARNED)) for each in costs]
        print(hidden, learned[hidden], flush=True)
    result = {"torch": torch.__version__, "rates": RATES, "learned": learned}
    write(RESULTS, (json.dumps(result) + "\n").encode())


if __name__ == "__main__":
    main()
