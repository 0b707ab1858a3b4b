"""Routes through the book: a cell that says `"made": "minutes"` gets the minutes of what it names.

In the book each link to a chapter, or to a section of one, is followed by the minutes that it takes
to read, and the cell ends with their sum. Nobody types them: they are those of the text as it is.
"""

import json
import math
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from pages.bilingual import language
from read.notebooks import read, section
from read.pace import exact_minutes

# A link to a chapter, or to its preface, from a page beside it.
LINK = re.compile(r"\[[^\[\]]+\]\((?P<file>(?:\d\d-[\w-]+|preface)\.ipynb)(?:#(?P<slug>[\w-]+))?\)")
WORDS = {
    "zh-Hant": {
        "each": "（{} 分鐘）",
        "sum": "讀完這條路線，大約{}。",
        "hours": " {} 小時",
        "minutes": " {} 分鐘",
    },
    "en": {
        "each": " ({} min)",
        "sum": "To read this route takes about{}.",
        "hours": " {} h",
        "minutes": " {} min",
    },
}
STEP = 5  # minutes to which a sum is rounded


def minutes(folder: Path, link: re.Match[str]) -> float:
    cells = read(folder / link["file"])
    return exact_minutes(section(cells, link["slug"]) if link["slug"] else cells)


def duration(count: float, lang: str) -> str:
    """4 h 35 min for 273 minutes."""
    hours, rest = divmod(STEP * round(count / STEP), 60)
    words = WORDS[lang]
    parts = [words["hours"].format(hours)] if hours else []
    return "".join([*parts, words["minutes"].format(rest)] if rest or not hours else parts)


def timed(text: str, folder: Path, lang: str) -> str:
    """Markdown with minutes after its links, and their sum, in which nothing counts twice."""
    taken: dict[str, float] = {}

    def write(link: re.Match[str]) -> str:
        target = link[0].partition("](")[2]
        taken[target] = minutes(folder, link)
        return link[0] + WORDS[lang]["each"].format(math.ceil(taken[target]))

    written = LINK.sub(write, text)
    total = WORDS[lang]["sum"].format(duration(sum(taken.values()), lang))
    return f"{written}\n\n{total}\n" if taken else text


def show_minutes(app: Sphinx, docname: str, source: list[str]) -> None:
    if not str(app.env.doc2path(docname)).endswith(".ipynb"):
        return
    folder = Path(app.env.doc2path(docname)).parent
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        if cell["metadata"].get("made") == "minutes" and cell["source"]:
            cell["source"] = timed("".join(cell["source"]), folder, language(app.config))
    source[0] = json.dumps(notebook)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("source-read", show_minutes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
