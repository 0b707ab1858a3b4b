"""Build both books: `_build/site/zh-Hant/`, `_build/site/en/` and the page that chooses.

    python _ext build [folder of the book]

Whatever is wrong is said in one line that names notebook, cell and remedy, and the build fails.
"""

import hashlib
import io
import os
import re
import shutil
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from jupyter_book.config import get_final_config
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.console import nocolor
from sphinx.util.docutils import docutils_namespace, patch_docutils

from check.rules import check_book
from pages import publishing
from publish import around
from read import glossary, labels, notebooks

HERE = Path(__file__).parents[1]  # all that makes pages
PINS = "requirements-book.txt"
NOT_OURS = {"node_modules", "__pycache__"}

# What to do about what Sphinx and MyST remark. The book's own warnings say it themselves.
REMEDIES = {
    "cross-reference target not found": "Link to a heading's English slug or to a notebook.",
    "local id not found": "Link to the English slug of a heading.",
    "reference to nonexisting document": "Correct its name in _toc.yml.",
    "isn't included in any toctree": "Add it to _toc.yml.",
    "image file not readable": "Correct the image's address.",
    "Lexing literal_block": "Run the cell again (make notebooks), or mend it.",
}
# Sphinx's log: one warning after another, of one or more lines, with the place if it is known.
LEVEL = r"(?:WARNING|ERROR|CRITICAL): "
WARNING = re.compile(
    rf"(?:(?P<file>[^:\n]+)(?::(?P<line>\d*))?: )?{LEVEL}(?P<message>.*?)(?: \[[\w.-]+\])*\n?",
    re.DOTALL,
)


def plain(log: str, root: Path) -> list[str]:
    """The log in the notebook's terms: MyST-NB's line 140003 is line 3 of cell 14."""
    warnings = re.split(rf"^(?=.*{LEVEL})", log, flags=re.MULTILINE)
    return [plain_warning(text, root) for text in warnings if text.strip()]


def plain_warning(text: str, root: Path) -> str:
    parts = WARNING.fullmatch(text)
    if not parts:
        return text.strip()
    message = parts["message"]
    remedy = next((REMEDIES[words] for words in REMEDIES if words in message), "")
    if remedy:
        message = f"{message.rstrip('.')}. {remedy}"
    if not parts["file"]:
        return message
    place = os.path.relpath(parts["file"], root)
    cell = int(parts["line"] or 0) // 10000
    return f"{place}, cell {cell}: {message}" if cell else f"{place}: {message}"


def fingerprint(root: Path) -> str:
    """Changes whenever a file changes that makes the pages and is no page itself."""
    content = hashlib.sha256()
    machinery = sorted(HERE.rglob("*.*"))
    ours = [root / name for name in ("_config.yml", "_toc.yml", labels.FILE, glossary.FILE)]
    for path in [*ours, HERE.parent / PINS, *machinery]:
        if path.is_file() and path.suffix != ".mo" and not NOT_OURS & set(path.parts):
            content.update(path.read_bytes())
    content.update(publishing.fingerprint(root).encode())
    return content.hexdigest()


def build(root: Path, lang: str) -> list[str]:
    """Build one book; return what is wrong with it.

    Pages are built anew where they changed. All of them are when something else changed, and when
    the last build failed: Sphinx takes a page that it has read for a good one.
    """
    site = root / "_build" / "site" / lang
    doctrees = root / "_build" / "doctrees" / lang
    stamp = doctrees / "built-by"
    made_by = fingerprint(root)
    if not stamp.exists() or stamp.read_text() != made_by:
        shutil.rmtree(site, ignore_errors=True)
        shutil.rmtree(doctrees, ignore_errors=True)

    overrides, _ = get_final_config(
        user_yaml=root / "_config.yml",
        cli_config={"language": notebooks.LANGUAGES[lang], "latex_individualpages": False},
        sourcedir=root,
    )
    log = io.StringIO()
    nocolor()
    try:
        with patch_docutils(), docutils_namespace():
            Sphinx(
                srcdir=root,
                confdir=None,
                outdir=site,
                doctreedir=doctrees,
                buildername="html",
                confoverrides=overrides,
                status=None,
                warning=log,
            ).build()
        faults = plain(log.getvalue(), root)
    except SphinxError as error:
        faults = [str(error)]
    if faults:
        stamp.unlink(missing_ok=True)
    else:
        stamp.write_text(made_by)
    return faults


def build_books(root: Path) -> list[str]:
    """Build every language, each in a process of its own; return what is wrong, once."""
    with ProcessPoolExecutor() as pool:
        books = list(pool.map(partial(build, root), notebooks.LANGUAGES))
    return list(dict.fromkeys(fault for faults in books for fault in faults))


def main() -> int:
    root = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else HERE.parent
    faults = check_book(root) or build_books(root)
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        return 1
    site = root / "_build" / "site"
    around.write(root, site)
    shutil.rmtree(site / "jupyter_execute", ignore_errors=True)  # MyST-NB's, and no part of it
    print(f"Built {site.relative_to(root)}/index.html. To read it with side by side: make serve")
    return 0
