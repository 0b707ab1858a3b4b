"""Each rule of the prose: the fault with its message, and what looks like it and is right."""

import json
from pathlib import Path
from typing import Any

import pytest

from check.rules import ROOT, check_book, main
from check.words import avoided

NAME = "chapters/02-neuron.ipynb"
DOI = "https://doi.org/10.1"

BIBLIOGRAPHY = r"""
@article{one, author = {Rosenblatt, Frank}, year = 1958, doi = {10.1/one}}
@article{two, author = {Minsky, M. and Papert, S.}, year = 1969, url = {https://example.org/two}}
@article{three, author = {LeCun, Yann and Bottou, L{\'e}on and Orr, Genevieve}, year = 1998,
  doi = {10.1/three}}
"""

Cell = dict[str, Any]


def zh(source: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {"lang": "zh-Hant"}, "source": source}


def en(source: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {"lang": "en"}, "source": source}


def both(source: str, **metadata: str) -> Cell:
    return {"cell_type": "markdown", "metadata": metadata, "source": source}


def code(source: str = "x = 1", figures: int = 0, **metadata: Any) -> Cell:
    figure = {"output_type": "display_data", "data": {"image/svg+xml": "<svg/>"}, "metadata": {}}
    cell = {"cell_type": "code", "metadata": metadata, "source": source}
    return {**cell, "outputs": [figure] * figures, "execution_count": 1}


def figure(chinese: str | None, english: str | None) -> Cell:
    alt = {"zh-Hant": chinese, "en": english}
    return code(figures=1, alt={lang: text for lang, text in alt.items() if text is not None})


def captioned(cells: list[Cell]) -> list[Cell]:
    """The cells of a chapter, whose figures have captions."""
    made: list[Cell] = []
    count = 0
    for each in cells:
        made.append(each)
        if each.get("outputs"):
            count += 1
            made += [zh(f"圖 2.{count}：圖。"), en(f"Figure 2.{count}: A picture.")]
    return made


def write(path: Path, cells: list[Cell]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}), "utf8")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book with a bibliography and a chapter that another can link to and that cites all."""
    cited = f"[A]({DOI}/one), [B](https://example.org/two), [C]({DOI}/three)"
    other = [
        *(zh("# 其他"), en("# Other")),
        *(zh("## 連鎖律"), en("## The chain rule")),
        *(zh(rf"$$ a \tag{{3.1}} $$ {cited}"), en(rf"$$ a \tag{{3.1}} $$ {cited}")),
    ]
    write(tmp_path / "chapters/03-other.ipynb", other)
    (tmp_path / "chapters/references.bib").write_text(BIBLIOGRAPHY, "utf8")
    return tmp_path


TAGGED = r"$$ a \tag{2.1} $$"
SHOWN = code("x = 10, 12, 30, 0.5, 2.1, 2.5, 3.1, 3.5, 10_000, 60_000")  # what prose may say
LIST = "- 一\n- 二"
ENGLISH_ALT = "A curve that rises from left to right."
CHINESE_ALT = "一條由左往右上升的曲線。"

# The cells of a notebook, the cell at fault, and the message.
GRADIENT = r"$$ \frac{\partial \ell}{\partial w} = (\hat y - y) x \tag{2.1} $$"
PROOF = "def slope(x):\n    return x\nprove('2.1', slope, x, of=cost, at=w, autograd=g)"

FAULTS: dict[str, tuple[list[Cell], int, str]] = {
    "a gradient that nothing proves": (
        [both(GRADIENT), code("prove('2.2', slope)")],
        1,
        'equation (2.1) holds 1 gradients, of which 0 are proved. Add a cell with prove("2.1", …).',
    ),
    "two gradients in one equation and one proof": (
        [both(GRADIENT.replace(r"\tag", r"\\\\ \boldsymbol\delta &= x \tag")), code(PROOF)],
        1,
        'equation (2.1) holds 2 gradients, of which 1 are proved. Add a cell with prove("2.1", …).',
    ),
    "a proof of what has no name": (
        [both(GRADIENT), code("%time\nprove('2.1', lambda x: x, x, of=cost, at=w, autograd=g)")],
        1,
        "equation (2.1) is proved for lambda x: x, which is no function of this notebook. "
        "Name the formula with def, or import it.",
    ),
    "a quarrel with slides": (
        [zh("有份投影片寫反了。"), en("It slides. Note it in a notebook.")],
        1,
        'it speaks of a source that the reader cannot see: "有份投影片寫反了。". '
        "Say the mistake and show it; who made it belongs in the appendix of errata.",
    ),
    "a quarrel with notes": (
        [zh("寫反了。"), en("Note this. Some lecture notes have it reversed.")],
        2,
        'it speaks of a source that the reader cannot see: "this. Some lecture notes have ". '
        "Say the mistake and show it; who made it belongs in the appendix of errata.",
    ),
    "no English partner": (
        [zh("一"), zh("二"), en("two")],
        1,
        "no English partner follows this zh-Hant cell. Write the en cell right after it.",
    ),
    "code between partners": (
        [zh("一"), code(), both("$a$"), zh("一"), en("one")],
        1,
        "no English partner follows this zh-Hant cell. Write the en cell right after it.",
    ),
    "no Chinese partner": (
        [code(), en("one")],
        2,
        "this en cell has no Chinese partner. Write the zh-Hant cell right before it.",
    ),
    "no language": (
        [both("Hello $x$")],
        1,
        "this text has no language. "
        'Split it into a zh-Hant and an en cell, and write "lang" in their metadata.',
    ),
    "unknown language": (
        [both("你好", lang="zh-TW")],
        1,
        '"lang" is "zh-TW" in its metadata. Write "zh-Hant" or "en".',
    ),
    "code with a language": (
        [code(lang="en")],
        1,
        'a code cell belongs to both languages. Take "lang" out of its metadata.',
    ),
    "heading levels": (
        [zh("## 一"), en("### One")],
        1,
        "its English partner, cell 2, is built differently: block 1 is a heading of level 2 here "
        "and a heading of level 3 there. Give both the same blocks.",
    ),
    "list items": (
        [zh(LIST), en("- one\n- two\n- three")],
        1,
        "its English partner, cell 2, is built differently: block 1 is a list of 2 items "
        "here and a list of 3 items there. Give both the same blocks.",
    ),
    "kinds of list": (
        [zh(LIST), en("1. one\n2. two")],
        1,
        "its English partner, cell 2, is built differently: block 1 is a list of 2 items "
        "here and a numbered list of 2 items there. Give both the same blocks.",
    ),
    "table size": (
        [zh("| 一 |\n|---|\n| 二 |"), en("| a | b |\n|---|---|\n| c | d |")],
        1,
        "its English partner, cell 2, is built differently: block 1 is a table of 2 rows and "
        "1 columns here and a table of 2 rows and 2 columns there. Give both the same blocks.",
    ),
    "one paragraph more": (
        [zh("一"), en("one\n\ntwo")],
        1,
        "its English partner, cell 2, is built differently: block 2 is the end here "
        "and a paragraph there. Give both the same blocks.",
    ),
    "formula": (
        [zh("$$ a + b $$"), en("$$ a - b $$")],
        1,
        r"the formula a + b is another in its English partner, cell 2. "
        r"Only what is inside \text{…} may differ.",
    ),
    "tags of partners": (
        [zh(TAGGED), en("$$ a $$")],
        1,
        r"\tag is 2.1 here and none in its English partner, cell 2. Give both the same tag.",
    ),
    "number in a formula": (
        [zh("當 $b = -4$ 時"), en("at $b = -5$ or 4")],
        2,
        "its partner, cell 1, lacks numbers of its formulas: 5. "
        "Make both say the same, in figures.",
    ),
    "link in one language": (
        [zh("[連鎖律](03-other.ipynb)"), en("the chain rule")],
        1,
        "its partner, cell 2, has no link to 03-other.ipynb. Add it there.",
    ),
    "tag missing": (
        [zh(TAGGED), en(TAGGED), both(r"$$ b \tag{2.3} $$"), both(r"$$ c \tag{2.4} $$")],
        3,
        r"\tag{2.3} is out of order. Write \tag{2.2}, and mend what cites it.",
    ),
    "tag repeated": (
        [both(TAGGED), both(r"$$ b \tag{2.1} $$")],
        2,
        r"\tag{2.1} is already in cell 1. Write \tag{2.2}.",
    ),
    "tag of another chapter": (
        [both(r"$$ b \tag{4.1} $$")],
        1,
        r"\tag{4.1} in chapter 2. Write \tag{2.1}.",
    ),
    "tag that is no number": (
        [both(r"$$ b \tag{*} $$")],
        1,
        r"\tag{*} in chapter 2. Write \tag{2.1}.",
    ),
    "citation of no equation": (
        [zh("見式 (2.7)。"), en("See above.")],
        1,
        r"equation (2.7) is cited but no cell has \tag{2.7}. Add the tag or mend the number.",
    ),
    "English citation of no equation": (
        [zh("見上。"), en("See Eq. (2.7).")],
        2,
        r"equation (2.7) is cited but no cell has \tag{2.7}. Add the tag or mend the number.",
    ),
    "bare citation": (
        [both(TAGGED), zh("由 (2.1) 得"), en("This follows.")],
        2,
        "(2.1) alone is no link. Write 式 (2.1).",
    ),
    "second of two citations": (
        [both(TAGGED), zh("見下"), en("Eq. (2.1) and (3.1) agree.")],
        3,
        "(3.1) alone is no link. Write Eq. (3.1).",
    ),
    "citation in the other language": (
        [both(TAGGED), zh("見 Eq. (2.1)"), en("Eq. (2.1)")],
        2,
        "(2.1) alone is no link. Write 式 (2.1).",
    ),
    "wrong year": (
        [zh(f"[Rosenblatt (1958)]({DOI}/one)"), en(f"[Rosenblatt (1957)]({DOI}/one)")],
        2,
        '"Rosenblatt (1957)" links to the work one. Write "Rosenblatt (1958)" or mend the link.',
    ),
    "wrong author": (
        [zh(f"[Rosenblat (1958)]({DOI}/one)"), en(f"[Rosenblatt (1958)]({DOI}/one)")],
        1,
        '"Rosenblat (1958)" links to the work one. Write "Rosenblatt (1958)" or mend the link.',
    ),
    "one of two authors": (
        [zh("[書](https://example.org/two)"), en("[Minsky (1969)](https://example.org/two)")],
        2,
        '"Minsky (1969)" links to the work two. Write "Minsky and Papert (1969)" or mend the link.',
    ),
    "one of three authors": (
        [zh(f"[LeCun (1998)]({DOI}/three)"), en(f"[it]({DOI}/three)")],
        1,
        '"LeCun (1998)" links to the work three. Write "LeCun 等人 (1998)" or mend the link.',
    ),
    "no alternative text": (
        [figure(None, ENGLISH_ALT)],
        1,
        "its figure has no zh-Hant alternative text. "
        'Write "alt": {"zh-Hant": "…"} in the metadata.',
    ),
    "empty alternative text": (
        [figure(CHINESE_ALT, " ")],
        1,
        'its figure has no en alternative text. Write "alt": {"en": "…"} in the metadata.',
    ),
    "same alternative text": (
        [figure(ENGLISH_ALT, ENGLISH_ALT)],
        1,
        "its alternative text is the same in both languages. Write each in its own.",
    ),
    "short alternative text": (
        [figure(CHINESE_ALT, "A curve.")],
        1,
        'its en alternative text "A curve." is too short. Say what the figure shows.',
    ),
    "short Chinese alternative text": (
        [figure("一條上升的曲線。", ENGLISH_ALT)],
        1,
        'its zh-Hant alternative text "一條上升的曲線。" is too short. Say what the figure shows.',
    ),
    "two figures": (
        [code(figures=2, alt={"zh-Hant": CHINESE_ALT, "en": ENGLISH_ALT})],
        1,
        "its output holds 2 figures. Draw one figure in a cell.",
    ),
    "image in prose": (
        [zh("![](03-other.ipynb)"), en("![a chapter](03-other.ipynb)")],
        1,
        "an image has no alternative text. Describe it between the brackets of ![…](…).",
    ),
    "avoided word": (
        [zh("這個神經網絡"), en("this network")],
        1,
        "「網絡」 is not the book's word. "
        "Write 「網路」, or in a quotation add <!-- term-ok: 網絡 -->.",
    ),
    "avoided word in alternative text": (
        [figure("圖像裡有一條上升的曲線。", ENGLISH_ALT)],
        1,
        "「圖像」 is not the book's word. "
        "Write 「影像」, or in a quotation add <!-- term-ok: 圖像 -->.",
    ),
    "another word excused": (
        [zh("<!-- term-ok: 算法 -->\n\n小批量"), en("mini-batch")],
        1,
        "「小批量」 is not the book's word. "
        "Write 「小批次」, or in a quotation add <!-- term-ok: 小批量 -->.",
    ),
    "Simplified": (
        [zh("神經网路和学習"), en("networks and learning")],
        1,
        "Simplified characters: 学 网. Write the Traditional ones, "
        "or in a quotation add <!-- term-ok: 学 网 -->.",
    ),
    "Simplified in a formula": (
        [zh(r"$$ a \quad \text{当} $$"), en(r"$$ a \quad \text{when} $$")],
        1,
        "Simplified characters: 当. Write the Traditional ones, "
        "or in a quotation add <!-- term-ok: 当 -->.",
    ),
    "outside Big5": (
        [zh("因爲"), en("because")],
        1,
        "characters outside Big5, which Taiwan uses: 爲. Write the usual ones, "
        "or in a name add <!-- term-ok: 爲 -->.",
    ),
    "comment in Chinese": (
        [code("x = 1  # 權重")],
        1,
        'both books show the comment "# 權重". Write it in English.',
    ),
    "wide code": (
        [code("y = 1\nx = " + "1" * 61)],
        1,
        f'a line of code has 65 characters, "x = {"1" * 16}…". Break it at 64, what a phone shows.',
    ),
    "a file": (
        [code("with open('x.csv') as f:\n    rows = list(f)")],
        1,
        "it reads a file: open(…). Ship what it needs inside a package, "
        "and read it through that package, as nnlib.data does.",
    ),
    "a file of NumPy": (
        [code("W = np.load('x.npy')")],
        1,
        "it reads a file: np.load(…). Ship what it needs inside a package, "
        "and read it through that package, as nnlib.data does.",
    ),
    "a file and memory": (
        [code("torch.load(io.BytesIO(b''))\ntext = path.read_text()")],
        1,
        "it reads a file: read_text(…). Ship what it needs inside a package, "
        "and read it through that package, as nnlib.data does.",
    ),
    "wide code in prose": (
        [zh(f"```\n{'x' * 65}\n```"), en("```\nx\n```")],
        1,
        f'a line of code has 65 characters, "{"x" * 20}…". Break it at 64, what a phone shows.',
    ),
    "full-width punctuation in English": (
        [zh("「甲」"), en("the bias，the weight")],
        2,
        'full-width punctuation in English: "e bias，the we". Write the half-width form.',
    ),
    "full-width punctuation in English alternative text": (
        [figure(CHINESE_ALT, "A curve that rises（slowly）.")],
        1,
        'full-width punctuation in English: " rises（slowly）.". Write the half-width form.',
    ),
}

# Chinese text (partner: "text"), and the message.
CHINESE_FAULTS = {
    "貝氏定理（Bayes' theorem）": (
        'an apostrophe that the page takes for a quotation mark: "（Bayes\' theor". Write ’.'
    ),
    "梯度,下降": 'half-width punctuation in Chinese: "梯度,下降". Write ，.',
    "很大.": 'half-width punctuation in Chinese: "很大.". Write 。.',
    "用 ReLU. 接著": 'half-width punctuation in Chinese: "用 ReLU. 接著". Write 。.',
    "用 ReLU.": 'half-width punctuation in Chinese: "用 ReLU.". Write 。.',
    "權重 $w$, 偏置": 'half-width punctuation in Chinese: "權重 $…$, 偏置". Write ，.',
    "神經元(neuron) 是": 'half-width punctuation in Chinese: "神經元(neuron". Write （.',
    "神經元 (neuron) 是": 'half-width punctuation in Chinese: "神經元 (neuron". Write （.',
    "參數 (又稱權重)": ('half-width punctuation in Chinese: "參數 (又稱權重)". Write （ ）.'),
    '叫做"偏置"的': 'English quotation marks in Chinese: "叫做"偏置"的". Write 「」.',
    "叫做“偏置”": ('English quotation marks in Chinese: "叫做“偏置”". Write 「」.'),
    "用ReLU 做": (
        'no space between Chinese and letters, figures or formulas: "用ReLU 做". Add one.'
    ),
    "第 2章": ('no space between Chinese and letters, figures or formulas: "第 2章". Add one.'),
    "把 $w$加倍": (
        'no space between Chinese and letters, figures or formulas: "把 $…$加倍". Add one.'
    ),
    "把`w`\n加倍": (
        'no space between Chinese and letters, figures or formulas: "把`…` 加倍". Add one.'
    ),
    "見[Rosenblatt](03-other.ipynb) 的": (
        'no space between Chinese and letters, figures or formulas: "見Rosenb". Add one.'
    ),
    "約 10%的": ('no space between Chinese and letters, figures or formulas: "約 10%的". Add one.'),
    "「梯度」 是": 'a space beside full-width punctuation: "「梯度」 是". Remove it.',
    "用 ReLU ，再": 'a space beside full-width punctuation: "用 ReLU ，再". Remove it.',
    "梯度\n下降": (
        'a line break that shows as a space: "梯度 下降". Break the line after punctuation.'
    ),
    "**梯度（gradient）**的": (
        'a marker of bold or italics shows as it stands: "**梯度（gradient）**的". '
        "Leave brackets, punctuation and formulas outside it: **梯度**（gradient）."
    ),
    "*「梯度」*的": (
        'a marker of bold or italics shows as it stands: "*「梯度」*的". '
        "Leave brackets, punctuation and formulas outside it: **梯度**（gradient）."
    ),
    "這叫_梯度_下降": (
        'a marker of bold or italics shows as it stands: "這叫_梯度_下降". '
        "Leave brackets, punctuation and formulas outside it: **梯度**（gradient）."
    ),
}

# Text that is at fault in either language.
MYST = "MyST syntax, which Colab shows raw: {}. Write plain Markdown."
NO_FILE = "the link to {} leads to no file of the book. Mend its path."
COMMON_FAULTS = {
    "```{note}\nx\n```": MYST.format("```{note}"),
    ":::{note}\nx\n:::": MYST.format(":::{note}, :::"),
    "1 {math}`x`": MYST.format("{math}`…`"),
    "(my-label)=": MYST.format("(my-label)="),
    "{{ name }}": MYST.format("{{ name }}"),
    "$$ a $$ (label)": MYST.format("$$…$$ (label)"),
    "| a | $f$ |\n|---|---|\n| b | 1 |": (
        'the column "$f$" of a table has no name that can be read aloud. '
        "Put a word into its heading."
    ),
    "[](03-other.ipynb)": MYST.format("[](03-other.ipynb)"),
    "[5](05-five.ipynb)": NO_FILE.format("05-five.ipynb"),
    "[root](../../..)": NO_FILE.format("../../.."),
    "[rule](03-other.ipynb#chain-rule)": (
        "the link to 03-other.ipynb#chain-rule leads to no section. "
        "Write the slug of an English heading: the nearest is #the-chain-rule."
    ),
    f"[A (2000)]({DOI}/x)": (
        f"{DOI}/x is not in chapters/references.bib. Add an entry with this doi or url."
    ),
}

RIGHT: dict[str, list[Cell]] = {
    "a gradient and its proof": [both(GRADIENT), code(PROOF)],
    "a definition and a step are no gradients": [
        both(r"$$ \boldsymbol\delta \equiv \frac{\partial \ell}{\partial z} \tag{2.1} $$"),
        both(r"$$ \theta \leftarrow \theta - \eta \nabla C \tag{2.2} $$"),
    ],
    "formula alone": [both("$$ a $$")],
    "number before a heading": [zh("## 1. 前言"), en("## 1. Preface")],
    "term-ok on one side": [zh("<!-- term-ok: 網絡 -->\n\n「網絡」是誤譯。"), en("A quotation.")],
    "characters in a quotation": [
        zh("<!-- term-ok: 神经网络 -->\n\n書名《神经网络》<!-- 学 -->"),
        en("A title."),
    ],
    "words in formulas": [
        zh(r"$$ a \quad \text{若 $x > 0$，\textbf{否則}} $$"),
        en(r"$$ a \quad \text{if $x > 0$, \textbf{else}} $$"),
    ],
    "number in words, figures and thousands": [
        zh("有 $60{,}000$ 張，$0.5$ 為界"),
        en("60,000 of them, with 0.5 between"),
    ],
    "tags": [zh(TAGGED), en(TAGGED), both(r"$$ b \tag{2.2} $$")],
    "tag in code": [zh(r"寫 `\tag{2.7}`"), en(r"Write `\tag{2.7}`")],
    "citations": [
        *(
            both(TAGGED),
            zh("式 (2.1) 與式 (3.1)，$f$(2.1)"),
            en("Eq. (2.1), Equation (3.1), f(2.1)"),
        ),
    ],
    "numbers in brackets": [zh("數值（2.5）"), en("a value (2.5)")],
    "links": [
        *(zh("## 這裡"), en("## Right here")),
        zh("[一](#right-here)、[二](03-other.ipynb#the-chain-rule)、[三](references.bib)"),
        en("[1](#right-here), [2](03-other.ipynb#the-chain-rule), [3](references.bib)"),
    ],
    "literature": [
        zh(
            f"[Rosenblatt (1958)]({DOI}/one)、[Minsky 與 Papert (1969)](https://example.org/two)、"
            f"[LeCun 等人 (1998)]({DOI}/three)、[LeCun et al. (1998)]({DOI}/three)、[書]({DOI}/one)"
        ),
        en(
            f"[Rosenblatt (1958)]({DOI}/one), [Minsky & Papert (1969)](https://example.org/two), "
            f"[LeCun et al. (1998, p. 3)]({DOI}/three), [the book]({DOI}/one)"
        ),
    ],
    "figure": [figure(CHINESE_ALT, ENGLISH_ALT)],
    "points in alternative text": [
        figure("四個點落在 (0, 0)、(0, 1) 和 (1, 1)，函數 f(x) 與 (a+b) 同高。", ENGLISH_ALT)
    ],
    "MyST as an example": [zh("寫 `{math}` 或 `:::`"), en("Write `{math}` or `:::`")],
    "braces in formulas": [zh("$x_{{a}}$、$$ {{b}} $$"), en("$x_{{a}}$, $$ {{b}} $$")],
    "stars": [zh("**梯度**（gradient）*是* `**kwargs`"), en("**gradient**: 2 * 3 * 4, `a*b*c`")],
    "underscores": [zh("叫 hidden_size 的"), en("_this_ hidden_size")],
    "Han in code": [code("print('權重')  # weights")],
    "narrow code": [code("x" * 64)],
    "Chinese title in English": [zh("《神經網路：推得出》"), en("the book 《神經網路：推得出》.")],
}

RIGHT_CHINESE = [
    "演算法、平均值、平方差、優化器、循環神經網路、計算機科學、支援向量機、資料科學",
    "在線性模型裡，區間內存在一點，由整數組成的數組合，比特徵更好，每一步均值得看",
    "連鎖律（chain rule，也叫鏈式法則）",
    "皇后、公里、里程碑、台灣、面積、系統、只有、松樹、雲",
    "行向量（column vector）和列向量（row vector）",
    "`算法`、$算法$",
    "他問：「帶傘嗎？」（不帶。）",
    "Rosenblatt (1958) 提出，LeCun et al. 的建議，A vs. 乙",
    "寬 3.5、共 10,000 筆，12:30 開始，`x.shape`，約 10% 的",
    "See LeCun, Bottou & Orr, *Efficient BackProp*.",
    "說「bias」的人叫它 “bias”，也叫 it's",
    "一行，\n下一行。\n再一行 ReLU\n接著",
    "用 ReLU\n接著",
    "「梯度」是 $x$、`y` 和 −1 的 **ReLU**",
    "第一行  \n第二行",
]


def place(number: int) -> str:
    return f"{NAME}, cell {number}: "


@pytest.mark.parametrize(("cells", "number", "message"), FAULTS.values(), ids=FAULTS)
def test_fault(book: Path, cells: list[Cell], number: int, message: str) -> None:
    write(book / NAME, [*captioned(cells), SHOWN])
    assert check_book(book) == [place(number) + message]


@pytest.mark.parametrize(("text", "message"), CHINESE_FAULTS.items())
def test_fault_in_chinese(book: Path, text: str, message: str) -> None:
    write(book / NAME, [zh(text), en(text if "](" in text else "text"), SHOWN])
    assert check_book(book) == [place(1) + message]


@pytest.mark.parametrize(("source", "message"), COMMON_FAULTS.items())
def test_fault_in_both_languages(book: Path, source: str, message: str) -> None:
    write(book / NAME, [zh(source), en(source)])
    assert check_book(book) == [place(1) + message, place(2) + message]


@pytest.mark.parametrize("cells", RIGHT.values(), ids=RIGHT)
def test_right(book: Path, cells: list[Cell]) -> None:
    write(book / NAME, [*captioned(cells), SHOWN])
    assert check_book(book) == []


@pytest.mark.parametrize("text", RIGHT_CHINESE)
def test_right_chinese(book: Path, text: str) -> None:
    write(book / NAME, [zh(text), en("text"), SHOWN])
    assert check_book(book) == []


def test_tag_outside_a_chapter(book: Path) -> None:
    write(book / "index.ipynb", [both(TAGGED)])
    assert check_book(book) == [
        r"index.ipynb, cell 1: \tag{2.1} is in no chapter. "
        "Remove it, or number the file: 02-….ipynb."
    ]


def test_landing_page_may_link_elsewhere(book: Path) -> None:
    link = "[GitHub](https://github.com)"
    write(book / "index.ipynb", [zh(link), en(link)])
    assert check_book(book) == []


def test_work_that_nobody_cites(book: Path) -> None:
    with (book / "chapters/references.bib").open("a") as bibliography:
        bibliography.write("@book{four, author = {Wu, A}, year = 2000, title = {D}, doi = {10/4}}")
    assert check_book(book) == [
        "chapters/references.bib: no notebook cites four. Cite it or remove it."
    ]
    assert check_book(book, only=["chapters/03-other.ipynb"]) == []


def test_messages_come_in_the_order_of_cells(book: Path) -> None:
    write(
        book / NAME, [zh("算法"), en("text"), both("Hello"), code("#" * 65), en("a"), zh("網絡,")]
    )
    numbers = [int(message.split("cell ")[1].split(":")[0]) for message in check_book(book)]
    assert numbers == [1, 3, 4, 5, 6, 6, 6]


def test_only_the_chosen_notebooks(book: Path) -> None:
    write(book / NAME, [both("Hello")])
    write(book / "chapters/04-more.ipynb", [both("Hello")])
    assert len(check_book(book)) == 2
    assert [message[:22] for message in check_book(book, only=["chapters/04-more.ipynb"])] == [
        "chapters/04-more.ipynb"
    ]


def test_chosen_notebook_outside_the_book(book: Path) -> None:
    assert check_book(book, only=["../x.ipynb"]) == [
        "../x.ipynb: no notebook of the book. Name index.ipynb, or one of chapters/ or exercises/."
    ]


def test_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["check", str(ROOT / "x.ipynb")])
    assert main() == 1
    assert capsys.readouterr().out == (
        "x.ipynb: no notebook of the book. Name index.ipynb, or one of chapters/ or exercises/.\n"
    )


def test_no_advised_word_is_itself_avoided() -> None:
    use, pattern = avoided()
    assert [each for each in use.values() if set(pattern.findall(each)) & set(use)] == []


def test_the_book() -> None:
    assert check_book(ROOT) == []
