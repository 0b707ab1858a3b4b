"""The page of references, and the links that cite them.

Chapters cite by an ordinary link, `[Rosenblatt (1958)](https://doi.org/10.1037/h0042519)`, which
works in any viewer. In the book the link leads to the entry on the page of references, and from
there to the original. Pybtex reads and sets the entries; sphinxcontrib-bibtex, which would do the
rest, wants roles that a notebook's other viewers show raw.
"""

from functools import partial
from pathlib import Path
from typing import Any

from docutils import nodes
from pybtex.database import BibliographyData, parse_file
from pybtex.exceptions import PybtexError
from pybtex.plugin import find_plugin
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging

from pages.chinese_words import mark_chinese
from read.literature import FILE, Entry, entries

logger = logging.getLogger(__name__)

PAGE = "chapters/references"


def reference_list(data: BibliographyData) -> nodes.bullet_list:
    """Every entry, by first author, with the id that citations link to."""
    style = find_plugin("pybtex.style.formatting", "plain")()
    backend = find_plugin("pybtex.backends", "docutils")()
    listed = nodes.bullet_list(classes=["references"])
    for work in style.format_bibliography(data):
        text = nodes.paragraph("", "", *work.text.render(backend))
        mark_chinese(text, data.entries[work.key].fields.get("langid", "zh-Hant"))
        listed += nodes.list_item("", text, ids=[work.key])
    return listed


def show_references(app: Sphinx, doctree: nodes.document) -> None:
    app.env.note_dependency(FILE)
    if app.env.docname == PAGE:
        data = parse_file(str(Path(app.srcdir, FILE)), bib_format="bibtex")
        section = next(doctree.findall(nodes.section))
        section += nodes.raw("", '<div lang="en">', format="html")
        section += reference_list(data)
        section += nodes.raw("", "</div>", format="html")


def link_citations(
    library: dict[str, Entry], app: Sphinx, doctree: nodes.document, docname: str
) -> None:
    """Lead each citation to its entry; every address in a chapter must have one."""
    if docname == PAGE:
        return
    for link in doctree.findall(nodes.reference):
        address = link.get("refuri", "")
        if entry := library.get(address):
            page = app.builder.get_relative_uri(docname, PAGE)
            link["refuri"] = f"{page}#{entry.key}"
            link["internal"] = True
        elif address.startswith(("http:", "https:")) and docname.startswith("chapters/"):
            logger.warning(
                "%s is not in %s. Add an entry whose doi or url is this address, or mend it.",
                address,
                FILE,
                location=link,
            )


def open_library(app: Sphinx) -> None:
    try:
        library = entries(Path(app.srcdir, FILE))
    except (OSError, PybtexError) as error:
        raise ExtensionError(f"{FILE} cannot be read: {error}") from error
    app.connect("doctree-resolved", partial(link_citations, library))


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("builder-inited", open_library)
    app.connect("doctree-read", show_references)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
