"""What pages say of the whole book is counted: its contents, its map, the minutes of its routes."""

import json
import re
from pathlib import Path

import pytest

from draw.book_map import drawn
from pages import book_map, routes
from read.contents import parts
from read.mentions import mentions
from read.needs import needs
from read.notebooks import METADATA, Cell, docnames, read, section
from read.pace import exact_minutes

ROOT = Path(__file__).parents[2]
LANGUAGES = ("zh-Hant", "en")
TOC = """
root: index
parts:
  - chapters:
      - file: chapters/preface
  - caption: 基礎 / Foundations
    chapters: [{file: chapters/02-neuron}, {file: chapters/07-backprop}]
  - caption: 習題 / Exercises
    chapters: [{file: exercises/02-neuron}]
  - caption: 附錄 / Appendix
    chapters: [{file: chapters/errata}, {file: exercises/99-alone}]
"""


def write(path: Path, *pairs: tuple[str, str]) -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {"lang": lang}, "source": source}
        for pair in pairs
        for lang, source in zip(LANGUAGES, pair, strict=True)
    ]
    content = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf8")


def alike(text: str) -> tuple[str, str]:
    return text, text


@pytest.fixture
def book(tmp_path: Path) -> Path:
    (tmp_path / "_toc.yml").write_text(TOC, "utf8")
    write(tmp_path / "chapters/preface.ipynb", ("# 前言", "# Preface"))
    write(
        tmp_path / "chapters/02-neuron.ipynb",
        ("# 神經元", "# The neuron"),
        ("字" * 700, "word " * 440),
        ("## 偏置 & 門檻", "## The bias"),
        ("字" * 350, "word " * 220),
        ("### 更細", "### Finer"),
        ("字" * 350, "word " * 220),
        ("## 之後", "## After"),
        alike("見[後面](07-backprop.ipynb)。See Chapter 7, Eq. (7.1)."),
    )
    write(
        tmp_path / "chapters/07-backprop.ipynb",
        ("# 反向傳播", "# Backpropagation"),
        alike("[again](02-neuron.ipynb#the-bias), Eq. (2.1), Figure 2.1 and Chapter 2: one"),
        alike("Eq. (2.1): two"),
        alike("chapters 2 and 7: three"),
        alike("[Nielsen (2015)](https://example.org), Chapter 2"),
        alike("[Exercise](../exercises/02-neuron.ipynb)"),
    )
    for name in ("chapters/errata", "exercises/02-neuron", "exercises/99-alone"):
        write(tmp_path / f"{name}.ipynb", (f"# {name} 頁", f"# {name}"))
    return tmp_path


# The table of contents


def test_parts_of_the_book(book: Path) -> None:
    beginning, foundations, appendix = parts(book)
    assert beginning.captions == {}
    assert foundations.captions == {"zh-Hant": "基礎", "en": "Foundations"}
    assert [page.titles["zh-Hant"] for page in foundations.pages] == ["神經元", "反向傳播"]
    assert [page.number for page in foundations.pages] == [2, 7]
    assert foundations.pages[0].beside == {"exercise": "exercises/02-neuron"}
    assert foundations.pages[1].beside == {}
    assert [page.docname for page in appendix.pages] == ["chapters/errata", "exercises/99-alone"]


def test_minutes_of_what_is_read_through(book: Path) -> None:
    beginning, foundations, appendix = parts(book)
    assert beginning.pages[0].minutes is not None
    assert foundations.pages[0].minutes == 5  # two, one, one and a little
    assert {page.minutes for page in appendix.pages} == {None}


def test_the_book_itself_is_listed_whole() -> None:
    listed = [page for part in parts(ROOT) for page in part.pages]
    named = {page.docname for page in listed} | {
        docname for page in listed for docname in page.beside.values()
    }
    assert named == set(re.findall(r"file: (\S+)", (ROOT / "_toc.yml").read_text("utf8")))
    chapters = [page for page in listed if page.number is not None]
    assert [page.number for page in chapters] == sorted(page.number for page in chapters)
    assert all(page.minutes for page in chapters)


def test_the_preface_is_run_too() -> None:
    assert "chapters/preface" in docnames(ROOT)


# Sections and their minutes


def test_a_section_ends_at_the_next_of_its_rank(book: Path) -> None:
    cells = read(book / "chapters/02-neuron.ipynb")
    sources = [cell.source.split("\n")[0][:9] for cell in section(cells, "the-bias")]
    assert sources[0].startswith("## 偏置")
    assert sources[-1].startswith("word")
    assert "### Finer" in sources
    assert section(cells, "finer")[0].source == "### 更細"
    assert section(cells, "after")[-1] == cells[-1]
    assert section(cells, "the-neuron") == cells
    with pytest.raises(LookupError, match="nowhere"):
        section(cells, "nowhere")


def test_minutes_follow_links_and_are_summed_once(book: Path) -> None:
    again = "[a](02-neuron.ipynb#the-bias)"
    text = f"1. {again}, [b](02-neuron.ipynb#finer)\n2. {again}, [c](errata.ipynb)"
    made = routes.timed(text, book / "chapters", "en")
    assert made.count("#the-bias) (3 min)") == 2
    assert "#finer) (2 min)" in made
    assert "(errata.ipynb)\n" in made + "\n"
    assert made.endswith("\n\nTo read this route takes about 5 min.\n")
    assert routes.timed("[c](errata.ipynb)", book / "chapters", "en") == "[c](errata.ipynb)"


@pytest.mark.parametrize(
    ("count", "words"),
    [(3, " 5 min"), (57, " 55 min"), (58, " 1 h"), (62, " 1 h"), (152, " 2 h 30 min")],
)
def test_durations(count: float, words: str) -> None:
    assert routes.duration(count, "en") == words


# What leads back


def test_ways_back_are_counted_by_passage(book: Path) -> None:
    assert needs(book) == {(7, 2): 3}


def test_chapters_of_other_books_are_not_ours() -> None:
    text = "[Nielsen (2015)](https://example.org), Chapter 2, but Chapter 3"
    assert [mention[1] for mention in mentions(text)] == ["3"]


def test_the_map_has_an_arrow_for_each(book: Path) -> None:
    svg = drawn(
        {2: "The neuron", 5: "A < B", 7: "Back"}, {(5, 2): 1, (7, 2): 4, (7, 5): 2}, 'a "map"'
    )
    assert svg.count('class="once"') == svg.count('class="head once"') == 1
    assert svg.count('class="often"') == svg.count('class="head often"') == 2
    widths = [float(width) for width in re.findall(r'class="often" stroke-width="([\d.]+)"', svg)]
    assert widths == pytest.approx([3.6, 1.8])
    assert "A &lt; B" in svg
    assert 'aria-label="a &quot;map&quot;"' in svg


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_map_of_a_book_is_described_from_its_counts(book: Path, lang: str) -> None:
    html = book_map.html(book, lang)
    assert "\n\n" not in html  # it would end HTML within Markdown
    alt = re.search(r'aria-label="([^"]+)"', html)
    assert alt
    said = {"zh-Hant": "從第 2 章到第 7 章，3 處", "en": "from chapter 2 to chapter 7, 3 passages"}
    assert said[lang] in alt[1]
    assert html.count('<a href="02-neuron.html">') == 2  # its row, and where chapter 7 names it
    assert html.count("<tr>") == 3


def test_each_route_of_the_preface_can_be_read() -> None:
    cells = [cell for cell in read(ROOT / "chapters/preface.ipynb") if is_route(cell)]
    assert len(cells) == 6
    for cell in cells:
        links = list(routes.LINK.finditer(cell.source))
        assert links
        for link in links:
            assert routes.minutes(ROOT / "chapters", link) > 0, link[0]
        assert not re.search(r"\d 分鐘|\d min", cell.source), "minutes are computed, not typed"


def is_route(cell: Cell) -> bool:
    return cell.metadata.get("made") == "minutes"


def test_a_section_is_shorter_than_its_chapter() -> None:
    cells = read(ROOT / "chapters/02-neuron.ipynb")
    assert 0 < exact_minutes(section(cells, "a-layer-of-neurons")) < exact_minutes(cells) / 2
