"""The theme, cut down to what a book needs, and in the words of the book's language.

The templates beside this file replace parts of the theme's; the words are in `locale/`.
"""

import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

# What the theme and Sphinx put into the site and no page of the book asks for.
UNUSED = (
    "**/*.map",
    "scripts/bootstrap.js*",
    "scripts/fontawesome.js*",
    "styles",
    "vendor",
    "images",
    "basic.css",
    "mystnb.*.css",
    "pygments.css",
    "*webpack-macros.html",
    "file.png",
    "minus.png",
    "plus.png",
)


def clear_static_files(app: Sphinx, exception: Exception | None) -> None:
    for pattern in UNUSED:
        for path in Path(app.outdir, "_static").glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    # Jupyter Book sets it for an extension that this book does not load.
    app.add_config_value("comments_config", {}, "")
    app.connect("build-finished", clear_static_files, priority=900)  # after the theme wrote its own
    return {"parallel_read_safe": True, "parallel_write_safe": True}
