"""What a notebook expects of IPython where there is none: magics, most of which do nothing."""

from collections.abc import Callable
from typing import Any

# Without effect on an answer, so that nobody need be told that they were not run.
SILENT = {
    *("autoreload", "cd", "conda", "config", "load_ext", "matplotlib", "pinfo", "pinfo2", "pip"),
    *("precision", "reload_ext", "system", "timeit", "who", "who_ls", "whos"),
    *("bash", "html", "javascript", "latex", "markdown", "sh", "svg", "writefile"),
}
RUNS = {"capture", "prun", "time"}  # the code after them, as it stands


class Shell:
    """The `get_ipython()` of a notebook that is graded."""

    def __init__(self, execute: Callable[[str], None]) -> None:
        self.execute = execute
        self.ignored: list[str] = []

    def run_line_magic(self, name: str, line: str, *_: Any) -> None:
        if name in RUNS:
            self.execute(line)
        else:
            self.ignore("%" + name)

    def run_cell_magic(self, name: str, line: str, body: str) -> None:
        if name in RUNS:
            self.execute(body)
        else:
            self.ignore("%%" + name)

    def system(self, command: str) -> None:
        self.ignore("%system")

    def getoutput(self, command: str, *_: Any) -> list[str]:
        self.ignored.append(f"!{command.split()[0] if command.split() else ''}")
        return []

    def ignore(self, magic: str) -> None:
        if magic.lstrip("%") not in SILENT:
            self.ignored.append(magic)


def as_python(cell: str) -> str:
    """The cell as IPython runs it: `%time`, `!ls` and `np.ceil?` are calls of `get_ipython()`."""
    from IPython.core.inputtransformer2 import TransformerManager  # here: it takes a while to load

    try:
        return str(TransformerManager().transform_cell(cell))  # type: ignore[no-untyped-call]
    except Exception:  # code that is not finished; running it says what is wrong
        return cell
