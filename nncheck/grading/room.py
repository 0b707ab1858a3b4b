"""The room of a submission: its process sees what it needs, and nothing else.

bubblewrap makes it: an empty root with the interpreter, its packages, `nnlib` and what the exercise
imports, all read-only; `/tmp` of its own; no network, no other processes, no program to start, and
no `/proc`, where settings of the kernel are the property of who grades as root. Of `nncheck` there
is what runs a notebook, and none of the questions.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

from nncheck.grading.system_calls import call_filter
from nncheck.grading.wire import MEGABYTE

HOME = "/tmp"
DISK = 64 * MEGABYTE  # of what a notebook writes
CUT_OFF = [
    *("--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"),
    *("--unshare-cgroup-try", "--disable-userns", "--uid", "1000", "--gid", "1000"),
    *("--hostname", "room", "--cap-drop", "ALL", "--new-session", "--die-with-parent"),
    *("--dev", "/dev", "--size", str(DISK), "--tmpfs", "/dev/shm"),
    *("--remount-ro", "/dev", "--size", str(DISK), "--tmpfs", HOME, "--chdir", HOME),
]
SYSTEM = [
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache"),
    *("/etc/fonts", "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/zoneinfo"),
    *("/proc/cpuinfo", "/proc/meminfo"),  # PyTorch asks; the rest of /proc is for those who rule
]
PACKAGE = Path(__file__).parents[1]
OF_NNCHECK = [  # what runs a notebook
    *("__init__.py", "answers.py", "usage.py", "grading/__init__.py", "grading/learner.py"),
    *("grading/shell.py", "grading/stand_in.py", "grading/wire.py"),
]
START = """
import sys
sys.path += sys.argv[1:]
from nncheck.grading.learner import main
main()
"""
TRIAL = "import sys; sys.path += sys.argv[1:]; import nncheck.grading.learner"
NO_PROGRAM = "bwrap (bubblewrap) is not installed"


class NoRoom(Exception):
    """Why this system does not let us make one."""


Process = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Room:
    """How a process is started: cut off, or in a folder of its own and otherwise free."""

    options: Sequence[str]  # of bwrap; none if it is free
    places: Sequence[str]  # where the process looks for modules

    @property
    def is_closed(self) -> bool:
        return bool(self.options)

    def start(self, folder: str, more: Sequence[str] = (), program: str = START) -> Process:
        """Start the learner's process; the folder is its own only where there are no walls."""
        command = [sys.executable, "-s", "-P", "-c", program, *self.places]
        given = environment(folder, os.environ.get("PATH", os.defpath))
        handle = None
        if self.is_closed:
            given = environment(HOME, given["PATH"])
            handle = holding(call_filter())
            rules = [] if handle is None else ["--seccomp", str(handle)]
            command = ["bwrap", *self.options, *more, *rules, "--", *command]
        try:
            return subprocess.Popen(
                command,
                cwd=folder,
                env=given,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE if program == TRIAL else subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=[] if handle is None else [handle],
            )
        finally:
            if handle is not None:
                os.close(handle)


def holding(content: bytes) -> int | None:
    """A descriptor from which a process can read this, if there is something to read."""
    if not content:
        return None
    out, into = os.pipe()
    os.write(into, content)
    os.close(into)
    return out


def environment(home: str, path: str) -> dict[str, str]:
    own = {"HOME": home, "TMPDIR": home, "MPLBACKEND": "agg", "MPLCONFIGDIR": home}
    fixed = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    return {"PATH": path, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"} | own | fixed


def open_room() -> Room:
    """Without any walls: the process can import what this one can."""
    return Room([], [os.path.abspath(place) for place in sys.path])


def closed_room(checks: str, imported: Iterable[str]) -> Room:
    """One with the modules that an exercise imports, but for its checks; NoRoom says why not."""
    lent = [each for each in map(origin, imported) if each]
    places = [os.path.abspath(place) for place in sys.path]
    places += [str(each.parent) for each in lent]
    seen = list(apart([*interpreter(), *sites(), *map(Path, SYSTEM), *lent]))
    options = [*CUT_OFF, *views(seen), *without_checks(checks, places, seen), "--remount-ro", "/"]
    room = Room(options, list(dict.fromkeys(places)))
    try:
        process = room.start("/", program=TRIAL)
        said = process.communicate(timeout=60)[1].decode(errors="replace").strip()
    except FileNotFoundError:
        raise NoRoom(NO_PROGRAM) from None
    except subprocess.TimeoutExpired:
        process.kill()
        raise NoRoom("bwrap does not answer") from None
    if process.returncode:
        raise NoRoom(said.splitlines()[-1] if said else f"bwrap ended with {process.returncode}")
    return room


def interpreter() -> Iterator[Path]:
    """What Python itself consists of, in an environment of its own or not."""
    yield Path(sys.executable)
    yield Path(sys.prefix, "pyvenv.cfg")
    for prefix in dict.fromkeys([sys.base_prefix, os.path.realpath(sys.base_prefix)]):
        yield from (Path(prefix, name) for name in ("lib", "lib64"))


def sites() -> Iterator[Path]:
    """Where packages are installed."""
    for place in map(Path, sys.path):
        if place.name in ("site-packages", "dist-packages"):
            yield place


def spec_of(module: str) -> ModuleSpec | None:
    try:
        return find_spec(module)
    except (ImportError, ValueError):
        return None


def origin(module: str) -> Path | None:
    """The file or the folder of a module, or None: it is built in, or not here."""
    spec = spec_of(module.partition(".")[0])
    if spec is None or spec.origin in (None, "built-in", "frozen"):
        return None
    path = Path(str(spec.origin))
    return path.parent if spec.submodule_search_locations else path


def apart(paths: Iterable[Path]) -> Iterator[Path]:
    """Those that exist, and lie in no other of them."""
    shown: list[Path] = []
    for path in sorted(set(paths)):
        if path.exists() and path.name != "nncheck" and not inside(path, shown):
            shown.append(path)
            yield path


def inside(path: Path, folders: Iterable[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def views(paths: Iterable[Path]) -> Iterator[str]:
    """The options that show files and folders at their places, read-only."""
    for path in paths:
        if path.is_symlink() and path.parent == Path("/"):  # /lib is /usr/lib
            yield from ("--symlink", os.readlink(path), str(path))
        else:
            yield from ("--ro-bind", str(path.resolve()), str(path))


def without_checks(checks: str, places: Iterable[str], seen: Sequence[Path]) -> Iterator[str]:
    """The options that take out what grades, wherever it was found, and put in what runs."""
    for package in {Path(place, "nncheck") for place in places}:
        if package.is_dir() and inside(package, seen):
            yield from ("--tmpfs", str(package))
    for name in OF_NNCHECK:
        yield from ("--ro-bind", str(PACKAGE / name), str(PACKAGE / name))
    spec = spec_of(checks) if checks.partition(".")[0] != "nncheck" else None
    if spec and spec.origin and inside(file := Path(spec.origin), seen):
        if spec.submodule_search_locations:
            yield from ("--tmpfs", str(file.parent))
        for hidden in [file, *file.parent.glob(f"__pycache__/{file.stem}.*")]:
            yield from ("--ro-bind", os.devnull, str(hidden))
