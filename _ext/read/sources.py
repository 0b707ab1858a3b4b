"""The sections of the sources, `chapters/sources.tsv`, and which of them a coverage row names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from read.coverage import Row
from read.notebooks import LANGUAGES

FILE = "chapters/sources.tsv"
OUTSIDE_BRACKETS = r"\s*(?![^(]*\))"


@dataclass(frozen=True)
class Part:
    """A section of a source, or a source as a whole."""

    source: str  # "S0"
    named: str  # as coverage names it: "§6.3"; "" is all of the source
    titles: tuple[str, ...]  # in the order of the languages

    def title(self, lang: str) -> str:
        return self.titles[list(LANGUAGES).index(lang)]


def parts(root: Path) -> list[Part]:
    """What the list has, in its order; nothing for a book without one."""
    file = root / FILE
    lines = file.read_text("utf8").splitlines() if file.exists() else []
    table = [line.split("\t") for line in lines if not line.startswith("#")][1:]
    return [Part(source, named, (chinese, english)) for source, named, chinese, english in table]


def named(row: Row, sources: set[str]) -> Iterator[tuple[str, str]]:
    """(source, words) for each place that a row names: ("S1", "§2.7"); no words for a source."""
    for piece in re.split(rf";{OUTSIDE_BRACKETS}", row.sources):
        if piece.startswith("all"):
            yield from ((source, "") for source in sorted(sources))
            continue
        source, _, places = piece.partition(" ")
        for place in re.split(rf",{OUTSIDE_BRACKETS}", places):
            yield source, re.sub(r"\(.*\)|\bpassim\b", "", place).strip()


def find(listed: list[Part], source: str, words: str) -> Part | None:
    """The section that is meant: of those that the words begin with, the longest."""
    fitting = [
        part
        for part in listed
        if part.source == source
        if re.match(rf"{re.escape(part.named)}(?![\d.])", words)
    ]
    return max(fitting, key=lambda part: len(part.named), default=None)
