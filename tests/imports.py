"""Which module imports which, as their sources say it: also what is imported inside a function."""

import ast
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

Graph = dict[str, set[str]]  # module -> the modules of the same graph that it imports
Rooms = list[tuple[str, ...]]  # from the ground up: a room imports from the rows before its own


def graph(root: Path, *packages: str) -> Graph:
    """The modules of some packages that lie in `root`, and what they import of one another."""
    files = {
        name(root, path): path for package in packages for path in (root / package).rglob("*.py")
    }
    return {module: set(imported(path, files.keys())) for module, path in files.items()}


def name(root: Path, path: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path, modules: Iterable[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{path}: a relative import. Write the whole name."
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            found = [each if each in modules else node.module for each in inner]
            yield from (each for each in found if each in modules)


def faults(graph: Graph, rooms: Rooms = []) -> Iterator[str]:  # noqa: B006
    """Each arrow that runs back up, and a circle if there is one."""
    for module, others in sorted(graph.items()):
        for other in sorted(others):
            (row, room), (other_row, other_room) = place(module, rooms), place(other, rooms)
            if room != other_room and other_row >= row:
                yield (
                    f"{module} imports {other}, which does not lie below it. "
                    f"Move what both need to a room below {room}."
                )
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = " ← ".join(error.args[1])
        yield f"modules import one another in a circle: {circle}. Move what they share below both."


def place(module: str, rooms: Rooms) -> tuple[int, str]:
    """The row and the room of a module: that of the longest name; without one, the ground."""
    found = [
        (len(room), row, room)
        for row, names in enumerate(rooms)
        for room in names
        if f"{module}.".startswith(f"{room}.")
    ]
    _, row, room = max(found, default=(0, -1, ""))
    return row, room


def closure(graph: Graph, module: str) -> set[str]:
    """A module and all that it stands on."""
    found, left = set(), {module}
    while left:
        found |= left
        left = {other for each in left for other in graph[each]} - found
    return found
