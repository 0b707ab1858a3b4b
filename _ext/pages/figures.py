"""Figures on the page: each stored SVG becomes a part of it, in the page's language."""

import json
from typing import Any

from sphinx.application import Sphinx

from draw.figures import inline
from pages.bilingual import language


def show_figures(app: Sphinx, docname: str, source: list[str]) -> None:
    if not str(app.env.doc2path(docname)).endswith(".ipynb"):
        return
    notebook = json.loads(source[0])
    for number, cell in enumerate(notebook["cells"], 1):
        alt = cell["metadata"].get("alt", {}).get(language(app.config), "")
        for output in cell.get("outputs", []):
            if svg := output.get("data", {}).get("image/svg+xml"):
                output["data"] = {"text/html": inline("".join(svg), alt, f"figure-{number}-")}
    source[0] = json.dumps(notebook)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_css_file("figures.css")
    app.connect("source-read", show_figures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
