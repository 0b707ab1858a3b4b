"""Markdown: plain, as every viewer of notebooks shows it."""

import itertools
import re
from collections.abc import Iterator

from read.notebooks import LANGUAGES, Cell, parse
from read.text import CODE, HAN, excerpts, inlines, links, plain, shown, texts

MYST = re.compile(
    r"^:{3,}.*"  # a directive with colons
    rf"|\{{[\w:.-]+\}}{CODE}"  # a role
    r"|^\([^()\s]+\)=$"  # a target
    r"|\{\{.*?\}\}",  # a substitution
    re.MULTILINE,
)


def plain_markdown(cell: Cell) -> Iterator[str]:
    if cell.kind != "markdown":
        return
    found = [
        f"```{token.info}"
        for token in parse(cell.source)
        if token.type == "fence" and token.info.startswith("{")
    ]
    found += [f"$$…$$ ({token.info})" for token in parse(cell.source) if "label" in token.type]
    found += [f"[]({link.target})" for link in links(cell) if not (link.text or link.holds_image)]
    for tokens in inlines(cell):
        found += [shown(match[0]) for match in MYST.finditer(plain(tokens))]
    if found:
        yield f"MyST syntax, which Colab shows raw: {', '.join(found)}. Write plain Markdown."


EMPHASIS = re.compile(rf"\*\*|\*(?=[^*\s])(?=[^*]+\*)|_(?=[{HAN}「（《])|(?<=[{HAN}」）》])_")


def emphasis_works(cell: Cell) -> Iterator[str]:
    for lang in LANGUAGES:
        for text in texts(cell, lang):
            if where := excerpts(EMPHASIS, text):
                yield (
                    f"a marker of bold or italics shows as it stands: {where}. "
                    "Leave brackets, punctuation and formulas outside it: **梯度**（gradient）."
                )


def columns_have_names(cell: Cell) -> Iterator[str]:
    if cell.kind != "markdown":
        return
    for token, content in itertools.pairwise(parse(cell.source)):
        if token.type == "th_open" and not re.search(r"\w", plain(content.children or [])):
            yield (
                f'the column "{content.content}" of a table has no name that can be read aloud. '
                "Put a word into its heading."
            )
