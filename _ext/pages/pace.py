"""At the head of a chapter, and of the preface: its minutes, and where symbols are listed."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from pages.bilingual import language
from pages.numbering import chapter
from pages.places import link
from read.notebooks import PREFACE, read
from read.pace import minutes

WORDS = {"zh-Hant": "讀完大約 {} 分鐘", "en": "About {} minutes to read"}
NOTATION = "chapters/notation"
SYMBOLS = {"zh-Hant": "符號表", "en": "Notation"}


class Pace(SphinxTransform):
    default_priority = 600

    def apply(self, **kwargs: Any) -> None:
        section = next(iter(self.document.findall(nodes.section)), None)
        is_read = chapter(self.env.docname) is not None or self.env.docname == PREFACE
        if section is None or not is_read:
            return
        lang = language(self.config)
        count = minutes(read(self.env.doc2path(self.env.docname)))
        line = nodes.paragraph("", WORDS[lang].format(count), classes=["pace"])
        if NOTATION in self.env.found_docs:
            line += [nodes.Text(" · "), link(self.app, NOTATION, nodes.Text(SYMBOLS[lang]))]
        section.insert(1, line)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_transform(Pace)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
