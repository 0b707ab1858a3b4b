"""At the head of a chapter: how many minutes it takes to read."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from pages.bilingual import language
from pages.numbering import chapter
from read.notebooks import read
from read.pace import minutes

WORDS = {"zh-Hant": "讀完大約 {} 分鐘", "en": "About {} minutes to read"}


class Pace(SphinxTransform):
    default_priority = 600

    def apply(self, **kwargs: Any) -> None:
        section = next(iter(self.document.findall(nodes.section)), None)
        if section is None or chapter(self.env.docname) is None:
            return
        count = minutes(read(self.env.doc2path(self.env.docname)))
        text = WORDS[language(self.config)].format(count)
        section.insert(1, nodes.paragraph("", text, classes=["pace"]))


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_transform(Pace)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
