"""Figures on the page: each stored SVG becomes a part of it, in the page's language."""

import json
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from draw.figures import inline
from pages.bilingual import language
from read import labels


def words_of(app: Sphinx) -> dict[str, str]:
    """What this book's figures say instead of their English."""
    return labels.chinese(Path(app.srcdir)) if language(app.config) == "zh-Hant" else {}


def show_figures(app: Sphinx, docname: str, source: list[str]) -> None:
    if not str(app.env.doc2path(docname)).endswith(".ipynb"):
        return
    notebook, words = json.loads(source[0]), words_of(app)
    for number, cell in enumerate(notebook["cells"], 1):
        alt = cell["metadata"].get("alt", {}).get(language(app.config), "")
        for output in cell.get("outputs", []):
            if svg := output.get("data", {}).get("image/svg+xml"):
                html = inline("".join(svg), alt, f"figure-{number}-", words)
                output["data"] = {"text/html": html}
    source[0] = json.dumps(notebook)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_css_file("figures.css")
    app.connect("source-read", show_figures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
