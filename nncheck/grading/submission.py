"""The grader's end of a submission: its process, and what is asked of it."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

from nncheck.answers import KINDS, Mistake
from nncheck.grading.isolation import environment
from nncheck.grading.wire import MEGABYTE, decoded, encoded

MAY_SAY = {"todo", "none", "type", "shape", "nan", "raised", "changed"}  # the rest is said here
LONGEST = 16 * MEGABYTE  # of one reply
# What the grader can import, its process can: the checks need not be installed.
START = """
import sys
sys.path += sys.argv[1:]
from nncheck.grading.learner import main
main()
"""

FONTS = "import matplotlib, matplotlib.font_manager; print(matplotlib.get_cachedir())"


class Stopped(Exception):
    """The process of a submission does not answer any more; why is a key of `marks.STOPPED`."""


@dataclass(frozen=True)
class Limits:
    """Seconds are of processor time, except those by the clock on the wall."""

    seconds: float = 10  # for a cell, and for a call of a function
    total: float = 120  # for a notebook
    memory: int = 2048  # MB
    patience: float = 6  # how many times as long by the clock on the wall


DEFAULT = Limits()
Note = tuple[int, str]  # the number of a cell, and what is to be said about it


def notes(found: list[Any]) -> list[Note]:
    return [(int(number), str(text)[:500]) for number, text in found[:100]]


@cache
def font_lists() -> list[str]:
    """Matplotlib's list of the fonts here, made once: making it takes longer than a notebook."""
    made = subprocess.run([sys.executable, "-c", FONTS], capture_output=True, text=True)
    return [str(path) for path in Path(made.stdout.strip() or os.devnull).glob("fontlist-*.json")]


class Submission:
    """The answers of a notebook that runs in a process of its own (see `learner`)."""

    def __init__(self, cells: list[str], limits: Limits, isolation: list[str]) -> None:
        self.deadline = time.monotonic() + limits.total * limits.patience
        self.folder = tempfile.mkdtemp()
        self.buffer = b""
        places = [os.path.abspath(place) for place in sys.path]
        command = [sys.executable, "-s", "-P", "-c", START, *places]
        self.process = subprocess.Popen(
            [*isolation, *command],
            cwd=self.folder,
            env=environment(self.folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        fonts = font_lists() if any("matplotlib" in cell for cell in cells) else []
        times = asdict(limits) | {"wall": limits.seconds * limits.patience}
        self.task = {"cells": cells, "limits": times, "fonts": fonts}

    def __enter__(self) -> "Submission":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, 9)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                pipe.close() if pipe else None
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self) -> tuple[list[Note], list[Note]]:
        """Run the notebook; the number and the error of each cell that failed, and its magics."""
        match self.ask(self.task):
            case {"failed": list(failed), "ignored": list(ignored)}:
                return notes(failed), notes(ignored)
        raise Stopped("crash")

    def value(self, name: str, kind: str) -> Any:
        value = self.result({"op": "value", "name": name, "kind": kind})
        if kind == "function":
            return None
        return list(value) if kind == "lines" else KINDS[kind][0](value)

    def call(self, name: str, arguments: tuple[Any, ...]) -> Any:
        return self.result({"op": "call", "name": name, "arguments": encoded(arguments)})

    def steps(self, name: str, arguments: tuple[Any, ...]) -> int:
        return int(self.result({"op": "steps", "name": name, "arguments": encoded(arguments)}))

    def uses(self, name: str, names: tuple[str, ...]) -> tuple[str, ...]:
        found = self.result({"op": "uses", "name": name, "arguments": encoded(names)})
        return tuple(str(each) for each in found if each in names)

    def result(self, request: dict[str, Any]) -> Any:
        match self.ask(request):
            case {"mistake": str(code), "values": dict(values)} if code in MAY_SAY:
                known = {k: said(v) for k, v in values.items()}
                raise Mistake(code, **known)
            case {"value": value}:
                return decoded(value)
        raise Stopped("crash")

    def ask(self, request: Any) -> Any:
        """Send a request and wait for the reply, but not for ever."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
            return json.loads(self.line())
        except (OSError, ValueError) as error:
            raise Stopped("crash") from error

    def line(self) -> bytes:
        assert self.process.stdout is not None
        pipe = self.process.stdout.fileno()
        while b"\n" not in self.buffer:
            left = self.deadline - time.monotonic()
            if left <= 0 or not select.select([pipe], [], [], left)[0]:
                raise Stopped("time")
            got = os.read(pipe, MEGABYTE)
            self.buffer += got
            if not got:
                raise Stopped("time" if self.used_up() else "crash")
            if len(self.buffer) > LONGEST:
                raise Stopped("flood")
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line

    def used_up(self) -> bool:
        """Whether the system ended the process because its processor time was used up."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        return self.process.returncode in (-signal.SIGXCPU, 128 + signal.SIGXCPU)


def said(value: Any) -> Any:
    """A value for a text, as a submission may give it: short, and nothing but text."""
    value = decoded(value)
    return tuple(str(v)[:500] for v in value) if isinstance(value, tuple) else str(value)[:500]
