"""What a page says of its address: where to run it, its name in every search engine, its version.

All of it derives from address.py. Without an address a page has no button that needs one, and
whoever reads a copy of the book can still download its notebooks, which are beside it.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from pages.bilingual import language
from read import address, notebooks
from read.notebooks import LANGUAGES

NOTEBOOKS = "notebooks"  # the folder of the site

# Everything that a page may load or do. Formulas and figures have their measures and colors in
# attributes, which can run nothing; a style element would have to be a file.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",  # of attributes, given the next line
    "style-src-elem": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
}


def policy() -> str:
    return "; ".join(f"{what} {allowed}" for what, allowed in POLICY.items())


def version(root: Path) -> list[str]:
    """The library's version and, in a workflow, the commit that it publishes."""
    library = root / "nnlib" / "__init__.py"
    text = library.read_text("utf8") if library.exists() else ""
    number = re.search(r'__version__ = "([^"]+)"', text)
    return [each for each in (number and number[1], os.environ.get("GITHUB_SHA", "")[:7]) if each]


def fingerprint(root: Path) -> str:
    """What pages take from outside the book's files."""
    found = address.find(root)
    return repr((found and replace(found, commit=None), version(root), notebooks.docnames(root)))


def downloads(site: Path, lang: str) -> dict[str, str]:
    """What there is to take along, once it has been made: kind -> file of the site."""
    files = {"pdf": f"neural-networks-{lang}.pdf", "zip": "neural-networks.zip"}
    return {kind: file for kind, file in files.items() if (site / file).exists()}


def set_base(app: Sphinx, config: Config) -> None:
    found = address.find(Path(app.srcdir))
    config.html_baseurl = f"{found.site}{language(config)}/" if found else ""


def landing_page_is_outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> Iterable[str]:
    """It shows what has been made since."""
    return [app.config.root_doc]


def describe(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    root, lang = Path(app.srcdir), language(app.config)
    found = address.find(root)
    to_site = "../" * (page.count("/") + 1)
    context |= {
        "address": found,
        "policy": policy(),
        "version": version(root),
        "to_site": to_site,
    }
    if page == app.config.root_doc:
        context["downloads"] = downloads(Path(app.outdir).parent, lang)
    if doctree is None:
        return
    if found:
        for each, tag in zip(context["translations"], LANGUAGES, strict=True):
            each["address"] = found.page(tag, page)
        context["card"] = f"{found.site}{lang}/_static/card-{lang}.png"
    if page in notebooks.docnames(root):
        notebook = f"{lang}/{page}.ipynb"
        context["launch"] = {"download": f"{to_site}{NOTEBOOKS}/{notebook}"}
        if found:
            context["launch"] |= {
                "colab": found.colab(notebook),
                "binder": found.binder(notebook),
                "edit": found.edit(f"{page}.ipynb"),
            }


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", set_base, priority=902)  # after the languages are divided
    app.connect("env-get-outdated", landing_page_is_outdated)
    app.connect("html-page-context", describe, priority=501)  # after bilingual.py
    return {"parallel_read_safe": True, "parallel_write_safe": True}
