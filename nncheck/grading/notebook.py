"""A notebook's code, and the exercise that it imports."""

import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

from nncheck.checking import Exercise

IMPORT = re.compile(r"^from ([\w.]+) import check$", re.M)


def cells_of(content: bytes) -> list[str]:
    """The code cells of a notebook; ValueError if it is none."""
    try:
        notebook = json.loads(content)
        return [source_of(cell) for cell in all_cells(notebook) if cell["cell_type"] == "code"]
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError("this is no notebook") from error


def all_cells(notebook: Any) -> list[Any]:
    """Those of a notebook of today, or of a format before the fourth."""
    sheets = notebook.get("worksheets")
    return notebook["cells"] if sheets is None else [c for each in sheets for c in each["cells"]]


def source_of(cell: Any) -> str:
    return "".join(cell["source"] if "source" in cell else cell["input"])


def as_python(cell: str) -> str:
    """The cell as IPython runs it: `%time`, `!ls` and `np.ceil?` are calls of `get_ipython()`."""
    from IPython.core.inputtransformer2 import TransformerManager  # here: it takes a while to load

    try:
        return str(TransformerManager().transform_cell(cell))  # type: ignore[no-untyped-call]
    except Exception:  # code that is not finished; running it says what is wrong
        return cell


def exercise_of(path: Path) -> Exercise:
    """The checks that an exercise notebook imports, whoever wrote them: `from … import check`."""
    try:
        cells = cells_of(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} is no notebook") from error
    found = IMPORT.search("\n".join(cells))
    if not found:
        raise ValueError(f"{path} is no exercise: it has no line `from … import check`")
    try:
        exercise = import_module(found[1]).check
    except (ImportError, AttributeError) as error:
        raise ValueError(f"{path} needs `{found[0]}`, which fails here: {error}") from error
    if not isinstance(exercise, Exercise):
        raise ValueError(
            f"{path}: `{found[0]}` must give an Exercise, not a {type(exercise).__name__}"
        )
    return exercise
