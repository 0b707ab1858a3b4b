"""A term is introduced before its use, or linked; the glossary defines each once, and rightly."""

import json
from pathlib import Path
from typing import Any

import pytest

from check.rules import ROOT
from check.terms import glossary_is_right, sections_of_terms_exist, terms_are_introduced
from read.book import Book
from read.glossary import FILE, entries

LIST = """# Terms.
term\tzh-Hant\talso\tzh-Hans\tsection\tfirst use\tdefinition\t定義
gradient|\\nabla\t梯度|\\nabla\t\t\t03-learning.ipynb#slopes\tlink\tAll slopes.\t全部斜率。
CNN\tCNN\tConvNet\t卷积网络\t03-learning.ipynb#networks\tlink\tA network.\t一種網路。
slope\t斜率\t\t\t03-learning.ipynb#slopes\tdefinition\tHow steep.\t多陡。
eigenvalue\t特徵值\t\t\t-\tlink\t\t
"""
LEARNING = [("# 學習", "# Learning"), ("## 斜率", "## Slopes"), ("梯度、斜率", "gradient, slope")]
LEARNING += [("## 網路", "## Networks"), ("CNN", "CNNs")]
SLOPES = "03-learning.ipynb#slopes"


def pair(chinese: str, english: str) -> list[dict[str, Any]]:
    return [
        {"cell_type": "markdown", "metadata": {"lang": lang}, "source": source}
        for lang, source in (("zh-Hant", chinese), ("en", english))
    ]


def book(root: Path, *pairs: tuple[str, str], name: str = "02-neuron") -> Book:
    """A book whose chapter 3 introduces the terms, and another chapter of these pairs."""
    (root / "chapters").mkdir()
    (root / FILE).write_text(LIST, "utf8")
    for file, content in (("03-learning", LEARNING), (name, pairs)):
        cells = [cell for each in content for cell in pair(*each)]
        (root / f"chapters/{file}.ipynb").write_text(json.dumps({"cells": cells}), "utf8")
    return Book.load(root)


def faults(book: Book, name: str = "02-neuron") -> list[tuple[int, str]]:
    (notebook,) = [each for each in book.notebooks if name in each.name]
    return [(cell.number, fault) for cell, fault in terms_are_introduced(notebook, book)]


def early(form: str, slug: str = "slopes") -> str:
    return (
        f'it uses "{form}" before 03-learning.ipynb#{slug} introduces it. '
        "Make it a link there, say it in other words, or introduce it here."
    )


EARLY: dict[str, tuple[list[tuple[str, str]], list[tuple[int, str]]]] = {
    "each language": ([("梯度。", "The gradients.")], [(1, early("梯度")), (2, early("gradient"))]),
    "the first use alone": (
        [("無", "gradient"), ("無", "gradient")],
        [(2, early("gradient"))],
    ),
    "a sign in a formula": (
        [(r"$\nabla C$", r"$\nabla C$")],
        [(1, early(r"\nabla")), (2, early(r"\nabla"))],
    ),
    "a term that needs no link": ([("斜率", "slope")], []),
    "a link elsewhere": (
        [("[梯度](02-neuron.ipynb#x)", "x")],
        [(1, early("梯度"))],
    ),
    "no section introduces it": (
        [("無", "an eigenvalue")],
        [(2, 'it uses "eigenvalue", which no section introduces. Say what it is.')],
    ),
}


@pytest.mark.parametrize("case", EARLY)
def test_an_early_use(tmp_path: Path, case: str) -> None:
    pairs, found = EARLY[case]
    assert faults(book(tmp_path, *pairs)) == found


@pytest.mark.parametrize(
    "text",
    [
        f"[gradient 梯度]({SLOPES})",
        "gradient 梯度 ([Chapter 3](03-learning.ipynb))",
        "## Gradient 梯度",  # a heading announces it
        "<!-- gradient 梯度 -->",
        "gradiental CNNet",  # another word
        "[x](02-neuron.ipynb#gradient)",  # the address of a link
    ],
)
def test_what_is_no_early_use(tmp_path: Path, text: str) -> None:
    assert faults(book(tmp_path, (text, text))) == []


def test_the_chapter_itself_uses_it_from_its_section_on(tmp_path: Path) -> None:
    made = book(tmp_path, ("無", "x"))
    assert faults(made, "03-learning") == []


def test_the_chapter_itself_does_not_use_it_before(tmp_path: Path) -> None:
    made = book(tmp_path, ("無", "x"))
    (notebook,) = [each for each in made.notebooks if "03" in each.name]
    text = json.loads((tmp_path / notebook.name).read_text("utf8"))
    text["cells"][2:2] = pair("CNN", "x")
    (tmp_path / notebook.name).write_text(json.dumps(text), "utf8")
    assert faults(Book.load(tmp_path), "03-learning") == [(3, early("CNN", "networks"))]


def test_later_chapters_are_free(tmp_path: Path) -> None:
    assert faults(book(tmp_path, ("梯度", "gradient"), name="04-later"), "04-later") == []


def test_a_section_that_is_not_there(tmp_path: Path) -> None:
    made = book(tmp_path, ("無", "x"))
    (tmp_path / FILE).write_text(LIST.replace("#slopes", "#slope"), "utf8")
    assert list(sections_of_terms_exist(made)) == [
        f"{FILE}: {term} is introduced in 03-learning.ipynb#slope, which is no section. "
        "Write the notebook and the slug of an English heading."
        for term in ("gradient", "slope")
    ]


WRONG: dict[str, tuple[str, str, str]] = {  # what the list says instead, and the fault
    "no whole row": ("\tHow steep.", "", "slope has 7 columns. Write 8, with tabs between."),
    "two rows for a form": (
        "slope\t",
        "slope|gradient\t",
        '"gradient" stands for 2 terms. Leave it to one of them.',
    ),
    "an unknown first use": (
        "\tdefinition\tHow",
        "\topen\tHow",
        'the first use of slope is "open". Write link, definition or -.',
    ),
    "a term that no page uses": (
        "slope\t斜率",
        "steepness\t斜率",
        "no chapter writes steepness. Add the form that it does write, or leave the term out.",
    ),
    "no definition": (
        "All slopes.\t",
        "\t",
        "the definition of gradient: it is missing or ends without a full stop. "
        "Write one or two sentences.",
    ),
    "a long one": (
        "多陡。",
        "陡" * 90 + "。",
        "the definition of 斜率: it has 91 characters. Say it in 90.",
    ),
    "a word that Taiwan does not use": (
        "一種網路。",
        "一種網絡。",
        "the definition of CNN: 「網絡」 is not the book's word. "
        "Write 「網路」, or in a quotation add <!-- term-ok: 網絡 -->.",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_the_glossary(tmp_path: Path, case: str) -> None:
    right, wrong, fault = WRONG[case]
    made = book(tmp_path)
    assert list(glossary_is_right(made)) == []
    (tmp_path / FILE).write_text(LIST.replace(right, wrong), "utf8")
    assert list(glossary_is_right(made)) == [f"{FILE}: {fault}"]


def test_the_glossary_of_the_book() -> None:
    assert len(entries(ROOT)) > 200
