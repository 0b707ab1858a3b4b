"""Grade a class offline: `python -m nnlib.grade exercises/02-neuron.ipynb submissions/*.ipynb`.

Each notebook runs in a process and an empty folder of its own, with limits of time and memory. The
marks are counted in this process, with random cases that no notebook has seen. Where Linux allows
it (`unshare`), a notebook has no network, cannot write outside its folder and cannot read the other
submissions or the solutions; elsewhere the grader says so, and belongs into a container. Beside the
table it writes a text of feedback for each learner. It needs Linux or macOS; on Windows, WSL.
"""

import argparse
import csv
import json
import os
import re
import secrets
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any

from nnlib.exercises.answers import KINDS, Mistake, Text
from nnlib.exercises.checking import Exercise, Question
from nnlib.exercises.feedback import Feedback, Report
from nnlib.exercises.submission import MEGABYTE, decoded, encoded

CASES = 5  # how often a function is tried
IMPORT = re.compile(r"from (nnlib\.exercises\.\w+) import check")
MAY_SAY = {"todo", "none", "type", "shape", "nan", "raised", "changed"}  # the rest is said here
LONGEST = 16 * MEGABYTE  # of one reply

# A namespace of its own: no network, all read-only but an empty folder, and some files hidden.
UNSHARE = (
    "unshare --user --map-root-user --net --ipc --pid --mount --fork --kill-child --mount-proc"
)
SETUP = """
cut -d' ' -f2 /proc/self/mounts | while read -r point; do
  mount -o remount,bind,ro "$point" 2>/dev/null
done
while [ "$1" != -- ]; do
  if [ -d "$1" ]; then mount -t tmpfs tmpfs "$1"; else mount --bind /dev/null "$1"; fi || exit 1
  shift
done
mount -t tmpfs -o size=64m tmpfs "$PWD" && cd "$PWD" && [ ! -w /etc ] && shift && exec "$@"
"""
OPEN = (
    "這個系統不讓批改程式隔離作業：作業可以連上網路、寫入你的檔案。請在沒有網路的容器裡批改。",
    "This system does not let the grader isolate the notebooks: they can use the network and write "
    "to your files. Grade in a container without network.",
)
WINDOWS = (
    "批改程式需要 Linux 或 macOS。在 Windows 上，請在 WSL 裡執行同樣的指令。",
    "The grader needs Linux or macOS. On Windows, run the same command in WSL.",
)
STOPPED = {
    "time": ("超過時間，作業被停下來。", "Stopped: it took too long."),
    "crash": ("執行到一半，程式整個結束了。", "The whole process ended before its time."),
    "flood": ("答案大得不合理。", "An answer was unreasonably large."),
}
NO_NOTEBOOK = ("這不是 notebook 檔。", "This is not a notebook.")
NO_CHECK = ("檢查時出錯：{}", "The check itself failed: {}")
CELL = ("第 {} 個程式格出錯：{}", "Code cell {} failed: {}")


class Stopped(Exception):
    """The process of a submission does not answer any more; why is a key of STOPPED."""


@dataclass(frozen=True)
class Limits:
    seconds: float = 10  # for a cell, and for a call of a function
    total: float = 120  # for a notebook
    memory: int = 2048  # MB


DEFAULT = Limits()


class Submission:
    """The answers of a notebook that runs in a process of its own (see `submission`)."""

    def __init__(self, cells: list[str], limits: Limits, isolation: list[str]) -> None:
        self.deadline = time.monotonic() + limits.total
        self.folder = tempfile.mkdtemp()
        self.buffer = b""
        command = [sys.executable, "-s", "-P", "-m", "nnlib.exercises.submission"]
        self.process = subprocess.Popen(
            [*isolation, *command],
            cwd=self.folder,
            env=environment(self.folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.task = {"cells": cells, "seconds": limits.seconds, "memory": limits.memory}

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

    def run(self) -> list[tuple[int, str]]:
        """Run the notebook; the number and the error of each cell that failed."""
        failed = self.ask(self.task)
        if not isinstance(failed, list):
            raise Stopped("crash")
        return [(int(number), str(error)[:500]) for number, error in failed]

    def value(self, name: str, kind: str) -> Any:
        value = self.result({"op": "value", "name": name, "kind": kind})
        if kind == "function":
            return None
        return list(value) if kind == "lines" else KINDS[kind][0](value)

    def call(self, name: str, arguments: tuple[Any, ...]) -> Any:
        return self.result({"op": "call", "name": name, "arguments": encoded(arguments)})

    def steps(self, name: str, arguments: tuple[Any, ...]) -> int:
        return int(self.result({"op": "steps", "name": name, "arguments": encoded(arguments)}))

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
                raise Stopped("crash")
            if len(self.buffer) > LONGEST:
                raise Stopped("flood")
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line


def said(value: Any) -> Any:
    """A value for a text, as a submission may give it: short, and nothing but text."""
    value = decoded(value)
    return tuple(str(v)[:500] for v in value) if isinstance(value, tuple) else str(value)[:500]


def environment(folder: str) -> dict[str, str]:
    own = {"HOME": folder, "TMPDIR": folder, "MPLBACKEND": "agg", "MPLCONFIGDIR": folder}
    fixed = {"OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"} | own | fixed


def isolation(hidden: Sequence[Path]) -> list[str]:
    """How to start a process that is cut off; [] if this system does not let us."""
    files = [str(path.resolve()) for path in hidden if path.exists()]
    command = [*UNSHARE.split(), "sh", "-c", SETUP, "sh", *files, "--"]
    with tempfile.TemporaryDirectory() as folder:
        try:
            tried = subprocess.run([*command, "true"], cwd=folder, capture_output=True, timeout=20)
        except (OSError, subprocess.TimeoutExpired):
            return []
    return command if tried.returncode == 0 else []


def cells_of(path: Path) -> list[str]:
    """The code cells of a notebook; ValueError if it is none."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
        return ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    except (OSError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{path} is no notebook") from error


def exercise_of(path: Path) -> Exercise:
    """The checks that an exercise notebook imports."""
    found = IMPORT.search("\n".join(cells_of(path)))
    if not found:
        raise ValueError(f"{path} is no exercise: it imports no check from nnlib.exercises")
    exercise = import_module(found[1]).check
    assert isinstance(exercise, Exercise)
    return exercise


@dataclass(frozen=True)
class Marks(Report):
    notes: list[Text]  # what happened to the notebook as a whole


def mark(path: Path, exercise: Exercise, seed: int, limits: Limits, isolated: list[str]) -> Marks:
    """The marks of one notebook, whatever it is and does."""
    questions = list(exercise.questions.values())
    try:
        cells = cells_of(path)
    except ValueError:
        return Marks([lost(question, NO_NOTEBOOK) for question in questions], [NO_NOTEBOOK])
    feedback, notes = [], []
    with Submission(cells, limits, isolated) as submission:
        try:
            for number, error in submission.run():
                notes.append((CELL[0].format(number, error), CELL[1].format(number, error)))
            for question in questions:
                feedback.append(mark_question(question, submission, seed))
        except Stopped as stopped:
            why = STOPPED[str(stopped)]
            notes.append(why)
            feedback += [lost(question, why) for question in questions[len(feedback) :]]
    return Marks(feedback, notes)


def mark_question(question: Question, submission: Submission, seed: int) -> Feedback:
    try:
        return question.mark(submission, [[seed, case] for case in range(CASES)])
    except Stopped:
        raise
    except Exception as error:  # an answer that no check thought of costs its own marks
        reason = repr(error)[:500]
        return lost(question, (NO_CHECK[0].format(reason), NO_CHECK[1].format(reason)))


def lost(question: Question, why: Text) -> Feedback:
    return Feedback(why, question.name, "lost", 0, question.points)


def report(name: str, marks: Marks) -> str:
    """The feedback for a learner, in both languages."""
    texts = [marks.total, *(each.texts for each in marks.feedback), *marks.notes]
    return "\n\n".join([name, *map("\n".join, texts)]) + "\n"


def names_of(paths: Sequence[Path]) -> list[str]:
    """A name for each submission: the file's, with its folder where two files have the same."""
    stems = [path.stem for path in paths]
    return [
        stem if stems.count(stem) == 1 else "-".join(path.resolve().with_suffix("").parts[-2:])
        for stem, path in zip(stems, paths, strict=True)
    ]


def grade(
    exercise: Path,
    submissions: Sequence[Path],
    output: Path,
    seed: str,
    limits: Limits = DEFAULT,
) -> bool:
    """Write the table of marks, and beside it the feedback; return whether it was isolated."""
    checks = exercise_of(exercise)
    number = int.from_bytes(seed.encode(), "big")
    isolated = isolation([*submissions, exercise.parent / "solutions"])
    folder = output.with_name(f"{output.stem}-feedback")
    folder.mkdir(parents=True, exist_ok=True)
    with output.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["submission", *checks.questions, "total", "of", "notes"])
        for path, name in zip(submissions, names_of(submissions), strict=True):
            marks = mark(path, checks, number, limits, isolated)
            points = [f"{each.points:g}" for each in marks.feedback]
            notes = " ".join(english for _, english in marks.notes)
            table.writerow([name, *points, f"{marks.points:g}", f"{marks.of:g}", notes])
            (folder / f"{name}.txt").write_text(report(name, marks), "utf-8")
    return bool(isolated)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m nnlib.grade", description=__doc__)
    parser.add_argument("exercise", type=Path, help="the notebook as you handed it out")
    parser.add_argument("submissions", type=Path, nargs="+")
    parser.add_argument("-o", "--output", type=Path, default=Path("grades.csv"))
    parser.add_argument("--seed", help="private: the same seed gives the same marks")
    given = parser.parse_args()
    if os.name == "nt":
        print(*WINDOWS, sep="\n", file=sys.stderr)
        return 2
    seed = given.seed or secrets.token_hex(8)
    try:
        isolated = grade(given.exercise, given.submissions, given.output, seed)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if not isolated:
        print(*OPEN, sep="\n", file=sys.stderr)
    print(f"{given.output}: {len(given.submissions)} submissions, --seed {seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
