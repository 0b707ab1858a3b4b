"""The table of a class, and the command that writes it."""

import argparse
import csv
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from nncheck.grading.isolation import isolation
from nncheck.grading.marks import mark, report
from nncheck.grading.notebook import exercise_of
from nncheck.grading.submission import DEFAULT, Limits

OPEN = (
    "這個系統不讓批改程式隔離作業：作業可以連上網路、寫入你的檔案。請在沒有網路的容器裡批改。",
    "This system does not let the grader isolate the notebooks: they can use the network and write "
    "to your files. Grade in a container without network.",
)
WINDOWS = (
    "批改程式需要 Linux 或 macOS。在 Windows 上，請在 WSL 裡執行同樣的指令。",
    "The grader needs Linux or macOS. On Windows, run the same command in WSL.",
)


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


def main(description: str) -> int:
    parser = argparse.ArgumentParser(prog="python -m nncheck.grade", description=description)
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
