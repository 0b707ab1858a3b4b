"""Claims about training, and the record of their replications: benchmarks/replications/.

For chapters/09-optimization.ipynb, `optimization.py` holds a function for each claim. Its name
is the claim's, its docstring says it in words, and from `page`, whose attributes are the names of
the notebook, it returns whether it holds. `optimization.json` holds what `make replicate` found.
"""

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from read.notebooks import Cell
from read.statements import Statement, digest, needed, statements

FOLDER = "benchmarks/replications"


@dataclass(frozen=True)
class Claim:
    name: str
    statement: str
    takes: frozenset[str]  # names of the page
    code: list[Statement]  # the function and what it needs of its script

    def experiment(self, cells: list[Cell], until: Cell) -> list[Statement]:
        """What the claim needs of the page, up to this cell. LookupError: a name is not there."""
        code = [cell for cell in cells if cell.kind == "code" and cell.number <= until.number]
        page = [statement for cell in code for statement in statements(cell.source)]
        return needed(page, self.takes)

    def digest(self, experiment: list[Statement]) -> str:
        return digest([*experiment, *self.code])


def script(root: Path, notebook: str) -> Path:
    """The claims of a notebook, which keep their place when chapters get other numbers."""
    path = PurePath(notebook)
    folder = "" if path.parts[0] == "chapters" else path.parent
    name = re.sub(r"^\d+-", "", path.stem).replace("-", "_")
    return root / FOLDER / folder / f"{name}.py"


def claims(file: Path) -> dict[str, Claim]:
    """The claims of a script, by name; none if there is no such file."""
    script = statements(file.read_text("utf8")) if file.exists() else []
    found = {}
    for each in script:
        if isinstance(each.node, ast.FunctionDef) and not each.node.name.startswith("_"):
            name = each.node.name
            words = " ".join((ast.get_docstring(each.node) or "").split())
            code = needed(script, [name])
            takes = {taken for part in code for taken in taken_from_page(part.node)}
            found[name] = Claim(name, words, frozenset(takes), code)
    return found


def taken_from_page(code: ast.AST) -> set[str]:
    """The names that it takes from `page`."""
    return {
        node.attr
        for node in ast.walk(code)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "page"
    }


def entries(file: Path) -> dict[str, dict[str, Any]]:
    """What was found of the claims of a script, by name."""
    data = file.with_suffix(".json")
    return dict(json.loads(data.read_text("utf8"))) if data.exists() else {}


def claims_of(cell: Cell) -> list[str]:
    """The claims that a cell's metadata names."""
    return list(cell.metadata.get("claims", ()))


def last_cells(cells: list[Cell]) -> dict[str, Cell]:
    """The last cell that names each claim: its experiment is complete there."""
    return {name: cell for cell in cells for name in claims_of(cell)}
