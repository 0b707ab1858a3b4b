"""Notebooks that stand alone: what "Run in Colab", Binder and "Download" open, and a learner keeps.

From each chapter and exercise come a Chinese, an English and a bilingual notebook. They have no
outputs, one cell that sets them up wherever they are opened, and links that lead somewhere from
there: to a place in the same notebook, or to the published page, where there is one.
"""

import json
import re
import shutil
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from docutils.nodes import make_id

from read import notebooks
from read.address import Address
from read.notebooks import CITATION, LANGUAGES, METADATA, TAG, docnames, lines

EDITIONS = {**{lang: (lang,) for lang in LANGUAGES}, "bilingual": tuple(LANGUAGES)}
KEPT = ("alt", "lang", "names", "needs", "tags")  # of a cell's metadata

# Formulas and code, in which nothing is a link.
NO_PROSE = (
    r"^(?P<fence>```+|~~~+)[\s\S]*?^(?P=fence)\s*$"
    r"|(?P<ticks>`+)(?!`)[\s\S]*?(?<!`)(?P=ticks)(?!`)"
    r"|\$\$[\s\S]*?\$\$|(?<!\\)\$[^$]*\$"
)
# [text](target): the text may hold one pair of brackets, and so may the target.
LINK = (
    r"(?P<image>!?)\[(?P<text>(?:[^\[\]]|\[[^\]]*\])*)\]"
    r"\((?P<target>(?:[^()\s]|\([^()\s]*\))+)\)"
)

SET_UP = {
    "zh-Hant": "# 準備：缺什麼就裝什麼，已經有的一律不動。",
    "en": "# Set-up: installs what is missing, and leaves what is there as it is.",
}
SKIPPING = {
    "zh-Hant": "# 要用 torch 而這裡沒有的那幾格，只說一聲，其他照樣執行。",
    "en": "# Cells that need torch say so where there is none, and the others run.",
}
NO_TORCH = {
    "zh-Hant": "這一格要用 torch，這裡沒有裝。想執行它：%pip install torch",
    "en": "This cell needs torch, which is not here. To run it: %pip install torch",
}
NEEDED_HERE = {
    "zh-Hant": "請先在這本書的資料夾裡執行 pip install .",
    "en": "In the folder of the book, run pip install .",
}

# What an exercise's checks speak: a notebook in one language says so where it imports them.
IMPORT_CHECK = re.compile(r"^from [\w.]+ import check$", re.M)
SPOKEN = re.compile(r"^check\.language = .*$", re.M)
SPEAK = {
    "zh-Hant": 'check.language = "zh"    # 也可以是 "en" 或 "both"',
    "en": 'check.language = "en"    # or "zh", "both"',
}

# The first line of a marked cell, by which the set-up knows it.
MARK = "# needs torch\n"

Json = dict[str, Any]


def packages(root: Path) -> list[str]:
    """What nnlib needs, without versions: whichever is there is left alone."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf8"))["project"]
    found = [re.match(r"[\w-]+", each) for each in project["dependencies"]]
    return [name[0] for name in found if name]


@dataclass(frozen=True)
class Maker:
    """Makes notebooks of one book that stand alone."""

    root: Path
    address: Address | None

    @cached_property
    def equations(self) -> dict[str, str]:
        """Equation number -> the notebook that has it."""
        return {
            tag: docname
            for docname in docnames(self.root)
            for cell in notebooks.read(self.root / f"{docname}.ipynb")
            for tag in TAG.findall(cell.source)
        }

    @cached_property
    def packages(self) -> list[str]:
        path = self.root / "pyproject.toml"
        return packages(self.root) if path.exists() else []

    def notebook(self, docname: str, languages: Iterable[str]) -> Json:
        languages = tuple(languages)
        stored = json.loads((self.root / f"{docname}.ipynb").read_text("utf8"))
        cells = [
            self.cell(docname, {"id": f"cell-{number}", **cell}, languages)
            for number, cell in enumerate(stored["cells"], 1)
            if cell["metadata"].get("lang", languages[0]) in languages
        ]
        targets = set(re.findall(r"\]\(#([^)\s]+)\)", "".join(map(source_of, cells))))
        for lang in languages:
            self.mark_places(docname, cells, lang, targets)
        cells.insert(len(languages), self.set_up(cells, languages))
        for cell in cells:
            cell["source"] = lines(cell["source"])
        return {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}

    def cell(self, docname: str, cell: Json, languages: tuple[str, ...]) -> Json:
        kept = {name: cell["metadata"][name] for name in KEPT if name in cell["metadata"]}
        for name in ("alt", "names"):
            if name in kept:
                kept[name] = {lang: kept[name][lang] for lang in languages if lang in kept[name]}
        if "remove-input" in kept.get("tags", []):
            kept["jupyter"] = {"source_hidden": True}
        made = {"cell_type": cell["cell_type"], "id": cell["id"], "metadata": kept}
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            source = speaking(source, languages)
            source = MARK + source if "needs" in kept else source
            return {**made, "source": source, "execution_count": None, "outputs": []}
        lang = kept.get("lang", languages[0])
        return {**made, "source": self.resolved(source, docname, lang)}

    def resolved(self, source: str, docname: str, lang: str) -> str:
        """Markdown whose links and citations of equations lead somewhere from a lone notebook."""
        cited = CITATION[lang].pattern.replace("(\\d", "(?P<number>\\d")
        parts = re.compile(rf"{NO_PROSE}|{LINK}|{cited}", re.MULTILINE)

        def resolve(found: re.Match[str]) -> str:
            if number := found["number"]:
                target = self.equation(docname, lang, number)
                shown = f"({number})"
                return found[0].replace(shown, f"[{shown}]({target})") if target else found[0]
            if not found["target"]:
                return found[0]
            target = self.target(docname, lang, found["target"], bool(found["image"]))
            return f"{found['image']}[{found['text']}]({target})" if target else found["text"]

        return parts.sub(resolve, source)

    def equation(self, docname: str, lang: str, number: str) -> str | None:
        home = self.equations.get(number)
        place = make_id(f"equation-eq-{number}")
        if home == docname:
            return f"#{lang}-{place}"
        return f"{self.address.page(lang, home)}#{place}" if home and self.address else None

    def target(self, docname: str, lang: str, target: str, image: bool) -> str | None:
        """Where a link of the book leads from a lone notebook; None if there is no such place."""
        link = urlsplit(target)
        if link.scheme or link.netloc:
            return target
        if not link.path:
            return f"#{lang}-{link.fragment}"
        to = normal(PurePosixPath(docname).parent / link.path)
        anchor = f"#{link.fragment}" if link.fragment else ""
        page = to.removesuffix(".ipynb")
        if page == docname:
            return f"#{lang}-{link.fragment or self.slugs(docname)[0]}"
        if self.address:
            if page != to:
                return self.address.page(lang, page) + anchor
            return self.address.source(to) + ("?raw=true" if image else anchor)
        return link.path if page in docnames(self.root) else None  # the one beside this one

    def slugs(self, docname: str) -> list[str]:
        cells = notebooks.read(self.root / f"{docname}.ipynb")
        return notebooks.slugs([text for _, text in notebooks.headings(cells, "en")])

    def mark_places(self, docname: str, cells: list[Json], lang: str, targets: set[str]) -> None:
        """Name each cell with a heading or an equation that another cell links to."""
        slugs = iter(self.slugs(docname))
        for cell in cells:
            if cell["cell_type"] != "markdown" or cell["metadata"].get("lang", lang) != lang:
                continue
            tokens = notebooks.MARKDOWN.parse(cell["source"])
            places = [next(slugs) for token in tokens if token.type == "heading_open"]
            places += [make_id(f"equation-eq-{tag}") for tag in TAG.findall(cell["source"])]
            names = [f"{lang}-{place}" for place in places if f"{lang}-{place}" in targets]
            anchors = "".join(f'<a id="{name}" name="{name}"></a>' for name in names)
            if anchors:
                cell["source"] = f"{anchors}\n\n{cell['source']}"

    def set_up(self, cells: list[Json], languages: tuple[str, ...]) -> Json:
        """The cell that installs what is missing, at the top."""
        names = ", ".join(f'"{name}"' for name in self.packages)
        source = [
            *(SET_UP[lang] for lang in languages),
            "from importlib.util import find_spec",
            "",
            f"needed = [{names}]",
            "missing = [name for name in needed if not find_spec(name)]",
            "if missing:",
            '    %pip install -q {" ".join(missing)}',
            'if not find_spec("nnlib"):',
        ]
        if self.address:
            source.append(f"    %pip install -q --no-deps {self.address.archive()}")
        else:
            message = " ".join(NEEDED_HERE[lang] for lang in languages)
            source.append(f'    raise ImportError("{message}")')
        if any("needs" in cell["metadata"] for cell in cells):
            source += ["", *skipping(languages)]
        return {
            "cell_type": "code",
            "id": "set-up",
            "metadata": {"tags": ["set-up"]},
            "source": "\n".join(source),
            "execution_count": None,
            "outputs": [],
        }


def speaking(source: str, languages: tuple[str, ...]) -> str:
    """The code of a cell; if it imports checks, they speak the language of the notebook."""
    if len(languages) > 1 or not IMPORT_CHECK.search(source):
        return source
    line = SPEAK[languages[0]]
    if SPOKEN.search(source):
        return SPOKEN.sub(line, source)
    return IMPORT_CHECK.sub(lambda found: f"{found[0]}\n{line}", source)


def skipping(languages: tuple[str, ...]) -> list[str]:
    """Code that puts a line of text in place of an error, which would stop a run of all cells."""
    said = [repr(f'print("{NO_TORCH[lang]}")\n') for lang in languages]
    return [
        *(SKIPPING[lang] for lang in languages),
        "def skip_without_torch(lines):",
        f"    if lines[:1] != [{json.dumps(MARK)}] or find_spec('torch'):",
        "        return lines",
        "    return [",
        *(f"        {each}," for each in said),
        "    ]",
        "",
        "get_ipython().input_transformers_cleanup.append(skip_without_torch)",
    ]


def normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def source_of(cell: Json) -> str:
    return "".join(cell["source"])


def write(root: Path, folder: Path, address: Address | None) -> None:
    """Write every edition of every notebook; what was there before goes."""
    shutil.rmtree(folder, ignore_errors=True)
    maker = Maker(root, address)
    for docname in docnames(root):
        for edition, languages in EDITIONS.items():
            path = folder / edition / f"{docname}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            made = json.dumps(maker.notebook(docname, languages), ensure_ascii=False, indent=1)
            path.write_text(made + "\n", "utf8")
