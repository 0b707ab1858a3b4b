"""Which changed answers a check takes, and a record of it for what has not changed since.

A question stands on its check and what that imports, on the notebooks' code that runs before it, on
its right answers, and on the programs here. While all of this is as it was when the changed answers
were last tried, they are not tried again: `mutated.tsv` holds a hash of it for each question.
"""

import hashlib
import json
import re
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_SH, flock
from functools import cache
from pathlib import Path
from time import process_time
from types import FrameType

from answers import Answer, answers_to, before, check
from mutants import mutants

from imports import Graph, closure, graph

RECORD = Path(__file__).with_name("mutated.tsv")
SEEDS = range(5)
PROGRAMS = [Path(__file__).with_name(f"{name}.py") for name in ("answers", "mutants", "mutation")]

Reason = tuple[str, str]  # what changed in an answer (a pattern), and why it is as good


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """TimeoutError after so many seconds of the processor: a busy machine costs none."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def survives(answer: Answer, changed: str, seconds: float) -> bool:
    """Whether a check takes a changed answer that is not the same answer after all."""
    try:
        with time_limit(seconds):
            taken = answer.feedback(SEEDS, changed).code == "right"
            return taken and (answer.values() is None or answer.values() != answer.values(changed))
    except Exception:  # it does not run, or does not end
        return False


def faults(answers: Sequence[Answer], reasons: Sequence[Reason]) -> Iterator[str]:
    """What the check of a question takes without a reason, and reasons that explain nothing."""
    used = set()
    for answer in answers:
        began = process_time()
        answer.feedback(SEEDS)
        seconds = 0.5 + 10 * (process_time() - began)  # what takes longer does not end
        for change, changed in mutants(answer.source):
            if survives(answer, changed, seconds):
                found = {pattern for pattern, _ in reasons if re.search(pattern, change)}
                used |= found
                if not found:
                    yield f"taken, though not as good: {change}"
    for pattern, _ in reasons:
        if pattern not in used:
            yield f"no longer needed in AS_GOOD: {pattern}"


# ---- What was found out before


def fingerprint(exercise: Path, question: str, reasons: Sequence[Reason]) -> str:
    """Changes with whatever a question stands on; the same on every machine."""
    root = exercise.parents[1]
    module = check(exercise).questions[question].check.__module__
    below = sorted(closure(modules(root), module))
    parts = [
        *(file_of(root, each).read_text("utf8") for each in below),
        *(path.read_text("utf8") for path in PROGRAMS),
        *before(exercise),
        *(a.source for a in answers_to(exercise) if (a.question, a.code) == (question, "right")),
        *(pattern for pattern, _ in reasons),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


@cache
def modules(root: Path) -> Graph:
    return graph(root, "nnlib", "nncheck")


def file_of(root: Path, module: str) -> Path:
    path = root.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def recorded(path: Path = RECORD) -> dict[str, str]:
    with path.open(encoding="utf8") as file:
        flock(file, LOCK_SH)  # not while another process writes
        return dict(line.split("\t") for line in file.read().splitlines())


def record(question: str, value: str, path: Path = RECORD) -> None:
    """Write it down, beside what other processes write; a tree that is read-only is left alone."""
    with suppress(PermissionError), path.open("r+", encoding="utf8", newline="\n") as file:
        flock(file, LOCK_EX)
        rows = dict(line.split("\t") for line in file.read().splitlines()) | {question: value}
        file.seek(0)
        file.writelines(f"{key}\t{rows[key]}\n" for key in sorted(rows))
        file.truncate()
