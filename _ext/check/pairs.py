"""Pairs: each Chinese cell before its English partner, and both say the same."""

import re
from collections.abc import Iterator

from markdown_it.tree import SyntaxTreeNode

from read.book import Book, Found, Notebook, is_prose
from read.notebooks import LANGUAGES, TAG, Cell, parse
from read.text import CODE, FORMULA, displayed, inlines, links, plain


def known_language(cell: Cell) -> Iterator[str]:
    if cell.kind == "code" and cell.lang is not None:
        yield 'a code cell belongs to both languages. Take "lang" out of its metadata.'
    elif cell.lang not in (None, *LANGUAGES):
        yield f'"lang" is "{cell.lang}" in its metadata. Write "zh-Hant" or "en".'
    elif cell.kind == "markdown" and cell.lang is None:
        words = "".join(plain(tokens) for tokens in inlines(cell))
        if re.search(rf"[^\W\d_{FORMULA}{CODE}]", words):
            yield (
                "this text has no language. Split it into a zh-Hant and an en cell, "
                'and write "lang" in their metadata.'
            )


def partners(notebook: Notebook, book: Book) -> Found:
    """Prose comes in pairs: zh-Hant, then en."""
    paired = {cell.number for pair in notebook.pairs() for cell in pair}
    for cell in notebook.cells:
        if cell.number not in paired and is_prose(cell, "zh-Hant"):
            yield (
                cell,
                "no English partner follows this zh-Hant cell. Write the en cell right after it.",
            )
        elif cell.number not in paired and is_prose(cell, "en"):
            yield (
                cell,
                "this en cell has no Chinese partner. Write the zh-Hant cell right before it.",
            )


def described(node: SyntaxTreeNode) -> str | None:
    """A block in words, with all that must be the same in both languages."""
    match node.type:
        case "heading":
            return f"a heading of level {node.tag[1]}"
        case "bullet_list":
            return f"a list of {len(node.children)} items"
        case "ordered_list":
            return f"a numbered list of {len(node.children)} items"
        case "table":
            rows = [row for part in node.children for row in part.children]
            return f"a table of {len(rows)} rows and {len(rows[0].children)} columns"
        case "math_block" | "math_block_label" | "math_inline_double":
            return "a displayed formula"
        case "paragraph" | "blockquote" | "fence" | "code_block" | "hr" | "image":
            return f"a {node.type.replace('_', ' ')}"
    return None


def same_structure(notebook: Notebook, book: Book) -> Found:
    for chinese, english in notebook.pairs():
        here, there = (
            [*filter(None, map(described, SyntaxTreeNode(parse(cell.source)).walk())), "the end"]
            for cell in (chinese, english)
        )
        for count, (own, other) in enumerate(zip(here, there, strict=False), 1):
            if own != other:
                yield (
                    chinese,
                    f"its English partner, cell {english.number}, is built differently: block "
                    f"{count} is {own} here and {other} there. Give both the same blocks.",
                )
                break


def same_formulas(notebook: Notebook, book: Book) -> Found:
    for chinese, english in notebook.pairs():
        for own, other in zip(displayed(chinese), displayed(english), strict=False):
            if TAG.findall(own) != TAG.findall(other):
                tags = [", ".join(TAG.findall(each)) or "none" for each in (own, other)]
                yield (
                    chinese,
                    rf"\tag is {tags[0]} here and {tags[1]} in its English partner, "
                    rf"cell {english.number}. Give both the same tag.",
                )
            if bare(own) != bare(other):
                yield (
                    chinese,
                    f"the formula {' '.join(own.split())} is another in its English partner, "
                    rf"cell {english.number}. Only what is inside \text{{…}} may differ.",
                )


def bare(formula: str) -> str:
    """A formula without spaces, tag and words."""
    wordless = re.sub(r"\\text\w*\{(?:[^{}]|\{[^{}]*\})*\}", r"\\text{}", formula)
    return re.sub(r"\s", "", TAG.sub("", wordless))


def same_numbers(notebook: Notebook, book: Book) -> Found:
    """A number in a formula of one language stands somewhere in the other: figures or text."""
    for pair in notebook.pairs():
        for cell, other in (pair, pair[::-1]):
            tokens = [token for tokens in inlines(cell) for token in tokens]
            formulas = " ".join(token.content for token in tokens if token.type == "math_inline")
            if missing := sorted(numbers(formulas) - numbers(other.source)):
                yield (
                    cell,
                    f"its partner, cell {other.number}, lacks numbers of its formulas: "
                    f"{', '.join(missing)}. Make both say the same, in figures.",
                )


def numbers(text: str) -> set[str]:
    joined = re.sub(r"(?<=\d)(?:,|\{,\})(?=\d{3})", "", text)  # 60,000
    return set(re.findall(r"\d+(?:\.\d+)?", joined))


def same_links(notebook: Notebook, book: Book) -> Found:
    for chinese, english in notebook.pairs():
        here, there = ({link.target for link in links(cell)} for cell in (chinese, english))
        for target in sorted(here ^ there):
            cell, other = (chinese, english) if target in here else (english, chinese)
            yield cell, f"its partner, cell {other.number}, has no link to {target}. Add it there."
