"""Chinese words in English prose, and in the entries of references, are marked as what they are.

So a screen reader says them and the browser takes the right characters. Nobody writes the marks.
"""

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from pages.bilingual import language
from pages.prose import NO_MARK, parents

CHINESE = re.compile(r"([\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]+)")


def mark_chinese(prose: nodes.Element, lang: str = "zh-Hant") -> None:
    for text in list(prose.findall(nodes.Text)):
        if not CHINESE.search(text) or any(isinstance(each, NO_MARK) for each in parents(text)):
            continue
        parts: list[nodes.Node] = []
        for words in CHINESE.split(text):
            parts.append(nodes.Text(words))
            if CHINESE.fullmatch(words):
                parts.insert(-1, nodes.raw("", f'<span lang="{lang}">', format="html"))
                parts.append(nodes.raw("", "</span>", format="html"))
        parent = text.parent
        (at,) = (at for at, child in enumerate(parent) if child is text)
        parent[at : at + 1] = parts


def mark_prose(app: Sphinx, doctree: nodes.document) -> None:
    if language(app.config) == "en":
        mark_chinese(doctree)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", mark_prose, priority=300)  # before pages are made from data
    return {"parallel_read_safe": True, "parallel_write_safe": True}
