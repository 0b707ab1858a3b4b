"""Exercises on the page: of what a check said, the reader gets the hints, in the page's language.

A blank notebook's checks all say "not attempted", which is nothing to read; their hints are. In the
solutions, and in the preface, what they say stays, for there it names the mistakes. No page shows
the report.
"""

import json
import re
from typing import Any

from sphinx.application import Sphinx

from pages.bilingual import language
from read.notebooks import PREFACE

CHECK = '<div class="check '
STYLE = re.compile(r'(?<=<div class="check )(\w+)" style="[^"]*"')
MESSAGE = re.compile(r'(?<=<div class="check todo">)(?:<div lang="[\w-]+">.*?</div> ?)+')
HINTS = re.compile(r"<details>.*?</details>", re.DOTALL)


def of_page(html: str, lang: str, solved: bool = False) -> str:
    """What a page in one language shows of a check's answer."""
    html = re.sub(rf'<(div|span) lang="(?!{lang}")[\w-]+">.*?</\1> ?', "", html, flags=re.DOTALL)
    html = STYLE.sub(r'\1"', html)
    html = HINTS.sub("", html) if solved else MESSAGE.sub("", html)
    return html.replace(f' lang="{lang}"', "")  # it is the language of the page


def show_hints(app: Sphinx, docname: str, source: list[str]) -> None:
    if not docname.startswith("exercises/") and docname != PREFACE:
        return
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        shown = []
        for output in cell.get("outputs", []):
            html = "".join(output.get("data", {}).get("text/html", ""))
            if html.startswith(CHECK):
                solved = docname.startswith("exercises/solutions/") or docname == PREFACE
                output["data"] = {"text/html": of_page(html, language(app.config), solved)}
            if not html.startswith(f"{CHECK}report"):
                shown.append(output)
        if "outputs" in cell:
            cell["outputs"] = shown
    source[0] = json.dumps(notebook)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("source-read", show_hints)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
