"""A class is graded whatever its files are called, hold and do, and in whatever layout."""

import csv
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nncheck.grading import table as grading
from nncheck.grading.handed_in import Handed, handed_in, names_of
from nncheck.grading.room import open_room
from nncheck.grading.submission import Limits

CHECKS = """
from nncheck.answers import Function
from nncheck.checking import Exercise, Generator, Marks, choose, expect

check = Exercise("averages")

@check.question(points=2, hints=[("先加。", "Add.")], total=("沒有除。", "Not divided."))
def q1(average: Function, letter: str, rng: Generator) -> Marks:
    x = rng.normal(size=5)
    expect(average(x), x.mean(), total=x.sum())
    yield 1
    choose(letter, "A", "ABC")
"""
RIGHT = "average = lambda x: x.mean()\nletter = 'A'"
LIMITS = Limits(seconds=30, total=120, memory=2048)
FORGE = """
import os
for number in range(3, 20):
    try:
        os.write(number, {})
    except OSError:
        pass
"""


def notebook(*sources: str) -> dict[str, Any]:
    return {"cells": [{"cell_type": "code", "source": source} for source in sources]}


def content(*sources: str) -> bytes:
    return json.dumps(notebook(*sources)).encode()


OLD = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": [RIGHT]}]}]}
# What a file holds, and the marks that it earns.
FILES: dict[str, tuple[bytes, str]] = {
    "right": (content(RIGHT), "2"),
    "surrogate in an error": (content(RIGHT, 'raise ValueError("\\ud83d")'), "2"),
    "surrogate in an answer": (content(RIGHT, 'letter = "\\ud83d"'), "1"),
    "surrogate in the code": (content(RIGHT, 'x = "\ud83d"'), "2"),
    "forged list": (content(FORGE.format(r'b"[1]\n"')), "0"),
    "forged depth": (content(FORGE.format('b"[" * 200000')), "0"),
    "deep": (b"[" * 200000, "0"),
    "old format": (json.dumps(OLD).encode(), "2"),
    "utf-16": (json.dumps(notebook(RIGHT)).encode("utf-16"), "2"),
    "bom": (json.dumps(notebook(RIGHT)).encode("utf-8-sig"), "2"),
    "=1+1": (content(RIGHT), "2"),
    "-dash": (content(RIGHT), "2"),
    "字" * 80: (content(RIGHT), "2"),
    # as Jupyter runs them
    "percent in brackets": (content(RIGHT, 'text = ("rows %d"\n % 3)\nassert text'), "2"),
    "time": (content("%time average = lambda x: x.mean()", "%%time\nletter = 'A'"), "2"),
    "shell": (content("x = !ls\nassert x == []\n!ls\n%matplotlib inline\nlen?\n" + RIGHT), "2"),
    "await": (content("import asyncio\nawait asyncio.sleep(0)\n" + RIGHT), "2"),
    "not executed": (content(RIGHT, "%%timeit\nletter = 'B'", "%%writefile x\nletter = 'C'"), "2"),
}
NOTES = {
    "surrogate in an error": "Code cell 2 failed: ValueError: \\ud83d",
    "forged list": "ended before its time",
    "deep": "not a notebook",
    "shell": "Code cell 1: !ls is not run when a notebook is graded.",
    "not executed": "",
    "percent in brackets": "",
}


@pytest.fixture(scope="module")
def exercise(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("exercise")
    (folder / "averages_of_a_class.py").write_text(CHECKS, "utf8")
    path = folder / "exercise.ipynb"
    path.write_bytes(content("from averages_of_a_class import check"))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield path


Table = list[dict[str, str]]


def read(table: Path) -> Table:
    with table.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def graded(exercise: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    folder = tmp_path_factory.mktemp("class")
    for name, (held, _) in FILES.items():
        (folder / f"{name}.ipynb").write_bytes(held)
    os.mkfifo(folder / "fifo.ipynb")
    (folder / "link.ipynb").symlink_to("/etc/passwd")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xa4\xa4\xa4\xe5.ipynb")).write_bytes(content(RIGHT))
    output = folder / "grades.csv"
    grading.grade(exercise, [folder], output, "private", LIMITS, jobs=2, unsafe=True)
    assert len(list((folder / "grades-feedback").iterdir())) == len(FILES) + 3
    return {row["submission"]: row for row in read(output)}


@pytest.mark.parametrize("name", FILES)
def test_whatever_a_file_holds(graded: dict[str, dict[str, str]], name: str) -> None:
    shown = f"'{name}" if name.startswith(("=", "-")) else name
    row = next(row for key, row in graded.items() if key.startswith(shown[:30]))
    assert row["total"] == FILES[name][1], row
    if name in NOTES:
        assert NOTES[name] in row["notes"]
        assert bool(NOTES[name]) == bool(row["notes"])


@pytest.mark.parametrize("name", ["fifo", "link"])
def test_what_is_no_file_is_not_opened(graded: dict[str, dict[str, str]], name: str) -> None:
    assert graded[name]["total"] == "0"
    assert "no regular file" in graded[name]["notes"]


def test_a_name_in_big5_is_read(graded: dict[str, dict[str, str]]) -> None:
    assert graded["中文"]["total"] == "2"


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["s/alice.ipynb", "s/bob.ipynb"], ["alice", "bob"]),
        (["s/alice/ps1/2.ipynb", "s/bob/ps1/2.ipynb"], ["alice", "bob"]),
        (["s/a/2.ipynb", "s/a/3.ipynb", "s/b/2.ipynb"], ["a-2", "a-3", "b-2"]),
        (["s/a/x/2.ipynb", "s/b/y/2.ipynb"], ["x", "y"]),
        (["s/a/2.ipynb", "s/b/c/2.ipynb"], ["a", "c"]),
        (["s/Amy.ipynb", "t/amy.ipynb"], ["s", "t"]),
        (["s/a-b/c.ipynb", "s/a/b-c.ipynb", "s/a/c.ipynb"], ["a-b-c", "a-b-c-2", "a-c"]),
        (["s/王 小明_123_assignsubmission_file_/2.ipynb", "s/b/2.ipynb"], ["王 小明", "b"]),
        (["s/2.ipynb"], ["2"]),
    ],
)
def test_the_shortest_name_that_tells(paths: list[str], names: list[str]) -> None:
    assert names_of([Handed(Path(path), tuple(path.split("/"))) for path in paths]) == names


def test_folders_and_archives_are_searched(tmp_path: Path) -> None:
    for place in ("amy/2.ipynb", "amy/.ipynb_checkpoints/2-checkpoint.ipynb", "amy/notes.txt"):
        path = tmp_path / "class" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content(RIGHT))
    with zipfile.ZipFile(tmp_path / "moodle.zip", "w") as archive:
        archive.writestr("Bo_1_assignsubmission_file_/2.ipynb", content("bo = 1"))
        archive.writestr("__MACOSX/Bo_1_assignsubmission_file_/._2.ipynb", b"")
    found = handed_in([tmp_path / "class", tmp_path / "moodle.zip"])
    assert names_of(found) == ["amy", "Bo"]
    assert found[1].content() == content("bo = 1")


@pytest.mark.parametrize("name", ["*.ipynb", "empty"])
def test_nothing_handed_in_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=r"nothing is there|no notebook is in it"):
        handed_in([tmp_path / name])


def test_the_roster_names_everybody(exercise: Path, tmp_path: Path) -> None:
    (tmp_path / "b11901001_2.ipynb").write_bytes(content(RIGHT))
    (tmp_path / "王小明.ipynb").write_bytes(content(RIGHT))
    roster = tmp_path / "students.csv"
    roster.write_bytes(
        "學號,姓名\nB11901001,陳一\nB11901002,王小明\nB11901003,林三\n".encode("cp950")
    )
    submissions, output = sorted(tmp_path.glob("*.ipynb")), tmp_path / "g.csv"
    grading.grade(exercise, submissions, output, "s", LIMITS, roster=roster, unsafe=True)
    rows = read(output)
    assert [(row["id"], row["name"], row["total"]) for row in rows] == [
        ("B11901001", "陳一", "2"),
        ("B11901002", "王小明", "2"),
        ("B11901003", "林三", ""),
    ]
    assert rows[2]["notes"] == "handed in nothing"
    roster.write_text("mail\na@b.c\n")
    with pytest.raises(ValueError, match="must have a column named id or name, but has mail"):
        grading.grade(exercise, submissions, output, "s", LIMITS, roster=roster, unsafe=True)


def test_a_second_start_goes_on(
    exercise: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def pretend(self: grading.Class, handed: Handed, name: str) -> dict[str, str]:
        tried.append(name)
        if name == "c" and len(tried) == 3:
            raise KeyboardInterrupt
        (self.feedback / f"{name}.txt").write_text("")
        return {"submission": name, "total": "2"}

    monkeypatch.setattr(grading.Class, "grade", pretend)
    monkeypatch.setattr(grading, "room_for", lambda *_: open_room())
    for name in "abcd":
        (tmp_path / f"{name}.ipynb").write_bytes(content(RIGHT))
    submissions, output = sorted(tmp_path.glob("*.ipynb")), tmp_path / "g.csv"
    with pytest.raises(KeyboardInterrupt):
        grading.grade(exercise, submissions, output)
    assert [row["submission"] for row in read(output)] == ["a", "b"]
    start: Callable[..., grading.Class] = lambda **more: grading.grade(  # noqa: E731
        exercise, submissions, output, **more
    )
    first = start()
    assert [row["submission"] for row in read(output)] == ["a", "b", "c", "d"]
    assert (tried.count("a"), tried.count("b"), set(tried)) == (1, 1, set("abcd"))
    tried.clear()
    (tmp_path / "b.ipynb").write_bytes(content("changed = 1"))
    assert start().seed == first.seed
    assert tried == ["b"]
    start(only=["a"])
    assert tried == ["b", "a"]
    start(seed="another")
    assert sorted(tried[2:]) == ["a", "b", "c", "d"]
    with pytest.raises(ValueError, match="nobody is named e: there are a, b, c, d"):
        start(only=["e"])


def test_unseeded_numbers_are_the_same_twice(exercise: Path, tmp_path: Path) -> None:
    draws = "import random\nimport numpy as np\nx = np.random.default_rng().random()\n"
    draws += "raise ValueError((x, random.random(), np.random.rand()))"
    (tmp_path / "a.ipynb").write_bytes(content(draws))
    notes = []
    for name in ("one", "two"):
        output = tmp_path / f"{name}.csv"
        grading.grade(exercise, [tmp_path / "a.ipynb"], output, "s", LIMITS, unsafe=True)
        notes.append(read(output)[0]["notes"])
    assert notes[0] == notes[1]
    assert "ValueError" in notes[0]
