"""The table of contents: the parts of the book, and of each page its title and its minutes.

A chapter has its exercise and the answers beside it, so that a list of the book is as short as the
book has chapters.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import yaml

from read.notebooks import LANGUAGES, PREFACE, headings, read
from read.pace import minutes

FILE = "_toc.yml"
CHAPTER = re.compile(r"chapters/0*(\d+)-")
WITH_CHAPTERS = {"exercises": "exercise", "exercises/solutions": "answers"}  # folder -> what it is


@dataclass(frozen=True)
class Page:
    docname: str  # "chapters/02-neuron"
    titles: dict[str, str]  # by language
    minutes: int | None = None  # of what is read from beginning to end
    beside: dict[str, str] = field(default_factory=dict)  # "exercise", "answers" -> docname

    @property
    def number(self) -> int | None:
        """2 for chapters/02-neuron."""
        found = CHAPTER.match(self.docname)
        return int(found[1]) if found else None


@dataclass(frozen=True)
class Part:
    captions: dict[str, str]  # by language; none for what stands before the first part
    pages: list[Page]


def in_both(caption: str) -> dict[str, str]:
    """`基礎 / Foundations` by language; what is not divided is the same in both."""
    words = caption.split(" / ")
    if len(words) != len(LANGUAGES):
        words = [caption] * len(LANGUAGES)
    return dict(zip(LANGUAGES, words, strict=True))


def page(root: Path, docname: str, known: set[str]) -> Page:
    cells = read(root / f"{docname}.ipynb")
    titles = {lang: headings(cells, lang)[0][1] for lang in LANGUAGES}
    name = PurePosixPath(docname).name
    beside = {
        what: f"{folder}/{name}"
        for folder, what in WITH_CHAPTERS.items()
        if CHAPTER.match(docname) and f"{folder}/{name}" in known
    }
    is_read = docname == PREFACE or CHAPTER.match(docname)
    return Page(docname, titles, minutes(cells) if is_read else None, beside)


def parts(root: Path) -> list[Part]:
    """The book as `_toc.yml` has it, exercises and answers beside their chapters.

    Of a file that is not there the build says so itself.
    """
    listed = yaml.safe_load((root / FILE).read_text("utf8"))
    names = [
        [name for each in part["chapters"] if (root / f"{(name := each['file'])}.ipynb").exists()]
        for part in listed["parts"]
    ]
    known = {name for part in names for name in part}
    found = []
    for part, docnames in zip(listed["parts"], names, strict=True):
        own = [page(root, name, known) for name in docnames if not is_beside(name, known)]
        if own:
            found.append(Part(in_both(part["caption"]) if "caption" in part else {}, own))
    return found


def is_beside(docname: str, known: set[str]) -> bool:
    """Whether a page is the exercise or the answers of a chapter of the book."""
    path = PurePosixPath(docname)
    return path.parent.as_posix() in WITH_CHAPTERS and f"chapters/{path.name}" in known
