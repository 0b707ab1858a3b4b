"""The terms of the book, in both languages: `chapters/glossary.tsv`, the one list of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from read.notebooks import slugs

FILE = "chapters/glossary.tsv"
PAGE = "chapters/glossary"
COLUMNS = 8
NOWHERE = "-"  # no section introduces the term, so no page may use it
LINK, DEFINITION, NEITHER = "link", "definition", "-"  # what its first use on a page is


@dataclass(frozen=True)
class Term:
    forms: Mapping[str, list[str]]  # language -> the headword, and what else the book writes
    also: list[str]  # what others call it
    simplified: list[str]  # the same in Simplified characters
    section: str  # "02-neuron.ipynb#train-one-neuron"
    first_use: str
    definition: Mapping[str, str]  # language -> one or two sentences
    id: str = ""  # where it stands on the page of the glossary

    def headword(self, lang: str) -> str:
        return self.forms[lang][0]

    def words(self, lang: str) -> list[str]:
        """The forms that are words, not signs of formulas."""
        return [form for form in self.forms[lang] if not form.startswith("\\")]

    def occurs(self, text: str, lang: str) -> str | None:
        """The form that a text has of it."""
        for form in self.forms[lang]:
            if re.search(pattern(form, lang), text, re.IGNORECASE):
                return form
        return None


def pattern(form: str, lang: str) -> str:
    literal = r"\s+".join(map(re.escape, form.split()))
    if form.startswith("\\"):
        return rf"{literal}(?![a-zA-Z])"  # of a formula
    if lang == "en":
        return rf"(?<![\w-]){literal}(?:e?s)?(?![\w-])"
    return literal if re.search("[\u4e00-\u9fff]", form) else rf"(?<![\w-]){literal}(?![\w-])"


def rows(root: Path) -> list[list[str]]:
    """The list without its remarks and its heading; none for a book that has no list."""
    file = root / FILE
    lines = file.read_text("utf8").splitlines() if file.exists() else []
    return [line.split("\t") for line in lines if not line.startswith("#")][1:]


def terms(root: Path) -> list[Term]:
    """All terms. The checks tell of rows that are none."""
    whole = [row for row in rows(root) if len(row) == COLUMNS]
    ids = slugs([row[0].split("|")[0] for row in whole])
    return [
        Term(
            {"en": en.split("|"), "zh-Hant": zh.split("|")},
            [each for each in also.split("|") if each],
            [each for each in simplified.split("|") if each],
            section,
            first_use,
            {"en": definition, "zh-Hant": chinese},
            name,
        )
        for (en, zh, also, simplified, section, first_use, definition, chinese), name in zip(
            whole, ids, strict=True
        )
    ]


def entries(root: Path) -> list[Term]:
    """The terms that the page of the glossary lists: those that a section introduces."""
    return [term for term in terms(root) if term.section != NOWHERE]
