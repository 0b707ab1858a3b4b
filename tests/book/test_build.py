"""The build makes two books of one, keeps both true when a cell changes, and says what is wrong."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure

from draw.figures import PIXELATED, smooth
from nnlib import plots
from publish.build import fingerprint
from read.notebooks import METADATA

ROOT = Path(__file__).parents[2]
COMMAND = ROOT / "_ext"

Cell = dict[str, Any]

TOC = """
format: jb-book
root: index
parts:
  - caption: 基礎 / Foundations
    chapters:
      - file: chapters/02-neuron
      - file: chapters/05-layers
      - file: chapters/references
"""
BIBLIOGRAPHY = """
@article{rosenblatt1958, author = {Rosenblatt, Frank}, title = {The perceptron}, year = 1958,
  journal = {Psychological Review}, note = {In Chinese as 感知器}, langid = {zh-Hans},
  doi = {10.1037/h0042519}}
"""
DOI = "https://doi.org/10.1037/h0042519"
FIGURE = """<?xml version="1.0"?><svg width="9pt" viewBox="0 0 9 9"><style>*{fill: red}</style>
<defs><path id="m1" d="M 0.123456 1" style="stroke: #2b5c8a"/></defs><g id="g1">
<use href="#m1"/></g></svg>"""
LABELED = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g id="text_1">
<!-- layer --><g transform="translate(1 2) scale(0.12 -0.12)"></g></g></svg>"""
LABELS = "English\tChinese\nlayer\t層\n"
GLOSSARY = """en\tzh-Hant\talso\tsimplified\tsection\tfirst use\tdefinition\t定義
bias\t偏置\tintercept\t\t02-neuron.ipynb#the-bias\t-\tA threshold.\t一個門檻。
"""
ALT = {"zh-Hant": "一條由左往右上升的曲線。", "en": "A curve that rises from left to right."}


def both(chinese: str, english: str) -> list[Cell]:
    return [
        {"cell_type": "markdown", "metadata": {"lang": lang}, "source": source}
        for lang, source in (("zh-Hant", chinese), ("en", english))
    ]


def alike(source: str) -> list[Cell]:
    return both(source, source)


def plot(svg: str, source: str = "plot()", **metadata: list[str]) -> list[Cell]:
    output = {"output_type": "display_data", "metadata": {}, "data": {"image/svg+xml": svg}}
    cell = {"cell_type": "code", "source": source, "execution_count": 1, "outputs": [output]}
    return [{**cell, "metadata": {"alt": ALT, **metadata}}]


def write(notebook: Path, *cells: list[Cell]) -> None:
    notebook.parent.mkdir(exist_ok=True)
    flat = [cell for group in cells for cell in group]
    content = {"cells": flat, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 4}
    notebook.write_text(json.dumps(content), "utf8")


TITLE = both("# 神經元", "# The neuron")
LAYERS = both("# 層", "# Layers")
CITING = both(
    "見式 (2.1)、圖 2.1 和[偏置](02-neuron.ipynb#the-bias)。",
    "See Eq. (2.1), Figure 2.1 and [the bias](02-neuron.ipynb#the-bias).",
)
SET_UP = plot(FIGURE, "from nnlib import plots", tags=["hide-input", "set-up"])[0] | {"outputs": []}
NEURON = [
    TITLE,
    both("## 偏置", "## The bias"),
    both(f"門檻，見 [Rosenblatt (1958)]({DOI})。", f"A threshold: [Rosenblatt (1958)]({DOI})."),
    both("輸入（$x$）與\n$$ w $$\n權重。", "The input ($x$) and\n$$ w $$\nthe weight."),
    alike(r"$$ z = w^\top x + b \tag{2.1} $$"),
    plot(FIGURE),
    both("圖 2.1：一條線。", "Figure 2.1: A line, 線."),
]


def write_book(root: Path) -> Path:
    (root / "_ext").mkdir()
    for room in (ROOT / "_ext").iterdir():
        if room.name != "check":  # its exceptions are for cells of another book
            (root / "_ext" / room.name).symlink_to(room)
    shutil.copy(ROOT / "_config.yml", root)
    (root / "_toc.yml").write_text(TOC, "utf8")
    write(root / "index.ipynb", both("# 書", "# A book"))
    write(root / "chapters/02-neuron.ipynb", *NEURON)
    caption = both("圖 5.1：一層。", "Figure 5.1: A layer.")
    drawn = [SET_UP], plot(LABELED, "plots.plot()", tags=["hide-input"]), caption
    equation = alike(r"$$ Z = AW \tag{5.1} $$")
    write(root / "chapters/05-layers.ipynb", LAYERS, *drawn, CITING, equation)
    write(root / "chapters/references.ipynb", both("# 參考文獻", "# References"))
    (root / "chapters/references.bib").write_text(BIBLIOGRAPHY, "utf8")
    (root / "chapters/labels.tsv").write_text(LABELS, "utf8")
    return root


def make_book(root: Path, **variables: str) -> tuple[int, str]:
    """What `make book` runs, for another book: the exit code and what it says is wrong.

    The book has no address but what the variables say.
    """
    command = [sys.executable, str(COMMAND), "build", str(root)]
    known = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
    run = subprocess.run(
        command, env=known | variables, capture_output=True, text=True, encoding="utf8"
    )
    return run.returncode, run.stderr


def page(root: Path, lang: str, name: str) -> str:
    return (root / "_build/site" / lang / f"{name}.html").read_text("utf8")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_book(tmp_path_factory.mktemp("book"))
    write(root / "chapters/glossary.ipynb", both("# 詞彙表", "# Glossary"))
    (root / "chapters/glossary.tsv").write_text(GLOSSARY, "utf8")
    (root / "_toc.yml").write_text(f"{TOC}      - file: chapters/glossary\n", "utf8")
    assert make_book(root) == (0, "")
    return root


def test_each_book_has_its_language(book: Path) -> None:
    chinese, english = page(book, "zh-Hant", "index"), page(book, "en", "index")
    assert '<html lang="zh-Hant-TW"' in chinese
    assert '<html lang="en"' in english
    assert "推得出、跑得動、驗得過" in chinese
    assert "Neural Networks" not in chinese
    assert "Derive It, Run It, Check It" in english
    assert "神經網路" not in english


def test_toc_captions_are_divided(book: Path) -> None:
    chinese, english = page(book, "zh-Hant", "index"), page(book, "en", "index")
    assert "基礎" in chinese
    assert "Foundations" not in chinese
    assert "Foundations" in english
    assert "基礎" not in english


def test_both_books_share_their_section_ids(book: Path) -> None:
    ids = [re.findall(r'<section[^>]* id="([^"]+)"', page(book, lang, "chapters/02-neuron"))
           for lang in ("zh-Hant", "en")]  # fmt: skip
    assert ids == [["the-neuron", "the-bias"]] * 2


@pytest.mark.parametrize(("lang", "other"), [("zh-Hant", "en"), ("en", "zh-Hant")])
def test_each_page_links_to_the_other_book(book: Path, lang: str, other: str) -> None:
    html = page(book, lang, "chapters/02-neuron")
    assert re.search(
        rf'<a [^>]*translation[^>]* href="../../{other}/chapters/02-neuron.html"', html
    )
    assert html.count('rel="alternate" hreflang=') == 2


def test_numbers_follow_the_file_name(book: Path) -> None:
    html = page(book, "en", "chapters/05-layers")
    assert '<span class="section-number">5 </span>Layers' in html
    assert '<span class="eqno">(5.1)' in html


def test_citations_and_links_lead_to_other_chapters(book: Path) -> None:
    html = page(book, "zh-Hant", "chapters/05-layers")
    assert 'href="02-neuron.html#equation-eq-2-1">(2.1)</a>' in html
    assert 'href="02-neuron.html#the-bias"' in html


def test_a_figure_has_a_caption_and_is_cited(book: Path) -> None:
    for lang, cited in (("zh-Hant", "圖"), ("en", "Figure")):
        html = page(book, lang, "chapters/02-neuron")
        assert re.search(
            rf'<p class="figure-caption" id="figure-2-1"><span class="number">{cited}', html
        )
        citing = page(book, lang, "chapters/05-layers")
        assert f'href="02-neuron.html#figure-2-1">{cited}\u00a02.1</a>' in citing


def test_literature_leads_to_its_entry(book: Path) -> None:
    assert 'href="references.html#rosenblatt1958"' in page(book, "en", "chapters/02-neuron")
    references = page(book, "en", "chapters/references")
    assert 'id="rosenblatt1958"' in references
    assert f'href="{DOI}"' in references
    assert '<span lang="zh-Hans">感知器</span>' in references


def test_chinese_words_in_english_are_marked(book: Path) -> None:
    assert 'A line, <span lang="zh-Hant">線</span>.' in page(book, "en", "chapters/02-neuron")
    assert "<span lang" not in page(book, "zh-Hant", "chapters/02-neuron").partition("<article")[2]


def test_formulas_need_no_script(book: Path) -> None:
    html = page(book, "en", "chapters/02-neuron")
    assert '<span class="katex-html"' in html
    assert "mathjax.js" not in html.lower()
    assert r"\tag" not in html


def test_formulas_stand_well_in_their_lines(book: Path) -> None:
    html = page(book, "zh-Hant", "chapters/02-neuron")
    kept = r'<p>輸入<span class="unbroken">（<span class="math">.*</span>）</span>與\s*</p>'
    assert re.search(kept + r'\s*<div class="math">\s*<span.*</div>\s*<p>\s*權重。</p>', html)


def test_figures_follow_the_page(book: Path) -> None:
    html = page(book, "zh-Hant", "chapters/02-neuron")
    assert f'role="img" aria-label="{ALT["zh-Hant"]}"' in html
    assert '<path id="figure-11-m1" d="M 0.12 1" style="stroke: var(--fig-blue)"/>' in html
    assert '<use href="#figure-11-m1"/>' in html
    assert "fill: red" not in html
    assert "g1" not in html


def test_words_in_figures_are_in_the_language_of_the_page(book: Path) -> None:
    assert ">層</text>" in page(book, "zh-Hant", "chapters/05-layers")
    assert "<!-- layer --><g" in page(book, "en", "chapters/05-layers")


@pytest.mark.parametrize(
    ("lang", "needs", "how"),
    [
        ("zh-Hant", "這一章要用的東西", "這張圖怎麼畫"),
        ("en", "What this chapter needs", "How this figure is drawn"),
    ],
)
def test_folded_code_stands_above_its_figure(book: Path, lang: str, needs: str, how: str) -> None:
    html = page(book, lang, "chapters/05-layers")
    folded = re.findall(r'<details class="folded"><summary>(.*?)</summary>', html)
    assert folded == [needs, how]
    details = html.index(f"<summary>{how}")
    end = html.index("</details>", details)
    assert details < html.index("plots", details) < end < html.index("<svg", details)
    assert "Toggle" not in html


def test_heat_maps_are_smooth_and_images_show_their_pixels() -> None:
    figure = Figure()
    heat_map, image = figure.subplots(1, 2)
    plots.decision(heat_map, lambda X: X[:, 0])
    plots.images(image, np.eye(3)[None])
    file = io.StringIO()
    figure.savefig(file, format="svg")
    assert file.getvalue().count(PIXELATED) == 2
    assert smooth(file.getvalue()).count(PIXELATED) == 1
    assert re.search(rf'id="pixels"[^>]*{PIXELATED}', smooth(file.getvalue()))


def test_pages_ask_no_other_host(book: Path) -> None:
    for path in (book / "_build/site").rglob("*.html"):
        loaded = re.findall(r"<(?:script|img|link)[^>]+(?:src|href)=\"([^\"]+)", path.read_text())
        assert not [address for address in loaded if "//" in address]


def test_chooser_offers_both(book: Path) -> None:
    html = (book / "_build/site/index.html").read_text("utf8")
    for lang in ("zh-Hant", "en"):
        assert f'<a href="{lang}/index.html"' in html


POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">')


def test_nothing_is_promised_without_an_address(book: Path) -> None:
    site = book / "_build/site"
    html = page(book, "en", "chapters/02-neuron")
    assert 'href="../../notebooks/en/chapters/02-neuron.ipynb" download' in html
    for path in site.rglob("*.html"):
        text = path.read_text("utf8")
        assert not re.search(r"colab|mybinder|github\.|og:image|canonical", text), path
        assert POLICY.search(text), path
    assert not (site / "sitemap.xml").exists()
    assert (site / "robots.txt").read_text() == "User-agent: *\nAllow: /\n"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_book(tmp_path_factory.mktemp("published"))
    variables = {"GITHUB_REPOSITORY": "Alice/nn", "GITHUB_SHA": "0123456789" * 4}
    assert make_book(root, **variables) == (0, "")
    return root


@pytest.mark.parametrize("lang", ["zh-Hant", "en"])
def test_a_fork_has_its_own_address(published: Path, lang: str) -> None:
    html = page(published, lang, "chapters/02-neuron")
    file = f"{lang}/chapters/02-neuron.ipynb"
    for target in (
        f"https://colab.research.google.com/github/Alice/nn/blob/notebooks/{file}",
        f"https://mybinder.org/v2/gh/Alice/nn/notebooks?urlpath=lab/tree/{file}",
        f"../../notebooks/{file}",
        "https://github.com/Alice/nn/edit/main/chapters/02-neuron.ipynb",
        "https://github.com/Alice/nn/blob/main/CITATION.cff",
        f"https://alice.github.io/nn/{lang}/chapters/02-neuron.html",
        "https://alice.github.io/nn/zh-Hant/chapters/02-neuron.html",
        "https://alice.github.io/nn/",
    ):
        assert f'href="{target}"' in html, target
    assert f'content="https://alice.github.io/nn/{lang}/_static/card-{lang}.png"' in html
    assert "0123456</code>" in html
    card = published / f"_build/site/{lang}/_static/card-{lang}.png"
    assert card.read_bytes().startswith(b"\x89PNG")


def test_search_engines_find_every_page_in_both_languages(published: Path) -> None:
    site = published / "_build/site"
    tree = ElementTree.parse(site / "sitemap.xml")
    names = [each.text or "" for each in tree.findall("{*}url/{*}loc")]
    chapters = ("02-neuron", "05-layers", "references")
    pages = ["index.html", *(f"chapters/{name}.html" for name in chapters)]
    assert sorted(names) == sorted(
        f"https://alice.github.io/nn/{lang}/{name}" for lang in ("zh-Hant", "en") for name in pages
    )
    assert len(tree.findall("{*}url/{*}link")) == 2 * len(names)
    assert "Sitemap: https://alice.github.io/nn/sitemap.xml" in (site / "robots.txt").read_text()
    chooser = (site / "index.html").read_text("utf8")
    assert '<link rel="canonical" href="https://alice.github.io/nn/">' in chooser


def test_the_page_for_what_is_not_there_works_at_any_depth(published: Path) -> None:
    html = (published / "_build/site/404.html").read_text("utf8")
    links = re.findall(r'(?:href|src)="([^"]+)"', html)
    assert links
    for link in links:
        assert link.startswith("/nn/")
        assert (published / "_build/site" / link.removeprefix("/nn/")).is_file(), link


def test_another_address_changes_every_page(published: Path) -> None:
    assert make_book(published, GITHUB_REPOSITORY="bob/fork") == (0, "")
    for path in (published / "_build/site").rglob("*.html"):
        assert "alice" not in path.read_text("utf8").lower(), path
    made = (published / "_build/site/notebooks/en/chapters/02-neuron.ipynb").read_text("utf8")
    assert "https://github.com/bob/fork/archive/" in made


FAULTY = [
    (r"$$ a \tag{5.2} $$", r"\tag{5.2} is equation 5.1 of the book. Write \tag{5.1} and mend what"),
    (r"$\frac{$", r"KaTeX cannot set $\frac{$: Unexpected end of input"),
    ("[x](#nowhere)", "cross-reference target not found: 'nowhere'. Link to a heading's English"),
    ("[x](02-neuron.ipynb#nowhere)", "'nowhere'. Link to the English slug of a heading."),
    ("[x](03-absent.ipynb)", "target not found: '03-absent.ipynb'. Link to a heading's English"),
    ("式 (2.9), Eq. (2.9)", r"equation (2.9) is cited but no cell has \tag{2.9}. Add the tag or"),
    ("[A](https://doi.org/10.1/no)", "https://doi.org/10.1/no is not in chapters/references.bib."),
    ("![x](no.svg)", "image file not readable: chapters/no.svg. Correct the image's address."),
]


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the build alone says of a book that has every fault."""
    root = write_book(tmp_path_factory.mktemp("faults"))
    write(root / "chapters/05-layers.ipynb", LAYERS, *(alike(source) for source, _ in FAULTY))
    write(root / "chapters/07-lost.ipynb", both("# 迷路", "# Lost"))
    (root / "_toc.yml").write_text(TOC + "      - file: chapters/08-absent\n", "utf8")
    script = "import json, pathlib, sys; from publish import build"
    script += "; root = pathlib.Path(sys.argv[1]); print(json.dumps(build.build_books(root)))"
    command = [sys.executable, "-c", script, str(root)]
    run = subprocess.run(command, cwd=ROOT / "_ext", capture_output=True, text=True, check=True)
    return list(json.loads(run.stdout))


@pytest.mark.parametrize("number", range(len(FAULTY)), ids=[source for source, _ in FAULTY])
def test_a_fault_is_named_with_its_cell(faults: list[str], number: int) -> None:
    message = FAULTY[number][1]
    for cell in (3 + 2 * number, 4 + 2 * number):
        place = f"chapters/05-layers.ipynb, cell {cell}: "
        assert [fault for fault in faults if fault.startswith(place) and message in fault], faults


def test_a_chapter_must_be_in_the_toc(faults: list[str]) -> None:
    lost = "chapters/07-lost.ipynb: document isn't included in any toctree. Add it to _toc.yml."
    assert lost in faults


def test_the_toc_must_name_chapters(faults: list[str]) -> None:
    absent = "nonexisting document 'chapters/08-absent'. Correct its name in _toc.yml."
    assert [fault for fault in faults if absent in fault]


def test_no_fault_is_said_twice(faults: list[str]) -> None:
    assert len(faults) == 2 * len(FAULTY) + 2


# Last, for they change the book.


def test_an_edited_cell_changes_both_books(book: Path) -> None:
    new = both("新的一段。", "A new paragraph.")
    write(book / "chapters/02-neuron.ipynb", both("# 神經", "# A neuron"), *NEURON[1:], new)
    assert make_book(book) == (0, "")
    assert "新的一段。" in page(book, "zh-Hant", "chapters/02-neuron")
    assert "A new paragraph." in page(book, "en", "chapters/02-neuron")
    assert "2 A neuron</a>" in page(book, "en", "chapters/05-layers")  # in the table of contents


def test_an_edited_cell_leaves_the_names_of_the_glossary_in_the_search(book: Path) -> None:
    new = both("新的一段。", "A new paragraph.")
    write(book / "chapters/references.ipynb", both("# 參考文獻", "# References"), new)
    assert make_book(book) == (0, "")
    index = (book / "_build/site/en/searchindex.js").read_text("utf8")
    assert re.search(r'"?indexentries"?: ?\{[^}]*"?intercept"?:', index)


def test_an_edited_configuration_changes_every_page(book: Path) -> None:
    contents = (book / "_toc.yml").read_text("utf8")
    (book / "_toc.yml").write_text(contents.replace("Foundations", "Beginnings"), "utf8")
    assert make_book(book) == (0, "")
    assert "Beginnings" in page(book, "en", "chapters/05-layers")


def test_an_edited_list_of_labels_changes_every_page(tmp_path: Path) -> None:
    before = fingerprint(write_book(tmp_path))
    (tmp_path / "chapters/labels.tsv").write_text(LABELS.replace("層", "層數"), "utf8")
    assert fingerprint(tmp_path) != before


def test_a_fault_stays_until_it_is_mended(book: Path) -> None:
    chapter = book / "chapters/02-neuron.ipynb"
    write(chapter, *NEURON, alike(r"$\frac{$"))
    first, again = make_book(book), make_book(book)
    assert first == again
    assert first[0] == 1
    assert "chapters/02-neuron.ipynb, cell 14: KaTeX cannot set" in first[1]
    write(chapter, *NEURON)
    assert make_book(book) == (0, "")
