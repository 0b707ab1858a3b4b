"""Lists made of the chapters: all formulas, the concordance, and where a name of nnlib is met."""

import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from test_api import write_library, write_page
from test_build import Cell, alike, both, make_book, page, write, write_book

from check import names
from check.concordance import sources_are_listed
from check.equations import declared_code_is_there
from check.names import names_are_met
from check.rules import ROOT
from read import coverage, sources
from read.book import Book, Notebook
from read.coverage import Row
from read.equations import equations
from read.notebooks import read
from read.places import section_of_cells, sections
from read.uses import homes

NEURON = "chapters/02-neuron.ipynb"


def code(source: str, **metadata: Any) -> list[Cell]:
    cell = {"cell_type": "code", "source": source, "metadata": metadata}
    return [{**cell, "execution_count": 1, "outputs": []}]


def prose(chinese: str, english: str, **metadata: Any) -> list[Cell]:
    return [{**each, "metadata": each["metadata"] | metadata} for each in both(chinese, english)]


def notebook(root: Path, *cells: list[Cell]) -> Notebook:
    (root / "chapters").mkdir(exist_ok=True)
    write(root / NEURON, *cells)
    return Notebook(NEURON, read(root / NEURON))


def book_of(root: Path, *cells: list[Cell]) -> Book:
    notebook(root, *cells)
    return Book.load(root)


# ---- Places


def test_a_cell_stands_in_the_last_section_that_it_opens(tmp_path: Path) -> None:
    made = notebook(
        tmp_path,
        both("# 神經元", "# The neuron"),
        code("x = 1"),
        both("## 偏置\n\n### 門檻", "## The bias\n\n### The threshold"),
        code("x = 2"),
        both("## 層", "## Layers"),
    )
    assert [each.number for each in sections(made)] == ["2", "2.1", "2.1.1", "2.2"]
    assert [each.title("zh-Hant") for each in sections(made)] == ["神經元", "偏置", "門檻", "層"]
    slugs = [each.slug for each in section_of_cells(made).values()]
    assert slugs == ["the-neuron"] * 3 + ["the-threshold"] * 3 + ["layers"] * 2


# ---- Equations

TAGGED = alike(r"$$ z = x \tag{2.1} $$")
PROVED = 'prove("2.1", dz, x, of=f, at=x, autograd=g)'
CODE: dict[str, tuple[list[Cell], list[str], list[str]]] = {
    "none": (code("z = 1"), [], []),
    "declared": (code("z = (x)\n", equations={"2.1": "(x)"}), ["(x)"], []),
    "a comment on a line": (code("z = x  # (2.1), here"), ["z = x"], []),
    "a comment on a function": (
        code('def f(x):  # (2.1)\n    """It."""\n    return x\n\nz = 2'),
        ["def f(x):\n    return x"],
        [],
    ),
    "a method": (
        code("class A:\n    def f(self):  # (2.1)\n        return 1"),
        ["def f(self):\n    return 1"],
        [],
    ),
    "a proof": (
        code(f"def dz(x):\n    return 1\n\n{PROVED}"),
        ["def dz(x):\n    return 1"],
        ["dz"],
    ),
    "the proof of what is imported": (code(f"from nnlib import dz\n{PROVED}"), [], ["dz"]),
    "a comment on one of two that are proved": (
        code(f"def dz(x):  # (2.1)\n    return 1\n\ndef dw(x):\n    return 2\n\n{PROVED}\n"
             f"{PROVED.replace('dz', 'dw')}"),
        ["def dz(x):\n    return 1", "def dw(x):\n    return 2"],
        ["dz", "dw"],
    ),
    "a comment elsewhere and a proof": (
        code(f"def dz(x):\n    return 1\n\nz = 1  # (2.1)\n{PROVED}"),
        ["z = 1"],
        ["dz"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CODE)
def test_the_code_of_an_equation(tmp_path: Path, name: str) -> None:
    cells, said, proved = CODE[name]
    book = book_of(tmp_path, both("# 神經元", "# The neuron"), TAGGED, cells)
    (found,) = equations(book)
    assert (found.number, found.formula) == ("2.1", "z = x")
    assert [each.source for each in found.code] == said
    assert [each.source for each in found.proofs] == proved
    assert {each.cell for each in (*found.code, *found.proofs)} <= {5}


DECLARED = {
    "right": ({"2.1": "z = x\nw = x"}, None),
    "a part of a line": ({"2.1": "w = x"}, None),
    "no equation": ({"2.2": "z = x"}, '"equations" names (2.2), which no cell of this notebook'),
    "no such code": ({"2.1": "z = w"}, '"equations" says that (2.1) is `z = w`, which the cell'),
}


@pytest.mark.parametrize("name", DECLARED)
def test_declared_code_is_there(tmp_path: Path, name: str) -> None:
    declared, fault = DECLARED[name]
    book = book_of(tmp_path, TAGGED, code("if x:\n    z = x\n    w = x", equations=declared))
    found = [message for _, message in declared_code_is_there(book.notebooks[0], book)]
    assert [message.startswith(fault or "") for message in found] == [True] * bool(fault)


# ---- Sources

LIST = "source\tnamed\tChinese\tEnglish\nS0\t§6\t六\tSix\nS0\t§6.1\t六之一\tSix one\n"
ROWS = "row\ttitle\tsources\tkind\ttreated\n"


def named(text: str) -> list[tuple[str, str]]:
    return [*sources.named(Row("A", "", text, "", True), {"S0", "S1"})]


def test_what_a_row_names() -> None:
    assert named("S0 §6.1 (6.3, 6.4), §6; S1 (a; b)") == [("S0", "§6.1"), ("S0", "§6"), ("S1", "")]
    assert named("all sources") == [("S0", ""), ("S1", "")]
    assert named("S0 passim") == [("S0", "")]


FAULTS = {
    "right": ("B1\t一 / one\tS0 §6; S0 §6.1 Q2\tclaim\tno\n", []),
    "an unknown section": (
        "B1\t一 / one\tS0 §6, §6.1, §7\tclaim\tno\n",
        [
            'chapters/coverage.tsv: B1 names "S0 §7", which chapters/sources.tsv lacks. '
            "Mend the place, or add the section."
        ],
    ),
    "a longer number": (
        "B1\t一 / one\tS0 §6, §6.1, §6.10\tclaim\tno\n",
        [
            'chapters/coverage.tsv: B1 names "S0 §6.10", which chapters/sources.tsv lacks. '
            "Mend the place, or add the section."
        ],
    ),
    "an unknown source": (
        "B1\t一 / one\tS0 §6, §6.1; S9\tclaim\tno\n",
        [
            'chapters/coverage.tsv: B1 names "S9 ", which chapters/sources.tsv lacks. '
            "Mend the place, or add the section."
        ],
    ),
    "a section that nothing treats": (
        "B1\t一 / one\tS0 §6\tclaim\tno\n",
        [
            "chapters/sources.tsv: no row of chapters/coverage.tsv names S0 §6.1. "
            "Add what that section says as a row, or take the line out."
        ],
    ),
    "a question in one language": (
        "B1\t一？\tS0 §6, §6.1\tquestion\tno\n",
        [
            "chapters/coverage.tsv: B1 is a question without words in both languages. "
            "Write it as 中文 / English."
        ],
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_sources_are_listed(tmp_path: Path, name: str) -> None:
    rows, faults = FAULTS[name]
    (tmp_path / "chapters").mkdir()
    (tmp_path / sources.FILE).write_text(LIST, "utf8")
    (tmp_path / coverage.FILE).write_text(ROWS + rows, "utf8")
    assert [*sources_are_listed(Book.load(tmp_path))] == faults


def test_every_section_of_the_sources_is_listed_once() -> None:
    listed = [(part.source, part.named) for part in sources.parts(ROOT)]
    assert len({*listed}) == len(listed) > 90
    assert {source for source, _ in listed} == {"S0", "S1", "S2", "S3", "S4"}


# ---- Names of the library


def library(root: Path, *cells: list[Cell]) -> Book:
    write_library(root)
    write_page(root)
    return book_of(root, both("# 神經元", "# The neuron"), *cells)


MET: dict[str, list[list[Cell]]] = {
    "used": [
        both("## 形狀", "## Shapes"),
        code("from nnlib import area, unit as u, Shape, extra as e", tags=["hide-input"]),
        both("## 面積", "## Area"),
        code("area(u)\ne.helper(1, e.TABLE)"),
        both("見[形狀](nnlib.ipynb#nnlib.Shape)。", "See [it](nnlib.ipynb#nnlib.Shape)."),
    ],
    "in an open cell, after all": [
        both("## 形狀", "## Shapes"),
        code("from nnlib import area, unit, Shape, extra", tags=["hide-input", "set-up"]),
        code("area(unit)\nextra.helper(1, extra.TABLE)", tags=["hide-input"]),
        both("## 面積", "## Area"),
        code("from nnlib import area, unit\nfrom nnlib.extra import helper, TABLE"),
        both("見[形狀](nnlib.ipynb#nnlib.Shape)。", "See [it](nnlib.ipynb#nnlib.Shape)."),
    ],
    "by their package": [
        both("## 形狀", "## Shapes"),
        code("import nnlib"),
        both("## 面積", "## Area"),
        code("nnlib.area(nnlib.unit); nnlib.extra.helper(nnlib.extra.TABLE)"),
    ],
}


@pytest.mark.parametrize("name", MET)
def test_where_names_are_met(tmp_path: Path, name: str) -> None:
    book = library(tmp_path, *MET[name])
    found = {each: [section.slug for section in where] for each, where in homes(book).items()}
    expected = ["Shape", "area", "unit", "extra.helper", "extra.TABLE"]
    assert found == {f"nnlib.{each}": ["area"] for each in expected}
    assert [*names_are_met(book)] == []


def test_an_equation_derives_what_computes_it(tmp_path: Path) -> None:
    book = library(
        tmp_path,
        code("from nnlib import area\narea(1)"),
        both("## 面積", "## Area"),
        TAGGED,
        both("## 算", "## Compute"),
        code("from nnlib import area\nz = area(2)", equations={"2.1": "z = area(2)"}),
    )
    slugs = [section.slug for section in homes(book)["nnlib.area"]]
    assert slugs == ["area", "the-neuron"]


def test_names_that_no_chapter_meets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "HELPERS", {"why": {"nnlib.extra.TABLE", "nnlib.area"}})
    book = library(tmp_path, code("from nnlib import area, unit, extra\narea(unit)\nextra.helper"))
    assert [*names_are_met(book)] == [
        "nnlib.area is used in chapters/02-neuron. Take it out of HELPERS of _ext/check/names.py."
    ]
    monkeypatch.setattr(names, "HELPERS", {})
    book = library(tmp_path, code("from nnlib import area, unit, extra\narea(unit)\nextra.helper"))
    assert [*names_are_met(book)] == [
        f"chapters/nnlib.ipynb: no chapter derives or uses nnlib.{name}. Use it, link to its "
        "entry, or say in HELPERS of _ext/check/names.py why it is there."
        for name in ("extra.TABLE",)
    ]


# ---- The pages, built

ASKED = "B1\t為什麼？ / Why?\tS0 §6.1; S0\tquestion\tyes\nB2\t一 / one\tS0 §6\tclaim\tno\n"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_book(tmp_path_factory.mktemp("lists"))
    for name in ("formulas", "concordance", "notation"):
        toc = (root / "_toc.yml").read_text("utf8")
        (root / "_toc.yml").write_text(f"{toc}      - file: chapters/{name}\n", "utf8")
    (root / sources.FILE).write_text(LIST, "utf8")
    (root / coverage.FILE).write_text(ROWS + ASKED, "utf8")
    write(root / "chapters/notation.ipynb", both("# 符號表", "# Notation"))
    write(root / "chapters/formulas.ipynb", both("# 公式", "# Formulas"))
    write(
        root / "chapters/concordance.ipynb",
        both("# 對照", "# Concordance"),
        prose("## 問題", "## Questions", lists="questions"),
        prose("## 講義", "## Lecture", lists="S0"),
    )
    stored = json.loads((root / NEURON).read_text("utf8"))
    stored["cells"] += code("z = w * x", equations={"2.1": "w * x"}, covers=["B1"])
    (root / NEURON).write_text(json.dumps(stored), "utf8")
    assert make_book(root) == (0, "")
    return root


def shown(root: Path, lang: str, name: str) -> BeautifulSoup:
    return BeautifulSoup(page(root, lang, f"chapters/{name}"), "html.parser")


def targets(soup: BeautifulSoup, where: str) -> list[str]:
    return [str(a["href"]) for a in soup.select(f"{where} a:not(.headerlink)")]


@pytest.mark.parametrize("lang", ["zh-Hant", "en"])
def test_each_formula_leads_to_its_places(book: Path, lang: str) -> None:
    soup = shown(book, lang, "formulas")
    home = "02-neuron.html"
    assert targets(soup, "#chapter-2 .formula") == [
        f"{home}#equation-eq-2-1",
        f"{home}#the-bias",
        f"{home}#code-2-1",
    ]
    assert targets(soup, "#chapter-5 .formula")[0] == "05-layers.html#equation-eq-5-1"
    assert [each.get_text().strip() for each in soup.select(".formula pre")] == ["w * x"]
    assert len(soup.select(".formula .katex-display")) == 2
    neuron = shown(book, lang, "02-neuron")
    assert all(neuron.find(id=name) for name in ("equation-eq-2-1", "the-bias", "code-2-1"))


@pytest.mark.parametrize(
    ("lang", "title", "question", "whole"),
    [("zh-Hant", "2.1 偏置", "為什麼？ S0 六之一", "整份各處"),
     ("en", "2.1 The bias", "Why? S0 Six one", "Throughout")],
)  # fmt: skip
def test_each_section_of_a_source_leads_to_the_book(
    book: Path, lang: str, title: str, question: str, whole: str
) -> None:
    soup = shown(book, lang, "concordance")
    assert targets(soup, "#questions dd") == ["02-neuron.html#the-bias"]
    assert [each.get_text() for each in soup.select("#questions dt")] == [question]
    lists = soup.select("#lecture dl.concordance")[0]
    assert [each.get_text() for each in lists.select("dd a")] == [title, title]
    assert lists.select("dt")[-1].get_text() == whole


@pytest.mark.parametrize(("lang", "words"), [("zh-Hant", "符號表"), ("en", "Notation")])
def test_a_chapter_leads_to_the_notation(book: Path, lang: str, words: str) -> None:
    (link,) = shown(book, lang, "02-neuron").select(".pace a")
    assert (link["href"], link.get_text()) == ("notation.html", words)


def test_a_new_equation_is_listed(book: Path) -> None:
    stored = json.loads((book / NEURON).read_text("utf8"))
    stored["cells"] += alike(r"$$ w = x \tag{2.2} $$")
    (book / NEURON).write_text(json.dumps(stored), "utf8")
    assert make_book(book) == (0, "")
    for lang in ("zh-Hant", "en"):
        assert len(shown(book, lang, "formulas").select("#chapter-2 .formula")) == 2
