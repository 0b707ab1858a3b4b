"""The grader's end of a submission: its process, and what is asked of it."""

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

from nncheck.answers import KINDS, Mistake, result_of, still_to_do, variable
from nncheck.grading.handed_out import Assignment
from nncheck.grading.room import HOME, Room
from nncheck.grading.watcher import Watch
from nncheck.grading.wire import LONGEST, MEGABYTE, content_of, decoded, encoded, line_of

MAY_SAY = {"todo", "none", "type", "shape", "nan", "raised", "changed"}  # the rest is said here
SAID = ("got", "line", "error")  # what a Mistake may say in the learner's own words
OWN_TEXT, AT_ONCE = 500, 160  # of a learner's own characters: in all feedback, and in one place
FONTS = "import matplotlib, matplotlib.font_manager; print(matplotlib.get_cachedir())"


class Stopped(Exception):
    """The process of a submission does not answer any more; why is a key of `marks.STOPPED`."""


class Malformed(Exception):
    """A reply is none that the learner's process would give by itself."""


@dataclass(frozen=True)
class Limits:
    """Seconds are of processor time, except those by the clock on the wall."""

    seconds: float = 10  # for a cell, and for a call of a function
    total: float = 120  # for a notebook
    memory: int = 2048  # MB, of all its processes
    patience: float = 6  # how many times as long by the clock on the wall
    tasks: int = 64  # processes and threads


DEFAULT = Limits()
Note = tuple[int, str]  # the number of a cell, and what is to be said about it


@cache
def font_lists() -> list[str]:
    """Matplotlib's list of the fonts here, made once: making it takes longer than a notebook."""
    made = subprocess.run([sys.executable, "-c", FONTS], capture_output=True, text=True)
    return [str(path) for path in Path(made.stdout.strip() or os.devnull).glob("fontlist-*.json")]


class Submission:
    """The answers of a notebook that runs in a process of its own (see `learner`)."""

    def __init__(
        self, cells: list[str], assignment: Assignment, limits: Limits, room: Room
    ) -> None:
        self.deadline = time.monotonic() + limits.total * limits.patience
        self.folder = tempfile.mkdtemp()
        self.buffer, self.asked = b"", 0
        self.text_left = OWN_TEXT
        fonts = font_lists() if any("matplotlib" in cell for cell in cells) else []
        self.process = room.start(self.folder, self.with_fonts(fonts, room))
        self.watch = Watch(self.process.pid, limits.memory, limits.total, limits.tasks)
        times = asdict(limits) | {"wall": limits.seconds * limits.patience}
        questions = list(assignment.checks.questions)
        checked = {"checks": assignment.module, "questions": questions}
        self.task = {"cells": cells, "limits": times, "apart": room.is_closed, **checked}

    def with_fonts(self, lists: Sequence[str], room: Room) -> list[str]:
        """Give the process these lists: in its folder, or by options of its room."""
        if room.is_closed:
            return [o for each in lists for o in ("--ro-bind", each, f"{HOME}/{Path(each).name}")]
        for each in lists:
            with suppress(OSError):
                shutil.copy(each, self.folder)
        return []

    def __enter__(self) -> "Submission":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.watch.stop()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, 9)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                pipe.close() if pipe else None
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self) -> tuple[list[Note], list[Note]]:
        """Run the notebook; the number and the error of each cell that failed, and its magics."""
        with suppress(Malformed, TypeError, ValueError):
            match self.ask(self.task):
                case {"failed": list(failed), "ignored": list(ignored)}:
                    return self.notes(failed), self.notes(ignored)
        raise Stopped("crash")

    def notes(self, found: list[Any]) -> list[Note]:
        return [(int(number), self.own(text)) for number, text in found[:100]]

    def value(self, name: str, kind: str) -> Any:
        value = self.result({"op": "value", "name": name, "kind": kind})
        if kind == "function":
            return None
        try:
            return list(value) if kind == "lines" else KINDS[kind][0](value)
        except (AttributeError, TypeError, ValueError) as error:
            raise Malformed from error

    def call(self, name: str, arguments: tuple[Any, ...]) -> Any:
        return self.result({"op": "call", "name": name, "arguments": encoded(arguments)})

    def steps(self, name: str, arguments: tuple[Any, ...]) -> int:
        steps = self.result({"op": "steps", "name": name, "arguments": encoded(arguments)})
        if not isinstance(steps, int) or steps < 0:
            raise Malformed
        return steps

    def uses(self, name: str, names: tuple[str, ...]) -> tuple[str, ...]:
        found = self.result({"op": "uses", "name": name, "arguments": encoded(names)})
        if not isinstance(found, tuple):
            raise Malformed
        return tuple(each for each in names if each in found)

    def result(self, request: dict[str, Any]) -> Any:
        """What the process replies, as data; Mistake if it says so, Malformed if it is neither."""
        try:
            match self.ask(request):
                case {"mistake": str(code), "values": dict(values)} if code in MAY_SAY:
                    raise mistake(code, values, request)
                case {"value": value}:
                    return decoded(value)
        except (ArithmeticError, MemoryError, TypeError, ValueError) as error:
            raise Malformed from error
        raise Malformed

    def own(self, value: Any) -> str:
        """A learner's own text, as much of it as there is room for in the feedback."""
        text = str(value)
        kept = text[: min(AT_ONCE, self.text_left)]
        self.text_left -= len(kept)
        return kept if kept == text else f"{kept}…"

    def ask(self, request: dict[str, Any]) -> Any:
        """Send a request and wait for its reply, but not for ever."""
        self.forget()
        self.asked += 1
        try:
            self.send(line_of({**request, "number": self.asked}))
        except OSError as error:
            raise Stopped(self.why_it_ended()) from error
        try:
            return self.reply()
        except ValueError as error:
            raise Malformed from error

    def reply(self) -> Any:
        """The one to the last request: where one was forged, the true one comes after it."""
        for _ in range(self.asked):
            match content_of(self.line()):
                case {"number": self.asked} as reply:
                    return reply
                case {"number": int(number)} if number < self.asked:
                    continue
            break
        raise Malformed

    def send(self, line: bytes) -> None:
        """Write to a process that may have ceased to read."""
        assert self.process.stdin is not None
        pipe = self.process.stdin.fileno()
        os.set_blocking(pipe, False)
        while line:
            self.wait([], [pipe])
            with suppress(BlockingIOError):
                line = line[os.write(pipe, line) :]

    def wait(self, reading: list[int], writing: list[int]) -> None:
        left = self.deadline - time.monotonic()
        if left <= 0 or not any(select.select(reading, writing, [], left)):
            raise Stopped("time")

    def forget(self) -> None:
        """What was sent without being asked for."""
        assert self.process.stdout is not None
        pipe = self.process.stdout.fileno()
        self.buffer, count = b"", 0
        while select.select([pipe], [], [], 0)[0] and (got := os.read(pipe, MEGABYTE)):
            count += len(got)
            if count > LONGEST:
                raise Stopped("flood")

    def line(self) -> bytes:
        assert self.process.stdout is not None
        pipe = self.process.stdout.fileno()
        while b"\n" not in self.buffer:
            self.wait([pipe], [])
            got = os.read(pipe, MEGABYTE)
            self.buffer += got
            if not got:
                raise Stopped(self.why_it_ended())
            if len(self.buffer) > LONGEST:
                raise Stopped("flood")
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line

    def why_it_ended(self) -> str:
        """The watch ended it, or the system, because its processor time was used up; or itself."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        late = self.process.returncode in (-signal.SIGXCPU, 128 + signal.SIGXCPU)
        return self.watch.reason or ("time" if late else "crash")


def mistake(code: str, values: dict[str, Any], request: dict[str, Any]) -> Mistake:
    """One that the learner's process has found: what it is about is known here."""
    name, kind = str(request["name"]), request.get("kind")
    if code == "todo":
        return still_to_do(name)
    about = variable(name) if kind else result_of(name)
    known = {"name": name, "what": about, "want": "()", "kind": KINDS[kind or "number"][1]}
    return Mistake(code, **known, **{key: str(values.get(key)) for key in SAID})
