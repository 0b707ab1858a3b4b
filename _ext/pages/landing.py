"""The landing page: the whole table of contents, with the minutes of each chapter, and a search."""

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from pages.bilingual import language
from read.contents import Page, parts


def address(docname: str) -> str:
    return f"{docname}.html"  # the landing page is at the top of its book


def line(page: Page, lang: str) -> dict[str, Any]:
    """What the template shows of a page."""
    return {
        "number": page.number,
        "title": page.titles[lang],
        "url": address(page.docname),
        "minutes": page.minutes,
        "beside": {what: address(docname) for what, docname in page.beside.items()},
    }


def contents(root: Path, lang: str) -> list[dict[str, Any]]:
    return [
        {
            "caption": part.captions.get(lang, ""),
            "pages": [line(page, lang) for page in part.pages],
        }
        for part in parts(root)
    ]


def show_contents(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if page == app.config.root_doc:
        context["contents"] = contents(Path(app.srcdir), language(app.config))


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", show_contents)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
