"""Where a number in prose may come from, and what does not trace it."""

import base64
import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from check import numbers as rule
from check.arithmetic import computed, results
from check.rules import check_book
from read.book import Book
from read.films import FILM
from read.numerals import numbers

PAGE, EXERCISE = "chapters/12-page.ipynb", "exercises/12-page.ipynb"
CITED = "[A](https://doi.org/10.1/a)"
BIBLIOGRAPHY = "@article{a, author = {Ada Lovelace}, year = 1843, doi = {10.1/a}}"

# What the page computes, draws and displays.
OUTPUT = "accuracy 0.97163 of 1,797\nloss 3.12e-03, 84.66 %, 59987 and [1.  0.25]"
FIGURE = "<svg><!-- $10^{-3}$ --><g><path d='M 555 666'/></g><!-- at 7.25 --><g></g></svg>"
CODE = "steps, rate, x12 = 60_000, 2e-5, 0.1234"
FORMULA = r"$$ z_{31} = 0.8125 \, x^{12} \tag{12.1} $$"

Cell = dict[str, Any]


def prose(source: str) -> Cell:
    return {"cell_type": "markdown", "id": "prose", "metadata": {"lang": "en"}, "source": source}


def code(source: str, *outputs: dict[str, Any], **metadata: Any) -> Cell:
    cell = {"cell_type": "code", "id": "code", "metadata": metadata, "source": source}
    return {**cell, "outputs": list(outputs)}


def write(root: Path, name: str, *cells: Cell) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(json.dumps({"cells": cells}), "utf8")


def faults(root: Path, *cells: Cell, name: str = PAGE) -> list[str]:
    shown = {"output_type": "display_data", "data": {"image/svg+xml": FIGURE}}
    printed = {"output_type": "stream", "text": OUTPUT}
    write(root, name, *cells, code(CODE, printed, shown), prose(FORMULA))
    (root / "chapters").mkdir(exist_ok=True)
    (root / "chapters/references.bib").write_text(BIBLIOGRAPHY, "utf8")
    book = Book.load(root)
    page = next(each for each in book.notebooks if each.name == name)
    return [fault for _, fault in rule.numbers_are_traced(page, book)]


TRACED = {
    "an output, rounded": "It is 0.972, or 97.2 %, or 97 %.",
    "its thousands": "All 1,797 of them.",
    "its exponent": r"A loss of 0.0031, $3.12 \times 10^{-3}$ or 3.1e-3.",
    "its percents": "Of these, 84.7 % or 0.85.",
    "a figure": r"At 7.25 it is $10^{-3}$.",
    "code": r"After 60,000 steps at 2×10⁻⁵, $2 \times 10^{-5}$.",
    "a displayed formula": "The factor 0.8125 to the power 12.",
    "a sign": r"It falls by 0.25, $x = -0.25$.",
    "one digit": "Of 3 layers, $L = 7$.",
    "a citation": f"It took 4,321 days {CITED}.",
    "a citation in the table": f"| days | by |\n|---|---|\n| 4,321 | {CITED} |\n| 87 | nobody |",
    "a year": "In 1986, and in the 1990s (Who, 1843), 1797 年.\n\n| year |\n|---|\n| 1958 |",
    "a place": "Chapter 11, Sections 6.31, 6.32 and 6.33, Eq. (12.2), 第 14、15 章, 式 (13.2)",
    "a version": "Python 3.13 and 32-bit numbers",
    "a name": "LeNet-55, `float32`, $w_{77}$",
    "a numbered heading": "## 19. Pooling",
    "a count of replications": "It held in 57 of 58 further seeds.",
    "a formula that computes percents": r"$0.75 \times 2 = 150\%$, $0.1 \cdot 0.1 = 10^{-2}$",
    "a formula that computes": r"So $h = 0.5 \times 3 = 1.5$, and 1.5 is more.",
    "arithmetic": "Two thirds of it: 1.94 <!-- number-ok: 2 × 0.97163 -->",
    "arithmetic in percent": "Nearly 32 % <!-- number-ok: 0.97163 / 3 -->",
    "arithmetic from a citation": f"{CITED} has 77.\n\nThat is 154. <!-- number-ok: 2 × 77 -->",
    "two explanations": "From 15 to 16 <!-- number-ok: 2^4 - 1; 2^4 -->",
}


@pytest.mark.parametrize("source", TRACED.values(), ids=TRACED)
def test_traced(source: str, tmp_path: Path) -> None:
    assert faults(tmp_path, prose(source)) == []


def nowhere(number: str) -> str:
    return f"{number} is in no output, figure, code or displayed formula of the page. {rule.REMEDY}"


UNTRACED = {
    "nowhere": ("It is 0.52.", [nowhere("0.52")]),
    "not the rounding": ("It is 0.973, or 97.1 %.", [nowhere("0.973"), nowhere("97.1 %")]),
    "code, rounded": ("The rate 0.12.", [nowhere("0.12")]),
    "the name of a variable, an index": ("x12 by 31.", [nowhere("31")]),
    "where a figure draws": ("At 555.", [nowhere("555")]),
    "in dollars": ("$0.52$, $x = 0.52$", [nowhere("0.52")]),
    "as code": ("`0.52`", [nowhere("0.52")]),
    "in a table": ("| a | b |\n|---|---|\n| 0.52 | 3 |", [nowhere("0.52")]),
    "as a year is written": ("1984 images", [nowhere("1984")]),
    "in HTML": ("<details><summary>0.52?</summary>\n\nNo.\n\n</details>", [nowhere("0.52")]),
    "after a place": ("In Chapter 11, 52 of them.", [nowhere("52")]),
    "a citation in another paragraph": (f"{CITED}\n\nOf 4,321.", [nowhere("4321")]),
    "a formula that computes wrongly": (
        "$0.5 + 3 = 3.7$",
        ["$0.5 + 3 = 3.7$ is wrong: it comes to 3.5. Mend it.", nowhere("0.5"), nowhere("3.7")],
    ),
    "arithmetic that comes to another number": (
        "It is 0.52. <!-- number-ok: 1 / 2 -->",
        [
            "number-ok: 1 / 2: it comes to 0.5, and no number here waits for that. Take it out.",
            nowhere("0.52"),
        ],
    ),
    "arithmetic that nothing needs": (
        "It is 0.25. <!-- number-ok: 1 / 4 -->",
        ["number-ok: 1 / 4: it comes to 0.25, and no number here waits for that. Take it out."],
    ),
    "arithmetic with the number itself": (
        "It is 0.52. <!-- number-ok: 0.52 × 1 -->",
        [
            f"number-ok: 0.52 × 1: 0.52 is itself in nothing that the page shows. {rule.REMEDY}",
            nowhere("0.52"),
        ],
    ),
    "no arithmetic": (
        "It is 0.52. <!-- number-ok: __import__('os') -->",
        [
            "number-ok: __import__('os'): __import__('os') is no arithmetic. "
            "Write numbers, + − × / ^ %, sqrt, ln, exp, round, ceil.",
            nowhere("0.52"),
        ],
    ),
}


@pytest.mark.parametrize(("source", "messages"), UNTRACED.values(), ids=UNTRACED)
def test_untraced(source: str, messages: list[str], tmp_path: Path) -> None:
    assert faults(tmp_path, prose(source)) == messages


def test_other_prose_traces_nothing(tmp_path: Path) -> None:
    cells = [prose("It is 0.52."), prose("It is $0.52$.")]
    assert faults(tmp_path, *cells) == [nowhere("0.52")] * 2


def test_alternative_text(tmp_path: Path) -> None:
    alt = {"en": "From 0.52 up to 0.97, now at {beta:.12f}."}
    assert faults(tmp_path, code("draw()", alt=alt)) == [nowhere("0.52")]
    assert (
        faults(tmp_path, code("draw()", alt=alt, **{"number-ok": "0.97163 / 2 + 0.25 / 7"})) == []
    )


def test_a_film(tmp_path: Path) -> None:
    frames = base64.b64encode(gzip.compress(json.dumps(["<!-- 0.51 --><g></g>", ""]).encode()))
    content = {
        "name": "draw",
        "parameters": [{"name": "beta", "values": [0.52, 1.0], "start": 0}],
        "play": None,
        "names": ["height"],
        "shown": [[0.53123], [2.0]],
        "frames": frames.decode(),
    }
    cell = code("explore(draw)", {"output_type": "execute_result", "data": {FILM: content}})
    assert faults(tmp_path, cell, prose("0.51, 0.52, 0.53, 0.54")) == [nowhere("0.54")]


def test_an_exercise_its_answers_and_its_check_are_one_page(tmp_path: Path) -> None:
    asked = prose("Of 1,000 people 43 are ill. Give 0.043, or 0.57.")
    assert len(faults(tmp_path, asked, name=EXERCISE)) == 4
    write(tmp_path, "exercises/solutions/12-page.ipynb", code("43 / 1000"), prose("$0.57$"))
    check = tmp_path / "nncheck/questions/page.py"
    check.parent.mkdir(parents=True)
    check.write_text("RIGHT = 0.043", "utf8")
    assert faults(tmp_path, asked, name=EXERCISE) == [nowhere("0.57")]


def test_the_message_names_notebook_and_cell(tmp_path: Path) -> None:
    write(tmp_path, PAGE, code("x = 1"), prose("It is 0.52."))
    assert f"{PAGE}, cell 2: {nowhere('0.52')}" in check_book(tmp_path)


@pytest.mark.parametrize(
    ("text", "values"),
    {
        "1,797 or 60_000, 1, 2": ["1797", "60000", "1", "2"],
        "−1.5 to 2×10⁻⁵, 10^-5, 1e3": ["1.5", "2e-5", "1e-5", "1e3"],
        "97.2 %, 50%, 28x28, 43x": ["97.2", "50", "28", "28", "43"],
        "float32 2.0.1 LeNet-5 784-100-10": ["784", "100", "10"],
        "[1.  0.25 .5]": ["1", "0.25", ".5"],
    }.items(),
)
def test_numbers_in_text(text: str, values: list[str]) -> None:
    assert [number.value for number in numbers(text)] == list(map(Decimal, values))


@pytest.mark.parametrize(
    ("expression", "value"),
    {
        "0.8 × 1.5 · 2": 2.4,
        "(1 − 5 %) ÷ 2": 0.475,
        "2^10 - 2^-1": 1023.5,
        "sqrt(16) + ln(exp(3))": 7,
        "round(1797, -2) + ceil(0.1)": 1801,
        "-1,797": -1797,
    }.items(),
)
def test_arithmetic(expression: str, value: float) -> None:
    assert float(computed(expression)) == pytest.approx(value)


NO_ARITHMETIC = ["", "x + 1", "9^9^9", "1 / 0", "sqrt(-1)", "open('a')", "[1]", "1 +", "exp(1, 2)"]


@pytest.mark.parametrize("expression", NO_ARITHMETIC)
def test_what_is_no_arithmetic(expression: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):  # it says why
        computed(expression)


def test_what_a_formula_computes() -> None:
    chain = r"F = \frac{3}{4} \cdot 2 = 1.5 \approx \sqrt{2.25} = 1.5"
    assert [str(value) for _, value in results(chain)] == ["1.5", "1.5"]
    for other in (r"x = 2", r"\log 2 = 0.7", "2F = 3", "1 + 1 = 10_2", r"1 = 2 x"):
        assert results(other) == []
