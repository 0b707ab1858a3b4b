"""Bilingual notebooks: their cells, headings and section ids.

A prose cell carries `{"lang": "zh-Hant"}` or `{"lang": "en"}` in its metadata; a cell with no
`lang` belongs to both languages. The checks on the prose and the book both read notebooks here.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

LANGUAGES = {"zh-Hant": "zh_TW", "en": "en"}  # cell tag and folder -> Sphinx language
FOLDERS = ("chapters", "exercises", "exercises/solutions")
PREFACE = "chapters/preface"
MARKDOWN = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, double_inline=True)

# `$$ z = w^\top x + b \tag{2.3} $$` numbers an equation, `式 (2.3)` and `Eq. (2.3)` cite it.
TAG = re.compile(r"\\tag\{(\d+\.\d+)\}")
CITATION = {
    "zh-Hant": re.compile(r"式 \((\d+\.\d+)\)"),
    "en": re.compile(r"(?:Eq\.|Equation) \((\d+\.\d+)\)"),
}
# A paragraph right after a figure is its caption; "圖 2.3" and "Figure 2.3" elsewhere cite it.
CAPTION = {"zh-Hant": re.compile(r"圖 (\d+\.\d+)："), "en": re.compile(r"Figure (\d+\.\d+): ")}
FIGURE = {"zh-Hant": re.compile(r"圖 (\d+\.\d+)"), "en": re.compile(r"Figure (\d+\.\d+)")}

# What every stored notebook says of itself.
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


@dataclass(frozen=True)
class Cell:
    """One notebook cell; `number` counts from 1 over all cells, as a reader counts them."""

    number: int
    kind: str  # "markdown" or "code"
    lang: str | None
    source: str
    metadata: dict[str, Any]
    outputs: list[dict[str, Any]]
    id: str = ""  # unlike that of any other cell in the book


@cache
def parse(source: str) -> list[Token]:
    """The tokens of some Markdown, which many rules ask for."""
    return MARKDOWN.parse(source)


def read(path: str | Path) -> list[Cell]:
    """The cells of a notebook file (nbformat 4)."""
    notebook = json.loads(Path(path).read_text("utf8"))
    return [
        Cell(
            number,
            cell["cell_type"],
            cell["metadata"].get("lang"),
            "".join(cell["source"]),
            cell["metadata"],
            cell.get("outputs", []),
            cell.get("id", ""),
        )
        for number, cell in enumerate(notebook["cells"], 1)
    ]


def docnames(root: Path) -> list[str]:
    """What readers run: numbered notebooks, and the preface, which is where they try it."""
    found = [path for folder in FOLDERS for path in (root / folder).glob("[0-9]*.ipynb")]
    found += (root / "chapters").glob("preface.ipynb")
    return sorted(path.relative_to(root).with_suffix("").as_posix() for path in found)


def lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def prose(cells: list[Cell], lang: str) -> list[Cell]:
    """The markdown cells that a reader of one language sees."""
    return [cell for cell in cells if cell.kind == "markdown" and cell.lang in (lang, None)]


def headings(cells: list[Cell], lang: str) -> list[tuple[int, str]]:
    """(level, text) of each heading of one language, in order."""
    found = []
    for cell in prose(cells, lang):
        tokens = parse(cell.source)
        for opening, inline in pairwise(tokens):
            if opening.type == "heading_open":
                found.append((int(opening.tag[1]), inline.content))
    return found


def section(cells: list[Cell], slug: str) -> list[Cell]:
    """The cells of a section, from the heading in either language to the next of its rank or above.

    LookupError if no English heading has this slug.
    """
    english = [cell for cell in cells if cell.kind == "markdown" and cell.lang == "en"]
    found = [(cell.number, *each) for cell in english for each in headings([cell], "en")]
    names = slugs([text for _, _, text in found])
    if slug not in names:
        raise LookupError(slug)
    at = names.index(slug)
    first, rank, _ = found[at]
    last = next((number for number, each, _ in found[at + 1 :] if each <= rank), len(cells) + 2)
    return cells[first - 2 : last - 2]  # each English cell stands right after its partner


def slugs(texts: list[str]) -> list[str]:
    """Section ids for headings in order: GitHub's style, a repeated one gets -1, -2, …"""
    seen: dict[str, int] = {}
    made = []
    for text in texts:
        slug = re.sub(r"[^\w\- ]", "", text.lower()).strip().replace(" ", "-")
        seen[slug] = seen.get(slug, -1) + 1
        made.append(f"{slug}-{seen[slug]}" if seen[slug] else slug)
    return made
