"""Captions below figures, and the links that cite them.

A paragraph "圖 2.3：…" or "Figure 2.3: …" right after a figure is its caption in any viewer; here
it gets the look of one and an address, and "圖 2.3" in any chapter becomes a link to it.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from pages.bilingual import language
from pages.prose import NO_LINK
from read.notebooks import CAPTION, FIGURE

NO_BREAK_SPACE = "\u00a0"


def anchor(number: str) -> str:
    return f"figure-{number.replace('.', '-')}"


class Captions(SphinxTransform):
    """Find the captions of a page and give each the address that citations lead to."""

    default_priority = 500

    def apply(self, **kwargs: Any) -> None:
        pattern = CAPTION[language(self.config)]
        numbers = []
        for paragraph in self.document.findall(nodes.paragraph):
            found = pattern.match(paragraph.astext())
            if found and isinstance(paragraph[0], nodes.Text):
                numbers.append(found[1])
                paragraph["classes"].append("figure-caption")
                paragraph["ids"] = [anchor(found[1])]
                self.document.ids[anchor(found[1])] = paragraph
                label = paragraph[0][: found.end()].strip().replace(" ", NO_BREAK_SPACE)
                rest = nodes.Text(f" {paragraph[0][found.end() :]}")
                paragraph[0:1] = [nodes.inline("", label, classes=["number"]), rest]
        self.env.metadata[self.env.docname]["figures"] = numbers


def link_citations(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    env = app.env
    homes = {
        number: name for name in env.found_docs for number in env.metadata[name].get("figures", ())
    }
    for text in list(doctree.findall(nodes.Text)):
        if text.parent is None:  # the theme has shortened the address of a repository
            continue
        if isinstance(text.parent, NO_LINK) or "number" in text.parent.get("classes", ()):
            continue
        parts: list[nodes.Node] = []
        done = 0
        for citation in FIGURE[language(app.config)].finditer(text):
            if citation[1] in homes:
                page = app.builder.get_relative_uri(docname, homes[citation[1]])
                shown = citation[0].replace(" ", NO_BREAK_SPACE)
                target = f"{page}#{anchor(citation[1])}"
                link = nodes.reference("", shown, refuri=target, internal=True)
                parts += [nodes.Text(text[done : citation.start()]), link]
                done = citation.end()
        if parts:
            at = text.parent.index(text)
            text.parent[at : at + 1] = [*parts, nodes.Text(text[done:])]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_transform(Captions)
    app.connect("doctree-resolved", link_citations)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
