"""The Sphinx extension that makes two books of the notebooks: one module for each part of it."""

from typing import Any

from sphinx.application import Sphinx

PARTS = (
    "bilingual",
    "numbering",
    "equations",
    "katex_static",
    "films",  # before the figures: a film is stored with its first picture
    "figures",
    "folding",
    "captions",
    "pace",
    "book_map",
    "routes",
    "landing",
    "exercises",
    "bibliography",
    "glossary",
    "chinese_words",
    "api_page",
    "formulas",
    "concordance",
    "book_search",
    "theming",
    "publishing",
    "freshness",
)


def setup(app: Sphinx) -> dict[str, Any]:
    for part in PARTS:
        app.setup_extension(f"pages.{part}")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
