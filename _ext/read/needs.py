"""Which chapter needs which: counted from the links by which a chapter leads back to earlier ones.

A way ahead promises more; a way back leans on what has been shown. So counted are the passages of a
numbered chapter that lead to one before it, by a link, by an equation or a figure that they cite,
or by its number. Both languages have the same ways, which the checks see to; the English is read.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from read.mentions import mentions
from read.notebooks import CITATION, FIGURE, Cell, prose, read
from read.text import links

TARGET = re.compile(r"0*(\d+)-[\w-]+\.ipynb")  # of a link to a chapter
NAMED = re.compile(r"\b[Cc]hapters?\b")

Needs = dict[tuple[int, int], int]  # (chapter, earlier chapter) -> passages that lead back


def chapters_named(cell: Cell) -> Iterator[int]:
    """The chapters that an English passage leads to, in whichever way."""
    for link in links(cell):
        if found := TARGET.fullmatch(link.target.partition("#")[0]):
            yield int(found[1])
    for pattern in (CITATION["en"], FIGURE["en"]):
        yield from (int(number.partition(".")[0]) for number in pattern.findall(cell.source))
    for mention in mentions(cell.source):
        if NAMED.match(mention[0]):
            yield from map(int, re.findall(r"\d+", mention[1]))


def needs(root: Path) -> Needs:
    """In how many passages each chapter leads back to each one before it."""
    found: Counter[tuple[int, int]] = Counter()
    for path in sorted((root / "chapters").glob("[0-9]*.ipynb")):
        chapter = int(path.name.partition("-")[0])
        for cell in prose(read(path), "en"):
            found.update((chapter, other) for other in {*chapters_named(cell)} if other < chapter)
    return dict(sorted(found.items()))
