"""A notebook's code, and the exercise that it imports."""

import ast
import json
import re
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from nncheck.checking import Exercise
from nncheck.grading.shell import as_python

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


def checks_of(path: Path) -> str:
    """The module whose checks an exercise notebook imports: `from … import check`."""
    try:
        cells = cells_of(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} is no notebook") from error
    found = IMPORT.search("\n".join(cells))
    if not found:
        raise ValueError(f"{path} is no exercise: it has no line `from … import check`")
    return found[1]


def exercise_of(path: Path) -> Exercise:
    """The checks that an exercise notebook imports, whoever wrote them."""
    module = checks_of(path)
    line = f"from {module} import check"
    try:
        exercise = import_module(module).check
    except (ImportError, AttributeError) as error:
        raise ValueError(f"{path} needs `{line}`, which fails here: {error}") from error
    if not isinstance(exercise, Exercise):
        kind = type(exercise).__name__
        raise ValueError(f"{path}: `{line}` must give an Exercise, not a {kind}")
    return exercise


def imported_by(path: Path) -> set[str]:
    """The modules that an exercise notebook imports, but for the checks."""
    checks, found = checks_of(path), set[str]()
    for cell in cells_of(path.read_bytes()):
        with suppress(SyntaxError):
            for node in ast.walk(ast.parse(as_python(cell))):
                if isinstance(node, ast.Import):
                    found |= {each.name.partition(".")[0] for each in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module not in (None, checks):
                    found.add(str(node.module).partition(".")[0])
    return found - {"nncheck", checks}
