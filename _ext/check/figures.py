"""Figures: one a cell, described in both languages."""

import re
from collections.abc import Iterator

from read.notebooks import LANGUAGES, Cell
from read.text import HAN, alternatives, inlines


def figure_has_alternative_text(cell: Cell) -> Iterator[str]:
    for tokens in inlines(cell):
        if any(token.type == "image" and not token.content.strip() for token in tokens):
            yield "an image has no alternative text. Describe it between the brackets of ![…](…)."
    figures = [out for out in cell.outputs if any("image/" in kind for kind in out.get("data", ()))]
    if len(figures) > 1:
        yield f"its output holds {len(figures)} figures. Draw one figure in a cell."
    if not figures:
        return
    alt = alternatives(cell)
    for lang in LANGUAGES:
        text = alt.get(lang, "").strip()
        han = len(re.findall(f"[{HAN}]", text))
        if not text:
            yield (
                f"its figure has no {lang} alternative text. "
                f'Write "alt": {{"{lang}": "…"}} in the metadata.'
            )
        elif lang == "zh-Hant" and text == alt.get("en"):
            yield "its alternative text is the same in both languages. Write each in its own."
        elif (han < 8) if lang == "zh-Hant" else (len(text) < 15):
            yield f'its {lang} alternative text "{text}" is too short. Say what the figure shows.'
