"""Folded code: how a figure is drawn, above the figure; what a chapter needs, where it is set up.

MyST-NB folds what is tagged `hide-input` too, but names every fold alike, and in English aloud.
"""

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from pages.bilingual import language

DRAWING = {"zh-Hant": "這張圖怎麼畫", "en": "How this figure is drawn"}
SET_UP = {"zh-Hant": "這一章要用的東西", "en": "What this chapter needs"}


class FoldedCells(SphinxPostTransform):
    default_priority = 198  # MyST-NB's own is 199
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        lang = language(self.config)
        for cell in self.document.findall(nodes.container):
            if cell.get("hide_mode") != "input":
                continue
            del cell["hide_mode"]
            words = SET_UP if "set-up" in cell["cell_metadata"]["tags"] else DRAWING
            opening = f'<details class="folded"><summary>{escape(words[lang])}</summary>'
            code, *outputs = cell.children
            cell.children = []
            cell += [raw(opening), code, raw("</details>"), *outputs]


def raw(html: str) -> nodes.raw:
    return nodes.raw("", html, format="html")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_post_transform(FoldedCells)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
