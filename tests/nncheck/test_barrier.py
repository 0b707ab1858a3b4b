"""Nothing gets out of a notebook that is graded, nothing gets in: each attack is tried."""

import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nncheck.answers import Mistake
from nncheck.grading import table as grading
from nncheck.grading.handed_in import Handed
from nncheck.grading.handed_out import assignment_in
from nncheck.grading.marks import Marks, mark
from nncheck.grading.room import Room, closed_room
from nncheck.grading.submission import Limits, Stopped, Submission
from nncheck.grading.system_calls import DENIED, MACHINES, call_filter
from nncheck.grading.wire import content_of, decoded, encoded, line_of

CHECKS = """
from nncheck.answers import Function
from nncheck.checking import Exercise, Generator, Marks, expect, expect_number

check = Exercise("barrier")

@check.question(points=1, hints=[("加。", "Add.")])
def q1(double: Function, rng: Generator) -> None:
    x = rng.normal(size=5)
    expect(double(x), 2 * x)

@check.question(points=1, hints=[("加。", "Add.")])
def q2(total: float) -> None:
    expect_number(total, 5)
"""
RIGHT = "double = lambda x: 2 * x\ntotal = 5"
LIMITS = Limits(seconds=20, total=60, memory=1500)
ROOT = Path(__file__).parents[2]
ATTACKS = Path(__file__).with_name("attacks.py").read_text("utf8")
NAMES = re.findall(r"^def ([a-z]\w+)\(\):", ATTACKS, re.M)


@pytest.fixture(scope="module")
def exercise(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Its checks lie beside it; so do helpers that it imports, which a notebook may see."""
    folder = tmp_path_factory.mktemp("exercise")
    (folder / "a_barrier.py").write_text(CHECKS, "utf8")
    (folder / "helpers.py").write_text("def five(): return 5", "utf8")
    path = folder / "exercise.ipynb"
    path.write_bytes(notebook("from a_barrier import check\nfrom helpers import five"))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield path


@pytest.fixture(scope="module")
def room(exercise: Path, a_room: None) -> Room:
    assignment = assignment_in(exercise)
    return closed_room(assignment.module, assignment.imported)


def notebook(*sources: str) -> bytes:
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"cells": cells}).encode()


# ---- Out of the room


@pytest.fixture(scope="module")
def attacked(
    exercise: Path, room: Room, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Submission]:
    here = tmp_path_factory.mktemp("here")
    (here / "secret").write_text("a secret")
    (here / "a place").mkdir()
    with (
        socket.socket(socket.AF_UNIX) as on_disk,
        socket.socket(socket.AF_UNIX) as abstract,
        socket.create_server(("127.0.0.1", 0)) as server,
    ):
        on_disk.bind(str(here / "socket"))
        abstract.bind(f"\0{here}")
        for each in (on_disk, abstract):
            each.listen()
        said = f"HERE, GRADER, PORT = {str(here)!r}, {os.getpid()}, {server.getsockname()[1]}"
        cells = [ATTACKS, said]
        with Submission(cells, assignment_in(exercise), LIMITS, room) as submission:
            assert submission.run() == ([], [])
            yield submission


@pytest.mark.parametrize("name", NAMES)
def test_nothing_gets_out(attacked: Submission, name: str) -> None:
    """The attack raises an error or comes back with nothing; see `attacks`."""
    attacked.text_left = 1000
    try:
        got = attacked.call(name, ())
    except Mistake as mistake:
        said = f"{mistake.code} {mistake.values}"
    else:
        said = "" if not np.any(got) else f"got {got!r}"
    assert re.match("$|none|raised", said), said
    assert "NameError" not in said


# ---- Too much of something

HOLD = """
import os
import time
for child in range(4):
    if os.fork() == 0:
        held = b"x" * (250 << 20)
        time.sleep(60)
time.sleep(60)
"""
FORK = """
import os
import time
for child in range(300):
    if os.fork() == 0:
        time.sleep(60)
time.sleep(60)
"""
THREADS = """
import threading
import time
for each in range(300):
    threading.Thread(target=time.sleep, args=(60,)).start()
"""
BURN = """
import os
for child in range(3):
    os.fork()
while True:
    pass
"""
STOP = "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)"
KILL = "import os\nos.kill(1, 9)\nos.kill(os.getpid(), 9)"
TOO_MUCH: dict[str, tuple[str, Limits, str]] = {
    "memory, held together": (HOLD, Limits(memory=700), "together took too much memory"),
    "processes": (FORK, LIMITS, "too many processes|BlockingIOError"),
    "threads": (THREADS, LIMITS, "too many processes|can't start new thread"),
    "processor time, taken together": (BURN, Limits(seconds=60, total=2), "took too long"),
    "patience": (STOP, Limits(total=1, patience=1.5), "took too long"),
    "nothing left": (KILL, LIMITS, "ended before its time"),
}


def graded(exercise: Path, room: Room, content: bytes, limits: Limits = LIMITS) -> Marks:
    """Marks of a notebook in a file beside the exercise, which no notebook sees."""
    path = exercise.with_name("handed_in.ipynb")
    path.write_bytes(content)
    handed = Handed(path, path.parts)
    return mark(handed, assignment_in(exercise), 7, limits, room)


@pytest.mark.parametrize("what", TOO_MUCH)
def test_too_much_ends_the_notebook(exercise: Path, room: Room, what: str) -> None:
    source, limits, why = TOO_MUCH[what]
    marks = graded(exercise, room, notebook(RIGHT, source), limits)
    assert re.search(why, repr(marks.notes))


LINGER = """
import os
import time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(SAME, ["it-lingers", "-c", "import time; time.sleep(60)"])
    os._exit(0)
time.sleep(0.2)
"""


def test_nothing_is_left_behind(exercise: Path, room: Room) -> None:
    marks = graded(exercise, room, notebook(RIGHT, f"import sys\nSAME = sys.executable{LINGER}"))
    assert (marks.points, marks.notes) == (2, [])
    deadline = time.monotonic() + 20  # it would be there for a minute
    while lingers() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not lingers()


def lingers() -> bool:
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # that process has just ended
            if each.read_bytes().startswith(b"it-lingers"):
                return True
    return False


# ---- Into the grader

GARBAGE: list[Any] = [
    b"[" * 200_000,
    b"[1",
    b"\xff\xfe",
    b"",
    b"[" + b"[]," * 1_000_000 + b"[]]",
    b'{"value": ' + b'{"tuple": [' * 5_000 + b"]}" * 5_000 + b"}",
    b"1" * 5_000,
]
NO_DATA: list[Any] = [
    {"array": "AAAA", "dtype": "O", "shape": []},
    {"array": "AAAAAAAAAAA=", "dtype": "<f8", "shape": [2]},
    {"array": "AAAAAAAAAAA=", "dtype": "<f8", "shape": [10**30]},
    {"array": "AAAAAAAAAAA=", "dtype": "<f8", "shape": [0.5]},
    {"array": "AAAA", "dtype": "f8,f8", "shape": []},
    {"array": "AAAA", "dtype": "no type", "shape": []},
    {"array": "!", "dtype": "<f8", "shape": []},
    {"array": [1], "dtype": "<f8", "shape": [1]},
    {"keys": ["a"], "values": []},
    {"tuple": [{"unknown": 3}]},
    {"tuple": ["x" * 10_001]},
    {"py/object": "os.system"},
    [1, 2],
]


@pytest.mark.parametrize("line", GARBAGE, ids=lambda line: repr(line[:12]))
def test_a_line_that_is_no_reply(line: bytes) -> None:
    with pytest.raises((ValueError, TypeError)):
        decoded(content_of(line)["value"])


@pytest.mark.parametrize("content", NO_DATA, ids=lambda content: str(content)[:60])
def test_a_reply_that_is_no_data(content: Any) -> None:
    with pytest.raises((ValueError, TypeError, OverflowError)):
        decoded(content_of(line_of(content)))


@pytest.mark.parametrize(
    "value",
    [
        np.float32([[0.1, np.nan], [np.inf, -0.0]]),
        np.arange(6).reshape(2, 3).T,
        np.array(True),
        np.zeros((0, 3)),
        ("A", (1, 2.5), None, "\ud83d"),
        {"0.weight": np.ones(2), "lr": 0.1},
    ],
    ids=str,
)
def test_data_comes_back_as_it_was(value: Any) -> None:
    got = decoded(content_of(line_of(encoded(value))))
    assert repr(got) == repr(value)
    if isinstance(value, np.ndarray):
        assert got.flags.writeable


@pytest.mark.parametrize("value", [{1}, object(), len, np.array([None]), np.array(1j)], ids=type)
def test_only_data_is_sent(value: Any) -> None:
    with pytest.raises(TypeError, match="is no data"):
        encoded(value)


FORGE = """
import os
import time

def double(x):
    for number in range(3, 20):
        try:
            os.write(number, b"[1]\\n" * 3)
        except OSError:
            pass
    time.sleep(0.5)
    return 2 * x

total = 5
"""


def test_a_forged_reply_costs_its_question(exercise: Path, room: Room) -> None:
    """No other: the true reply, which comes when the next question is asked, is none to that."""
    marks = graded(exercise, room, notebook(FORGE))
    assert [each.points for each in marks.feedback] == [0, 1]
    assert "not what an answer looks like" in repr(marks.feedback[0])


DEAF = """
import os
import threading
import time

def forge():
    replies = "".join('{"value": 1, "number": %d}\\n' % each for each in range(1, 9)).encode()
    while True:
        for number in range(3, 20):
            try:
                os.write(number, replies)
            except OSError:
                pass
        time.sleep(0.1)

def double(x):
    threading.Thread(target=forge, daemon=True).start()
    time.sleep(600)
"""


def test_a_process_that_replies_but_does_not_listen(exercise: Path, room: Room) -> None:
    with Submission([DEAF], assignment_in(exercise), LIMITS, room) as submission:
        submission.run()
        for _ in range(3):
            assert submission.call("double", (1,)) == 1
        submission.deadline = time.monotonic() + 1
        with pytest.raises(Stopped, match="time"):
            submission.call("double", (np.ones(100_000),))


TALK = ["raise ValueError('漏' * 100)"] * 4 + [
    "def double(x):\n    raise ValueError('漏' * 900)",
    "total = type('漏' * 900, (), {})()",
]


def test_feedback_has_little_of_a_learners_own_text(exercise: Path, room: Room) -> None:
    marks = graded(exercise, room, notebook(*TALK))
    for language in (0, 1):
        said = "".join(
            text[language] for text in [*marks.notes, *(f.texts for f in marks.feedback)]
        )
        assert 400 < said.count("漏") <= 500
    assert [each.code for each in marks.feedback] == ["raised", "type"]


def test_a_notebook_has_what_it_needs(exercise: Path, room: Room) -> None:
    """What the exercise imports, and a `check` that can be asked; the answers count elsewhere."""
    cells = [
        "from a_barrier import check\nfrom helpers import five\nimport nnlib",
        "double = lambda x: 2 * x\ncheck.q1()\nprint(check.hint('q1'), check.language)",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.savefig('x.png')",
        "import threading, tempfile\nthreading.Thread(target=print).start()\nhelp(len)",
        "total = five()\ncheck.q2()\ncheck.report()",
        "import a_barrier as checks\nassert checks.check is check\nassert not check.case",
    ]
    marks = graded(exercise, room, notebook(*cells))
    assert (marks.points, marks.notes) == (2, [])


PRY = """
import glob
import sys
found = [p for path in sys.path for p in glob.glob(path + "/nncheck/**", recursive=True)]
found += [p for path in sys.path for p in glob.glob(path + "/**/a_barrier.*", recursive=True)]
for path in found:
    if "questions" in path or "marks" in path:
        raise ValueError(path)
    try:
        assert "a_barrier" not in path or not open(path).read()
    except PermissionError:
        pass
assert found
import nncheck.questions
"""


def test_installed_packages_are_shown_without_the_checks(
    exercise: Path, a_room: None, tmp_path: Path
) -> None:
    """Where `pip install` puts them, those of a teacher too."""
    site = tmp_path / "site-packages"
    for name in ("nnlib", "nncheck"):
        shutil.copytree(ROOT / name, site / name)
    shutil.copy(exercise.with_name("a_barrier.py"), site)
    shutil.copy(exercise.with_name("helpers.py"), site)
    (tmp_path / "a.ipynb").write_bytes(notebook(PRY, RIGHT))
    shutil.copy(exercise, tmp_path)
    command = [sys.executable, "-P", "-m", "nncheck.grade", "exercise.ipynb", "a.ipynb"]
    environment = {**os.environ, "PYTHONPATH": str(site)}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    table = (tmp_path / "grades.csv").read_text("utf-8-sig")
    assert "cell 1 failed: ModuleNotFoundError: No module named 'nncheck.questions'" in table
    assert ",2,2," in table


# ---- Where there is no room


def test_grading_refuses_without_a_room(
    exercise: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "a.ipynb").write_bytes(notebook(RIGHT))
    monkeypatch.setenv("PATH", "/nowhere")
    given = ([tmp_path / "a.ipynb"], tmp_path / "grades.csv", "seed", LIMITS)
    with pytest.raises(ValueError, match=r"(?s)bubblewrap\) is not installed.*only if you trust"):
        grading.grade(exercise, *given)
    assert not (tmp_path / "grades.csv").exists()
    grading.grade(exercise, *given, unsafe=True)
    assert "does not let the grader lock the notebooks up" in capsys.readouterr().err
    assert ",2,2," in (tmp_path / "grades.csv").read_text("utf-8-sig")


def verdict(rules: bytes, machine: int, call: int) -> int:
    """What the kernel does by a filter: a processor of four instructions."""
    steps = [struct.unpack_from("=HBBI", rules, at) for at in range(0, len(rules), 8)]
    seen, at = 0, 0
    while True:
        code, then, otherwise, value = steps[at]
        match code:
            case 0x20:
                seen, then, otherwise = (call if value == 0 else machine), 0, 0
            case 0x06:
                return int(value)
        holds = {0x20: True, 0x15: seen == value, 0x35: seen >= value}[code]
        at += 1 + (then if holds else otherwise)


@pytest.mark.parametrize(("number", "name"), [*enumerate(MACHINES)])
def test_calls_that_are_not_permitted(number: int, name: str) -> None:
    """On the processors that are known here; the kernel itself tries those of this one above."""
    rules, machine = call_filter(name), MACHINES[name]
    denied = {numbers[number] for numbers in DENIED.values()}
    assert len(denied) == len(DENIED)
    for call in range(500):
        said = verdict(rules, machine.audit, call)
        assert said == (0x50001 if call in denied else 0x7FFF0000), call
    assert verdict(rules, machine.audit ^ 1, 0) == verdict(rules, machine.audit, 1 << 30) == 0x50001
    assert call_filter("another machine") == b""
