"""A small book gets other numbers: what moves, what stays, and which maps are refused."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from write.renumber import Book, main, read_map, renumber_prose

MOVES = {5: 6, 6: 7, 9: 10}

MOVED = {
    r"$$ a = b \tag{5.3} $$": r"$$ a = b \tag{6.3} $$",
    "式 (5.3)、式 (9.12) 和式 (2.1)": "式 (6.3)、式 (10.12) 和式 (2.1)",
    "Eq. (6.1) and\nEq. (5.10)": "Eq. (7.1) and\nEq. (6.10)",
    "圖 5.3, Figure 5.3, Fig. 6.1": "圖 6.3, Figure 6.3, Fig. 7.1",
    'prove("5.3", slope)': 'prove("6.3", slope)',
    "(5.3) slope = central differences": "(6.3) slope = central differences",
    "def f(x):  # (6.2), edges and all": "def f(x):  # (7.2), edges and all",
    "第 5 章、第 5、6 章、第 2 到 9 章": "第 6 章、第 6、7 章、第 2 到 10 章",
    "Chapter 5; chapters 5, 6, and\n9": "Chapter 6; chapters 6, 7, and\n10",
    "In chapter 5, 9 of 10 succeed.": "In chapter 6, 9 of 10 succeed.",
    "習題 5 的解答, Exercise 5: costs": "習題 6 的解答, Exercise 6: costs",
    "([Adam](https://a.org)) is explained in Chapter 9": (
        "([Adam](https://a.org)) is explained in Chapter 10"
    ),
}
STAYS = [
    "- [Nielsen (2015)](http://n.com/), Chapter 5: shapes",
    "- [Nielsen (2015)](http://n.com/) 第 5 章：形狀",
    "[Nielsen](http://n.com/) 的第 5 章",
    "chapter 5 of [Nielsen (2015)](http://n.com/)",
    "Nielsen's chapters 5 and 6, in his chapter 9",
    "Nielsen 的第 5、6 章，他的第 9 章",
    "Section 5.3, 第 6.5 節, exercise 5-2, 習題 5-2",
    "σ(5.3) = 0.995, W[5], 0.5, 5 epochs, 第 5 層",
    "Chapter 2, 第 3 章, Eq. (11.1)",
]


@pytest.mark.parametrize("before", MOVED)
def test_numbers_of_this_book_move_at_once(before: str) -> None:
    assert renumber_prose(before, MOVES) == MOVED[before]


@pytest.mark.parametrize("text", STAYS)
def test_other_numbers_stay(text: str) -> None:
    assert renumber_prose(text, MOVES) == text


def test_two_chapters_change_places() -> None:
    assert renumber_prose("Chapters 5 and 6, Eq. (5.1)", {5: 6, 6: 5}) == (
        "Chapters 6 and 5, Eq. (6.1)"
    )


def notebook(*cells: dict[str, Any]) -> str:
    return json.dumps({"cells": cells}, ensure_ascii=False, indent=1) + "\n"


def cell(*lines: str, **more: Any) -> dict[str, Any]:
    return {"source": list(lines), "metadata": {}, **more}


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, "utf8")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Chapters 5 and 6, an exercise, its checks, and a chapter 9 that is only promised."""
    drawn = {"data": {"image/svg+xml": ["<!-- Eq. (5.1) -->"], "text/plain": ["(5.1) f = g\n"]}}
    write(
        tmp_path,
        "chapters/05-five.ipynb",
        notebook(
            cell("See Chapter\n", "9 and [six](06-six.ipynb#a-b)."),
            cell("x", outputs=[drawn], metadata={"chapters": [2, 5], "equations": {"5.1": "x"}}),
        ),
    )
    write(tmp_path, "chapters/06-six.ipynb", notebook(cell("05-five.ipynb, 105-five, 05-fives")))
    write(tmp_path, "exercises/05-five.ipynb", notebook(cell("習題 5")))
    write(tmp_path, "exercises/solutions/05-five.ipynb", notebook(cell("習題 5 的解答")))
    write(tmp_path, "replications/05-five.json", '{"chapter": "05-five"}')
    write(tmp_path, "questions/five.py", 'check = Exercise("exercises/05-five")  # Eq. (5.1)')
    write(tmp_path, "_toc.yml", "- file: chapters/05-five\n- file: chapters/06-six\n")
    write(tmp_path, "tests/test_five.py", 'NAME = "chapters/05-five"; TAG = r"Eq. (5.1)"')
    write(tmp_path, "README.md", "Chapter 5 of [Nielsen](https://n.com)")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def contents(root: Path) -> dict[str, str]:
    files = [path for path in root.rglob("*.*") if path.is_file() and ".git" not in path.parts]
    return {str(path.relative_to(root)): path.read_text("utf8") for path in files}


def test_a_book_moves(book: Path) -> None:
    report = Book(book).renumber(MOVES)
    drawn = {"data": {"image/svg+xml": ["<!-- Eq. (5.1) -->"], "text/plain": ["(6.1) f = g\n"]}}
    assert contents(book) == {
        "chapters/06-five.ipynb": notebook(
            cell("See Chapter\n", "10 and [six](07-six.ipynb#a-b)."),
            cell("x", outputs=[drawn], metadata={"chapters": [2, 6], "equations": {"6.1": "x"}}),
        ),
        "chapters/07-six.ipynb": notebook(cell("06-five.ipynb, 105-five, 05-fives")),
        "exercises/06-five.ipynb": notebook(cell("習題 6")),
        "exercises/solutions/06-five.ipynb": notebook(cell("習題 6 的解答")),
        "replications/06-five.json": '{"chapter": "06-five"}',
        "questions/five.py": 'check = Exercise("exercises/06-five")  # Eq. (6.1)',
        "_toc.yml": "- file: chapters/06-five\n- file: chapters/07-six\n",
        "tests/test_five.py": 'NAME = "chapters/06-five"; TAG = r"Eq. (5.1)"',
        "README.md": "Chapter 5 of [Nielsen](https://n.com)",
    }
    assert "chapters/05-five.ipynb -> chapters/06-five.ipynb" in report
    assert "README.md: left alone, as another book's: Chapter 5" in report


def test_there_and_back_changes_nothing(book: Path) -> None:
    before = contents(book)
    Book(book).renumber(MOVES)
    Book(book).renumber({new: old for old, new in MOVES.items()})
    assert contents(book) == before


def test_chapters_that_change_places_keep_their_contents(book: Path) -> None:
    Book(book).renumber({5: 6, 6: 5})
    assert {"chapters/06-five.ipynb", "chapters/05-six.ipynb"} <= contents(book).keys()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", 'No move. Write MAP="05:06 06:07".'),
        ("5:6", '5:6: no move. Write two digits to two: MAP="05:06 06:07".'),
        ("05:06,06:07", '05:06,06:07: no move. Write two digits to two: MAP="05:06 06:07".'),
        ("05:06 05:07", "05:07: chapter 5 moves twice. Keep one move."),
        ("05:07 06:07", "06:07: another chapter already moves to 7. Choose one."),
    ],
)
def test_a_malformed_map_is_refused(
    text: str,
    message: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.argv", ["renumber", *text.split()])
    assert main() == 1
    assert capsys.readouterr().out == message + "\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("05:06", "05:06: chapter 6 stays (it is 06-six). Move it too."),
        (
            "05:06 06:09",
            "06:09: chapter 9 stays (chapters/05-five.ipynb names it: Chapter\n9). Move it too.",
        ),
    ],
)
def test_a_number_that_is_taken_is_refused_and_nothing_changes(
    book: Path, text: str, message: str
) -> None:
    before = contents(book)
    with pytest.raises(ValueError, match="stays") as refused:
        Book(book).renumber(read_map(text))
    assert str(refused.value) == message
    assert contents(book) == before
