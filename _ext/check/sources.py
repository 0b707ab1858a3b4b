"""Sources: no quarrel with notes or slides that the reader cannot see."""

import re

from read.book import Book, Found, Notebook
from read.notebooks import LANGUAGES
from read.text import excerpts, texts

QUARREL = {
    "zh-Hant": re.compile(r"投影片|講義|筆記(?!本)"),
    "en": re.compile(
        r"\b(?:some|most|many|several|other|these|those|the|of|lecture|reading) "
        r"(?:lecture |reading )?(?:slides|notes)\b|^Slides\b|(?<=\. )Slides\b|\blecture notes\b",
        re.IGNORECASE,
    ),
}


def sources_are_not_quarrelled_with(notebook: Notebook, book: Book) -> Found:
    """In chapters: a mistake that many make is worth its demonstration, not its author."""
    if notebook.chapter is None:
        return
    for lang in LANGUAGES:
        for cell in notebook.cells:
            said = " ".join(texts(cell, lang))
            if where := excerpts(QUARREL[lang], said):
                yield (
                    cell,
                    f"it speaks of a source that the reader cannot see: {where}. "
                    "Say the mistake and show it; who made it belongs in the appendix of errata.",
                )
