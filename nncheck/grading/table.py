"""The table of a class, and the command that writes it."""

import argparse
import csv
import hashlib
import io
import json
import os
import secrets
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from nncheck.grading.handed_in import Handed, Unreadable, handed_in, names_of
from nncheck.grading.handed_out import Assignment, assignment_in
from nncheck.grading.marks import mark, report
from nncheck.grading.room import NoRoom, Room, closed_room, open_room
from nncheck.grading.roster import Student, students_of, whose
from nncheck.grading.submission import DEFAULT, Limits

OPEN = (
    "這個系統沒辦法把作業關起來（{}）：作業可以連上網路、讀你的檔案、改你的檔案。",
    "This system does not let the grader lock the notebooks up ({}): they can use the network, and "
    "read and change your files.",
)
REFUSED = (
    "裝好 bubblewrap，或在容器裡批改（見 CONTRIBUTING）；每一份作業你都信得過，才用 --unsafe。",
    "Install bubblewrap, or grade in a container (see CONTRIBUTING); use --unsafe only if you "
    "trust every notebook.",
)
WINDOWS = (
    "批改程式需要 Linux 或 macOS。在 Windows 上，請在 WSL 裡執行同樣的指令。",
    "The grader needs Linux or macOS. On Windows, run the same command in WSL.",
)
NOTHING = "handed in nothing"
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would compute


@dataclass
class Class:
    """What is graded, how, and what has been found so far."""

    assignment: Assignment
    output: Path
    seed: str
    limits: Limits
    room: Room
    students: list[Student]
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)  # by name

    @property
    def state(self) -> Path:
        """Where the rows are kept, so that a second start goes on. It has the seed: keep it."""
        return self.output.with_name(f"{self.output.stem}-state.json")

    @property
    def feedback(self) -> Path:
        return self.output.with_name(f"{self.output.stem}-feedback")

    def grade(self, handed: Handed, name: str) -> dict[str, Any]:
        """The row of one notebook, and its feedback in a file."""
        number = int.from_bytes(self.seed.encode(), "big")
        marks = mark(handed, self.assignment, number, self.limits, self.room)
        write(self.feedback / f"{name}.txt", report(name, marks))
        student = whose(handed, self.students) or Student("", "")
        points = {each.question: f"{each.points:g}" for each in marks.feedback}
        total = {"total": f"{marks.points:g}", "of": f"{marks.of:g}"}
        notes = " ".join(english for _, english in marks.notes)
        return {"submission": name, **asdict(student), **points, **total, "notes": notes}

    def key(self, handed: Handed) -> str:
        """What a row depends on: it is kept while this is the same."""
        try:
            content = handed.content()
        except Unreadable as error:
            content = str(error).encode()
        settings = f"{self.assignment.checks.name} {self.seed} {self.limits} {self.room.is_closed}"
        return hashlib.sha256(settings.encode() + b"\0" + content).hexdigest()

    def save(self) -> None:
        """The table as far as it is known, and what a second start needs."""
        kept = {"seed": self.seed, "rows": self.rows}
        write(self.state, json.dumps(kept, indent=1))
        heads = [
            "submission",
            *(["id", "name"] if self.students else []),
            *self.assignment.checks.questions,
        ]
        text = io.StringIO()
        table = csv.DictWriter(text, [*heads, "total", "of", "notes"], extrasaction="ignore")
        table.writeheader()
        seen = set()
        for row in self.rows.values():
            table.writerow({head: harmless(value) for head, value in row.items()})
            seen.add((row.get("id"), row.get("name")))
        for student in self.students:
            if (student.id, student.name) not in seen:
                row = asdict(student) | {"notes": NOTHING}
                table.writerow({head: harmless(value) for head, value in row.items()})
        write(self.output, "\ufeff" + text.getvalue())


def harmless(value: str) -> str:
    """A cell that a spreadsheet takes for text."""
    return f"'{value}" if value.startswith(FORMULA) else value


def write(path: Path, text: str) -> None:
    """The whole file or none, whatever characters are in the text."""
    new = path.with_name(f".{os.getpid()}-{hashlib.sha256(path.name.encode()).hexdigest()[:16]}")
    new.write_bytes(text.encode("utf-8", "backslashreplace"))
    os.replace(new, path)


def grade(
    exercise: Path,
    submissions: Sequence[Path],
    output: Path,
    seed: str | None = None,
    limits: Limits = DEFAULT,
    *,
    roster: Path | None = None,
    only: Sequence[str] = (),
    jobs: int = 1,
    progress: bool = False,
    unsafe: bool = False,
) -> Class:
    """Write the table of marks, row by row, and beside it the feedback.

    Where the notebooks cannot be locked up, ValueError, unless `unsafe`.

    What an interrupted run has graded stays, unless the notebook, the seed or the limits have
    changed, or its name is among `only`.
    """
    from tqdm.auto import tqdm

    handed = handed_in(submissions)
    names = names_of(handed)
    unknown = set(only) - set(names)
    if unknown:
        raise ValueError(f"nobody is named {', '.join(unknown)}: there are {', '.join(names)}")
    assignment = assignment_in(exercise)
    room = room_for(assignment, unsafe)
    students = students_of(roster) if roster else []
    known = Class(assignment, output, seed or "", limits, room, students)
    before: dict[str, Any] = {}
    if known.state.exists():
        before = json.loads(known.state.read_text("utf-8"))
    known.seed = seed or before.get("seed") or secrets.token_hex(8)
    known.feedback.mkdir(parents=True, exist_ok=True)

    def row(each: Handed, name: str) -> tuple[str, dict[str, Any]]:
        kept, key = before.get("rows", {}).get(name, {}), known.key(each)
        same = kept.get("key") == key and (known.feedback / f"{name}.txt").exists()
        if (same and name not in only) or (kept and only and name not in only):
            return name, kept
        return name, {**known.grade(each, name), "key": key}

    with ThreadPoolExecutor(jobs) as pool:
        found = pool.map(row, handed, names)
        bar = tqdm(found, total=len(names), unit="notebook", disable=not progress)
        try:
            for name, values in bar:
                known.rows[name] = values
                known.save()
        except BaseException:  # Ctrl-C: those that have not begun never do
            pool.shutdown(cancel_futures=True)
            raise
    return known


def room_for(assignment: Assignment, unsafe: bool) -> Room:
    """A closed one, or else, if that is wanted, an open one, which is said at once."""
    try:
        return closed_room(assignment.module, assignment.imported)
    except NoRoom as why:
        said = [each.format(why) for each in OPEN]
        if not unsafe:
            raise ValueError("\n".join([*said, *REFUSED])) from None
        print(*said, sep="\n", file=sys.stderr, flush=True)
        return open_room()


def seed_in(path: Path) -> str:
    """The seed that a file keeps from the eyes of others on this machine."""
    return path.read_text("utf-8").strip()


def main(description: str) -> int:
    if os.name == "nt":
        print(*WINDOWS, sep="\n", file=sys.stderr)
        return 2
    parser = argparse.ArgumentParser(prog="python -m nncheck.grade", description=description)
    parser.add_argument("exercise", type=Path, help="the notebook as you handed it out")
    parser.add_argument(
        "submissions", type=Path, nargs="+", help="notebooks, folders, zip archives"
    )
    parser.add_argument("-o", "--output", type=Path, default=Path("grades.csv"))
    parser.add_argument("--roster", type=Path, help="a CSV with the IDs and names of the class")
    parser.add_argument("--only", action="append", default=[], help="grade this one again")
    parser.add_argument("--seed", help="private: the same seed gives the same marks")
    parser.add_argument("--seed-file", type=Path, help="a file with the seed: others do not see it")
    parser.add_argument("--seconds", type=float, default=DEFAULT.seconds, help="for a cell")
    parser.add_argument("--memory", type=int, default=DEFAULT.memory, help="in MB")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="at the same time")
    parser.add_argument("--unsafe", action="store_true", help="grade even if nothing locks them up")
    given = parser.parse_args([dashed(each) for each in sys.argv[1:]])
    limits = Limits(seconds=given.seconds, total=12 * given.seconds, memory=given.memory)
    try:
        seed = seed_in(given.seed_file) if given.seed_file else given.seed
        known = grade(
            given.exercise,
            given.submissions,
            given.output,
            seed,
            limits,
            roster=given.roster,
            only=given.only,
            jobs=max(1, given.jobs),
            progress=sys.stderr.isatty(),
            unsafe=given.unsafe,
        )
    except (OSError, ValueError) as error:
        print(str(error).encode("utf-8", "backslashreplace").decode(), file=sys.stderr)
        return 2
    print(f"{given.output}: {len(known.rows)} submissions, the seed is in {known.state.name}")
    return 0


def dashed(argument: str) -> str:
    """A file whose name begins with a dash is a file, not an option."""
    return f"./{argument}" if argument.startswith("-") and Path(argument).is_file() else argument
