"""The whole book as its checks see it: every notebook, and the literature."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from read.literature import FILE as BIBLIOGRAPHY
from read.literature import Entry, entries
from read.notebooks import FOLDERS, TAG, Cell, headings, read, slugs
from read.text import displayed


@dataclass(frozen=True)
class Notebook:
    name: str  # the path from the root of the book, as messages show it
    cells: list[Cell]

    @property
    def chapter(self) -> str | None:
        """ "2" for chapters/02-neuron.ipynb."""
        prefix = re.match(r"chapters/0*(\d+)-", self.name)
        return prefix[1] if prefix else None

    def pairs(self) -> Iterator[tuple[Cell, Cell]]:
        """Each Chinese cell with its English partner."""
        for chinese, english in zip(self.cells, self.cells[1:], strict=False):
            if is_prose(chinese, "zh-Hant") and is_prose(english, "en"):
                yield chinese, english


@dataclass(frozen=True)
class Book:
    root: Path
    notebooks: list[Notebook]
    literature: dict[str, Entry]  # by link target

    @classmethod
    def load(cls, root: Path) -> "Book":
        paths = [path for folder in FOLDERS for path in sorted(root.glob(f"{folder}/*.ipynb"))]
        paths = [*root.glob("index.ipynb"), *paths]
        found = [Notebook(path.relative_to(root).as_posix(), read(path)) for path in paths]
        bibliography = root / BIBLIOGRAPHY
        return cls(root, found, entries(bibliography) if bibliography.exists() else {})

    @cached_property
    def tags(self) -> set[str]:
        return {
            tag
            for notebook in self.notebooks
            for cell in notebook.cells
            for formula in displayed(cell)
            for tag in TAG.findall(formula)
        }

    @cached_property
    def sections(self) -> dict[str, list[str]]:
        """The anchors of each notebook: the slugs of its English headings."""
        return {
            notebook.name: slugs([text for _, text in headings(notebook.cells, "en")])
            for notebook in self.notebooks
        }


Found = Iterator[tuple[Cell, str]]


def is_prose(cell: Cell, lang: str) -> bool:
    return cell.kind == "markdown" and cell.lang == lang
