"""A learner in JupyterLab: a wrong answer, a right one, hints, and a loop that does not end.

`SCREENSHOTS` names a folder for pictures to look at.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from conftest import InLab

EXERCISE = Path(__file__).parents[2] / "exercises" / "02-neuron.ipynb"
WRONG = "def layer(X, W, b):\nreturn logistic(X @ W + b)"
RIGHT = "def layer(X, W, b):\nreturn logistic(X @ W.T + b)"
ENDLESS = "def layer(X, W, b):\nwhile True: pass"


@pytest.fixture(scope="module")
def page(in_lab: InLab) -> Iterator[Page]:
    """The first code cell of the exercise, and its fourth question as the learner gets it."""
    cells = nbformat.read(EXERCISE, 4).cells
    setup = next(n for n, each in enumerate(cells) if each.cell_type == "code")
    asked = next(n for n, each in enumerate(cells) if each.source.endswith("check.q4()"))
    with in_lab([cells[setup], *cells[asked - 2 : asked + 1]]) as page:
        code(page, 0).click()
        page.keyboard.press("Control+Enter")
        expect(page.locator(".jp-CodeCell .jp-InputPrompt").first).to_have_text(re.compile(r"\d"))
        yield page


def code(page: Page, number: int) -> Locator:
    return page.locator(".jp-CodeCell .cm-content").nth(number)


def answer(page: Page, text: str, language: str = "both") -> None:
    """Replace the answer and run the cell, as somebody who types does."""
    code(page, 1).click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(f'check.language = "{language}"\n' + text.replace("\n", "\n    "))
    page.keyboard.insert_text("\n\ncheck.q4()")
    page.keyboard.press("Control+Enter")


def output(page: Page) -> Locator:
    return page.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea")


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder, f"{name}.png"))


def test_blank(page: Page) -> None:
    code(page, 1).click()
    page.keyboard.press("Control+Enter")
    expect(output(page)).to_contain_text("Not attempted yet")
    expect(output(page)).to_contain_text("還沒作答")
    picture(page, "blank")


def test_wrong_answer_in_both_languages(page: Page) -> None:
    answer(page, WRONG)
    expect(output(page)).to_contain_text("少了轉置")
    expect(output(page)).to_contain_text("lacks the transpose")
    hint = output(page).locator("details").first
    hint.locator("summary").click()
    expect(hint).to_contain_text("Look at the column")
    picture(page, "wrong")


@pytest.mark.parametrize(
    ("language", "said", "unsaid"), [("zh", "少了轉置", "transpose"), ("en", "transpose", "少了")]
)
def test_one_language(page: Page, language: str, said: str, unsaid: str) -> None:
    answer(page, WRONG, language)
    expect(output(page)).to_contain_text(said)
    expect(output(page)).not_to_contain_text(unsaid)
    picture(page, f"wrong-{language}")


def test_endless_loop_is_stopped_and_the_next_answer_is_right(page: Page) -> None:
    answer(page, ENDLESS)
    prompt = page.locator(".jp-CodeCell .jp-InputPrompt").nth(1)
    expect(prompt).to_have_text(re.compile(r"\*"))
    page.keyboard.press("Escape")
    page.keyboard.press("i")
    page.keyboard.press("i")  # the stop button
    expect(output(page)).to_contain_text("KeyboardInterrupt")
    answer(page, RIGHT)
    expect(output(page)).to_contain_text("3 of 3")
    expect(output(page)).to_contain_text("答對了")
    picture(page, "right")
