"""The running text of a cell: what a reader of one language sees of its Markdown."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from read.notebooks import Cell, parse

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇\U00020000-\U0003ffff"

FULL_WIDTH = "，。；：？！、（）「」『』《》〈〉【】～"

FORMULA = "\ue000"  # what stands in running text for `$…$`

CODE = "\ue001"  # and for `` `…` ``

LATIN = f"A-Za-z0-9\u00c0-\u024f\u0370-\u03ff{FORMULA}{CODE}"


@dataclass(frozen=True)
class Link:
    target: str
    text: str
    holds_image: bool


def inlines(cell: Cell) -> list[list[Token]]:
    """The contents of each paragraph, heading and table cell."""
    if cell.kind != "markdown":
        return []
    return [token.children or [] for token in parse(cell.source) if token.type == "inline"]


def plain(tokens: list[Token]) -> str:
    """Text as a reader sees it, with a sign for each formula and piece of code.

    A form feed stands where the text is cut: at a displayed formula or a forced line break.
    """
    signs = {
        "math_inline": FORMULA,
        "code_inline": CODE,
        "softbreak": "\n",
        "hardbreak": "\f",
        "math_inline_double": "\f",
    }
    return "".join(
        signs.get(token.type) or (token.content if token.type == "text" else "") for token in tokens
    )


def texts(cell: Cell, lang: str) -> Iterator[str]:
    """The running text of one language in a cell, alternative text included."""
    if cell.kind == "code":
        alternative = alternatives(cell).get(lang, "")
        yield from filter(None, [re.sub(r"\{.*?\}", "0", alternative)])  # a film puts numbers there
    elif cell.lang == lang:
        for tokens in inlines(cell):
            yield from filter(None, map(str.strip, plain(tokens).split("\f")))
            yield from (token.content for token in tokens if token.type == "image")


def alternatives(cell: Cell) -> dict[str, str]:
    """The alternative text of a code cell's figure, by language."""
    alt = cell.metadata.get("alt")
    return alt if isinstance(alt, dict) else {}


def displayed(cell: Cell) -> list[str]:
    """The displayed formulas of a cell."""
    return displayed_in(cell.source) if cell.kind == "markdown" else []


@cache
def displayed_in(source: str) -> list[str]:
    kinds = ("math_block", "math_block_label", "math_inline_double")
    tree = SyntaxTreeNode(parse(source))
    return [node.content for node in tree.walk() if node.type in kinds]


def links(cell: Cell) -> Iterator[Link]:
    for tokens in inlines(cell):
        for start, token in enumerate(tokens):
            if token.type == "link_open":
                end = next(n for n in range(start, len(tokens)) if tokens[n].type == "link_close")
                content = tokens[start + 1 : end]
                image = any(each.type == "image" for each in content)
                yield Link(str(token.attrs["href"]), plain(content), image)


def shown(text: str) -> str:
    """Running text with its signs made readable again."""
    return text.replace(FORMULA, "$…$").replace(CODE, "`…`").replace("\n", " ")


def excerpts(pattern: re.Pattern[str], text: str, around: int = 6) -> str:
    """Where a pattern occurs in a text, with a few characters around it."""
    spans: list[tuple[int, int]] = []
    for found in pattern.finditer(text):
        start, end = max(0, found.start() - around), found.end() + around
        if spans and start <= spans[-1][1]:
            start = spans.pop()[0]
        spans.append((start, end))
    return ", ".join(f'"{shown(text[start:end])}"' for start, end in spans)
