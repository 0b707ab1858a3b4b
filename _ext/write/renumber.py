r"""Chapters that move: `make renumber MAP="05:06 06:07"` carries a new numbering through the book.

All moves happen at once, so that chapters can also change places. What moves: the files named for a
chapter, wherever they lie, and each mention of such a name; equations (`\tag{5.3}`, 式 (5.3),
`prove("5.3", …)` and what it prints) and figures; chapters and exercises named in prose (第 5 章,
"chapters 5 and 6", 習題 5), also those not written yet; `"chapters": [5]` and
`"equations": {"5.3": …}` in a cell's metadata.

A chapter of another book stays, if its owner stands right beside it: a link out of the book
(`[Nielsen (2015)](https://…), Chapter 5`, `chapter 5 of [Nielsen`), a name or a pronoun (Nielsen's
chapter 5, 他的第 5 章). The run lists these, for the writer to look over. The order of lines in
`_toc.yml`, of rows and of enumerations is the writer's too.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from read.mentions import compiled, mentions
from read.notebooks import FOLDERS

Moves = dict[int, int]
Change = Callable[[str], str]

PROSE = (".ipynb", ".md", ".py", ".tsv")  # what speaks of chapters and equations …
OTHER_BOOKS = ("tests/", "_ext/")  # … but here it is made-up books that are numbered


EQUATIONS = compiled(
    r"\\tag\{(\d+)\.\d+\}",
    r"(?:式|\bEqs?\.|\bEquations?)\s\((\d+)\.\d+\)",
    r"(?:圖|\bFig\.|\bFigures?)\s\(?(\d+)\.\d+",
    r"\bprove\(\s*[\"'](\d+)\.\d+[\"']",
    r"^\((\d+)\.\d+\) \w+(?: =|:)",  # what prove prints
    r"#\s+\((\d+)\.\d+\)",  # a formula beside its code
)


def read_map(text: str) -> Moves:
    """{5: 6, 6: 7} for "05:06 06:07". Raises ValueError."""
    moves: Moves = {}
    for pair in text.split():
        if not re.fullmatch(r"\d\d:\d\d", pair):
            raise ValueError(f'{pair}: no move. Write two digits to two: MAP="05:06 06:07".')
        old, new = map(int, pair.split(":"))
        if old in moves:
            raise ValueError(f"{pair}: chapter {old} moves twice. Keep one move.")
        if new in moves.values():
            raise ValueError(f"{pair}: another chapter already moves to {new}. Choose one.")
        moves[old] = new
    if not moves:
        raise ValueError('No move. Write MAP="05:06 06:07".')
    return moves


def renumber_prose(text: str, moves: Moves) -> str:
    """The text with each number of a chapter, equation or exercise of this book moved."""
    found = [each for pattern in EQUATIONS for each in pattern.finditer(text)] + mentions(text)
    spans = {
        number.span()
        for each in found
        for number in re.compile(r"\d+").finditer(text, *each.span(1))
    }
    for start, end in sorted(spans, reverse=True):
        number = int(text[start:end])
        text = f"{text[:start]}{moves.get(number, number)}{text[end:]}"
    return text


def map_notebook(value: Any, change: Change, moves: Moves) -> Any:
    """A notebook's JSON with its texts changed; lists of lines as one text, pictures not at all."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [map_notebook(each, change, moves) for each in value]
    if not isinstance(value, dict):
        return value
    made = {}
    for key, each in value.items():
        lines = key in ("source", "text") or key.startswith("text/")
        if key.startswith("image/"):
            made[key] = each
        elif key == "chapters":
            made[key] = [moves.get(number, number) for number in each]
        elif key == "equations":
            made[key] = {moved(number, moves): code for number, code in each.items()}
        elif lines and isinstance(each, list):
            made[key] = change("".join(each)).splitlines(keepends=True)
        else:
            made[key] = map_notebook(each, change, moves)
    return made


def moved(equation: str, moves: Moves) -> str:
    """ "6.3" for "5.3"."""
    chapter, dot, rest = equation.partition(".")
    return f"{moves.get(int(chapter), int(chapter))}{dot}{rest}"


class Book:
    """The files of a book that git knows or would add, and the names that carry a number."""

    def __init__(self, root: Path):
        self.root = root
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=root, check=True, capture_output=True).stdout
        names = [name for name in listed.decode("utf8").split("\0") if (root / name).is_file()]
        self.files = sorted(set(names))
        self.stems = {
            Path(name).stem
            for name in self.files
            if str(Path(name).parent) in FOLDERS and re.match(r"\d\d-.*\.ipynb$", Path(name).name)
        }

    def texts(self) -> Iterator[tuple[str, str]]:
        """(name, text) of each file that is text."""
        for name in self.files:
            try:
                yield name, (self.root / name).read_text("utf8")
            except UnicodeDecodeError:
                continue

    def numbers(self) -> dict[int, str]:
        """Where each chapter number is used: a file's name, else the first mention."""
        used: dict[int, str] = {}
        for name, text in self.texts():
            if speaks_of_chapters(name):
                for mention in mentions(prose_of(name, text)):
                    for number in re.findall(r"\d+", mention[1]):
                        used.setdefault(int(number), f"{name} names it: {mention[0]}")
        return used | {int(stem[:2]): f"it is {stem}" for stem in sorted(self.stems)}

    def check(self, moves: Moves) -> None:
        """Raises ValueError where a chapter would get the number of one that stays."""
        used = self.numbers()
        for old, new in moves.items():
            if new in used and new not in moves:
                raise ValueError(
                    f"{old:02d}:{new:02d}: chapter {new} stays ({used[new]}). Move it too."
                )

    def renumber(self, moves: Moves) -> list[str]:
        """Move everything; what was renamed, and what was left alone as another book's."""
        self.check(moves)
        stem = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(self.stems))})(?![\w-])")
        moved = {
            each: f"{moves.get(int(each[:2]), int(each[:2])):02d}{each[2:]}" for each in self.stems
        }

        def rename(text: str) -> str:
            return stem.sub(lambda found: moved[found[0]], text) if self.stems else text

        def change(text: str) -> str:
            return rename(renumber_prose(text, moves))

        report = []
        for name, text in self.texts():
            new = rename(text)
            if speaks_of_chapters(name):
                report += [
                    f"{name}: left alone, as another book's: {mention[0]}"
                    for mention in mentions(prose_of(name, text), ours=False)
                ]
                new = change(text)
                if name.endswith(".ipynb"):
                    notebook = map_notebook(json.loads(text), change, moves)
                    new = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
            if new != text:
                (self.root / name).write_text(new, "utf8")
        return self.rename_files(rename) + report

    def rename_files(self, rename: Change) -> list[str]:
        pairs = []
        for name in self.files:
            old = Path(name)
            new = old.with_name(rename(old.name))
            if new != old:
                pairs.append((self.root / old, self.root / new, f"{old} -> {new}"))
        for old, new, _ in pairs:  # aside first: two may change places
            old.rename(new.with_name(new.name + ".moving"))
        for _, new, _ in pairs:
            new.with_name(new.name + ".moving").rename(new)
        return [said for *_, said in pairs]


def speaks_of_chapters(name: str) -> bool:
    return name.endswith(PROSE) and not name.startswith(OTHER_BOOKS)


def prose_of(name: str, text: str) -> str:
    """A file's text; of a notebook, that of its cells."""
    if not name.endswith(".ipynb"):
        return text
    return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])


def main() -> int:
    root = Path(__file__).parents[2]
    try:
        moves = read_map(" ".join(sys.argv[1:]))
        print("\n".join(Book(root).renumber(moves)))
    except ValueError as error:
        print(error)
        return 1
    print("Now read `git diff`, run `make check`, and look over the order of lines in _toc.yml.")
    return 0
