"""A notebook's code, and the exercise that it imports."""

import json
import re
from importlib import import_module
from pathlib import Path

from nncheck.checking import Exercise

IMPORT = re.compile(r"^from ([\w.]+) import check$", re.M)


def cells_of(path: Path) -> list[str]:
    """The code cells of a notebook; ValueError if it is none."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
        return ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    except (OSError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{path} is no notebook") from error


def exercise_of(path: Path) -> Exercise:
    """The checks that an exercise notebook imports, whoever wrote them: `from … import check`."""
    found = IMPORT.search("\n".join(cells_of(path)))
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
