"""The map of the book in its preface: which chapter needs which, counted when the book is built.

A pair of prose cells says so in its metadata, `"made": "map"`; below what they say come the map and
the same counts as a table, for those who cannot see the map or want to know exactly.
"""

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from draw.book_map import drawn
from pages.bilingual import language
from read.contents import Page, parts
from read.needs import Needs, needs
from read.notebooks import PREFACE

WORDS = {
    "zh-Hant": {
        "alt": "全書地圖：{chapters} 章由上往下排列，{arrows} 支箭頭從前面的章指到回頭引用它的章。"
        "最粗的幾支：{thickest}。每一支的數目都在下面的表裡。",
        "thickest": "從第 {earlier} 章到第 {later} 章，{passages} 處",
        "and": "；",
        "summary": "同一張地圖，寫成表",
        "chapter": "章",
        "needs": "回頭引用哪幾章（幾處）",
        "none": "沒有",
        "count": "第 {chapter} 章（{passages}）",
        "comma": "、",
    },
    "en": {
        "alt": "A map of the book: its {chapters} chapters from top to bottom, and {arrows} "
        "arrows, each from a chapter to a later one that leads back to it. "
        "The thickest: {thickest}. The table below has the count of each.",
        "thickest": "from chapter {earlier} to chapter {later}, {passages} passages",
        "and": "; ",
        "summary": "The same map as a table",
        "chapter": "Chapter",
        "needs": "Leads back to (in how many passages)",
        "none": "none",
        "count": "chapter {chapter} ({passages})",
        "comma": ", ",
    },
}
NAMED = 3  # of the arrows, in the alternative text


def described(chapters: list[Page], found: Needs, lang: str) -> str:
    """The alternative text, made of what is drawn."""
    words = WORDS[lang]
    often = sorted(found.items(), key=lambda each: (-each[1], each[0]))[:NAMED]
    thickest = words["and"].join(
        words["thickest"].format(earlier=earlier, later=later, passages=passages)
        for (later, earlier), passages in often
    )
    return words["alt"].format(chapters=len(chapters), arrows=len(found), thickest=thickest)


def table(chapters: list[Page], found: Needs, lang: str) -> Iterator[str]:
    """A row for each chapter, each chapter that it names a link."""
    words = WORDS[lang]
    places = {each.number: each for each in chapters}

    def link(page: Page, text: str) -> str:
        return f'<a href="{Path(page.docname).name}.html">{escape(text)}</a>'

    yield f'<thead><tr><th scope="col">{words["chapter"]}</th>'
    yield f'<th scope="col">{words["needs"]}</th></tr></thead><tbody>'
    for page in chapters:
        counts = [
            link(places[earlier], words["count"].format(chapter=earlier, passages=passages))
            for (later, earlier), passages in found.items()
            if later == page.number
        ]
        title = link(page, f"{page.number} {page.titles[lang]}")
        needed = words["comma"].join(counts) or words["none"]
        yield f'<tr><th scope="row">{title}</th><td>{needed}</td></tr>'
    yield "</tbody>"


def html(root: Path, lang: str) -> str:
    """The map and its table, without a blank line, which would end HTML within Markdown."""
    chapters = [page for part in parts(root) for page in part.pages if page.number is not None]
    numbers = {page.number for page in chapters}
    found = {pair: count for pair, count in needs(root).items() if numbers >= {*pair}}
    titles = {page.number: page.titles[lang] for page in chapters if page.number is not None}
    picture = drawn(titles, found, described(chapters, found, lang))
    rows = "".join(table(chapters, found, lang))
    scrolls = f'<div class="pst-scrollable-table-container"><table>{rows}</table></div>'
    return (
        f'<figure class="map">{picture}</figure>\n'
        f"<details><summary>{WORDS[lang]['summary']}</summary>{scrolls}</details>"
    )


def show_map(app: Sphinx, docname: str, source: list[str]) -> None:
    if docname != PREFACE:
        return
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        if cell["metadata"].get("made") == "map" and cell["source"]:
            made = html(Path(app.srcdir), language(app.config))
            cell["source"] = "".join(cell["source"]) + f"\n\n{made}\n"
    source[0] = json.dumps(notebook)


def preface_is_outdated(app: Sphinx, env: Any, *changes: set[str]) -> list[str]:
    """It shows what the chapters say now."""
    return [PREFACE] if PREFACE in env.found_docs else []


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_css_file("map.css")
    app.connect("env-get-outdated", preface_is_outdated)
    app.connect("source-read", show_map)  # after bilingual.py has emptied the other language's
    return {"parallel_read_safe": True, "parallel_write_safe": True}
