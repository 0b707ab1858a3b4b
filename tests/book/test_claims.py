"""Claims about training: what is wrong with a mark, a record or a count, each in one message."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from check.claims import claims_are_named, claims_are_replicated, counts_are_stated
from check.training import hand_written_training_is_marked
from read.book import Book
from read.replications import FOLDER, claims, last_cells

NAME = "chapters/09-first-steps.ipynb"
SCRIPT = f"{FOLDER}/first_steps.py"
CLAIMS = '''
def it_falls(page):
    """The cost falls."""
    return page.train(0) < 1


def it_rises(page):
    """The cost rises."""
    return _late(page) > 1


def _late(page):
    return page.train(1)
'''
ZH, EN = "換了另外 20 個種子，20 個都成立。", "This held in 20 of 20 further seeds."

Cells = list[dict[str, Any]]


def cell(source: str, kind: str = "code", **metadata: Any) -> dict[str, Any]:
    return {"cell_type": kind, "id": "", "metadata": metadata, "source": source, "outputs": []}


def page(*names: str, zh: str = ZH, en: str = EN) -> Cells:
    return [
        cell("def train(seed):\n    return seed"),
        cell("train(2)", claims=list(names)),
        cell(zh, "markdown", lang="zh-Hant"),
        cell(en, "markdown", lang="en"),
    ]


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Book]:
    """A book of one chapter and its claims; with the record of `recorded`, changed by `entry`."""

    def book(cells: Cells, *recorded: str, claims_: str = CLAIMS, **entry: Any) -> Book:
        for folder in ("chapters", FOLDER):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / NAME).write_text(json.dumps({"cells": cells}), "utf8")
        script = tmp_path / SCRIPT
        script.write_text(claims_, "utf8")
        book = Book.load(tmp_path)
        record = {}
        for name in recorded:
            claim, at = claims(script)[name], last_cells(book.notebooks[0].cells)[name]
            digest = claim.digest(claim.experiment(book.notebooks[0].cells, at))
            failed: dict[str, list[int]] = {"Haswell": [], "Nehalem": []}
            fresh = {"held": 20, "seeds": [1001, 1020], "failed": failed, "digest": digest}
            record[name] = {**fresh, **entry}
        script.with_suffix(".json").write_text(json.dumps(record), "utf8")
        return book

    return book


def faults(book: Book) -> list[str]:
    rules = (claims_are_replicated, counts_are_stated, hand_written_training_is_marked)
    [notebook] = book.notebooks
    found = [fault for rule in rules for _, fault in rule(notebook, book)]
    return [*found, *claims_are_named(book)]


Make = Callable[..., Book]
ONE = CLAIMS.partition("\n\n\ndef it_rises")[0]


def test_a_replicated_claim(make: Make) -> None:
    assert faults(make(page("it_falls"), "it_falls", claims_=ONE)) == []


def test_an_unknown_claim(make: Make) -> None:
    assert faults(make(page("it_flies", zh="", en=""), claims_="")) == [
        f'it names the claim "it_flies", which {SCRIPT} does not define. Write it.'
    ]


def test_a_claim_without_its_record(make: Make) -> None:
    assert faults(make(page("it_falls"), claims_=ONE)) == [
        'the claim "it_falls" has not been replicated. Run `make replicate`.'
    ]


def test_other_code_than_was_replicated(make: Make) -> None:
    stale = 'the claim "it_falls" was replicated with other code than the page\'s. '
    make(page("it_falls"), "it_falls", claims_=ONE)
    changed = page("it_falls")
    changed[0]["source"] = "def train(seed):\n    return seed + 1"
    root = make(page("it_falls"), "it_falls", claims_=ONE).root
    (root / NAME).write_text(json.dumps({"cells": changed}), "utf8")
    assert faults(Book.load(root)) == [stale + "Run `make replicate`."]


def test_another_predicate_than_was_replicated(make: Make) -> None:
    book = make(page("it_rises"), "it_rises")
    (book.root / SCRIPT).write_text(CLAIMS.replace("train(1)", "train(2)"), "utf8")
    assert "was replicated with other code" in faults(book)[0]


@pytest.mark.parametrize("entry", [{"seeds": [1, 19]}, {"failed": {"Haswell": []}}])
def test_too_few_seeds_or_kernels(make: Make, entry: dict[str, Any]) -> None:
    found = faults(make(page("it_falls"), "it_falls", claims_=ONE, **entry))
    assert found[0] == 'the claim "it_falls" wants 20 seeds and 2 kernels. Run `make replicate`.'


def test_a_name_that_the_page_lacks(make: Make) -> None:
    book = make(page("it_falls"), claims_=ONE.replace("page.train", "page.learn"))
    assert faults(book)[0] == (
        'the claim "it_falls": the page up to this cell defines no learn. '
        "Mend the script or move the mark."
    )


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"en": "It held."}, "the en prose that follows says no count"),
        ({"en": EN.replace("in 20", "in 19")}, "the en prose that follows says 19 of 20"),
        ({"zh": ZH.replace("20 個都", "9 個")}, "the zh-Hant prose that follows says 9 of 20"),
        ({"en": EN + EN}, "the en prose that follows says 20 of 20, 20 of 20"),
    ],
)
def test_another_count_than_was_found(make: Make, texts: dict[str, str], said: str) -> None:
    [found] = faults(make(page("it_falls", **texts), "it_falls", claims_=ONE))
    assert found.startswith(f"of its claims (it_falls) {said}. Write ")


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("另外 20 個種子裡，有 17 個成立。", "It holds in 17 of 20 further seeds."),
        ("另外 20 個種子裡只有 17 個成立。", "It held in 17\nof 20 further seeds."),
    ],
)
def test_ways_to_say_a_count(make: Make, zh: str, en: str) -> None:
    assert faults(make(page("it_falls", zh=zh, en=en), "it_falls", claims_=ONE, held=17)) == []


def test_counts_come_in_the_order_of_the_claims(make: Make) -> None:
    book = make(page("it_falls", "it_rises", zh=ZH + ZH, en=EN + EN), "it_falls", "it_rises")
    assert faults(book) == []
    record = json.loads((book.root / SCRIPT).with_suffix(".json").read_text())
    record["it_rises"]["held"] = 3
    (book.root / SCRIPT).with_suffix(".json").write_text(json.dumps(record))
    assert faults(book)[1].endswith(
        'says 20 of 20, 20 of 20. Write "held in 20 of 20 further seeds … '
        'held in 3 of 20 further seeds".'
    )


def test_a_count_of_no_claim(make: Make) -> None:
    cells = page()
    assert faults(make(cells, claims_="")) == [
        f"of its claims (none) the {lang} prose that follows says 20 of 20. "
        "Name the claims in its metadata."
        for lang in ("zh-Hant", "en")
    ]


def test_a_claim_on_two_cells_is_complete_at_the_last(make: Make) -> None:
    cells = [*page("it_falls", zh="", en="")[:2], *page("it_falls")]
    assert faults(make(cells, "it_falls", claims_=ONE)) == []


def test_a_claim_that_no_cell_names(make: Make) -> None:
    book = make(page("it_falls"), "it_falls")
    record = (book.root / SCRIPT).with_suffix(".json")
    record.write_text(record.read_text().replace("{", '{"it_sank": 0, ', 1))
    assert faults(book) == [
        f'{SCRIPT}: no cell names the claim "{name}". '
        "Name it in the metadata of its cell, or remove it and its record."
        for name in ("it_rises", "it_sank")
    ]


def test_a_record_without_its_chapter(make: Make) -> None:
    book = make(page("it_falls"), "it_falls", claims_=ONE)
    (book.root / FOLDER / "gone.json").write_text('{"it_fell": 0}')
    assert faults(book) == [
        f'{FOLDER}/gone.py: no cell names the claim "it_fell". '
        "Name it in the metadata of its cell, or remove it and its record."
    ]


START = "rng = default_rng(0)\nw = rng.standard_normal(2)\n"
BY_HAND = [
    "for _ in range(3):\n    w -= eta * D",
    "for _ in range(3):\n    w = w - eta * D",
    "for l in W:\n    W[l] = W[l] - eta * D.T @ w",
    "while True:\n    w, b = w - eta * D, b - eta",
    "def go(w):\n    for _ in x:\n        w -= eta * D\ngo(w)",
]


@pytest.mark.parametrize("code", BY_HAND)
def test_training_by_hand(make: Make, code: str) -> None:
    trains = "it trains, and it is marked neither as a claim nor as an illustration"
    assert trains in faults(make([cell(START + code)], claims_=""))[0]
    assert trains in faults(make([cell(START), cell(code)], claims_=""))[0]
    assert faults(make([cell(START + code, illustration=True)], claims_="")) == []


@pytest.mark.parametrize(
    "code",
    [
        "w = ones(2)\nfor _ in range(3):\n    w -= eta * D",  # nothing random
        START + "w -= eta * D",  # a single step
        START + "for _ in range(3):\n    w -= 1",
        START + "def go(w):\n    for _ in x:\n        w -= eta * D",  # is not called
    ],
)
def test_what_is_no_training(make: Make, code: str) -> None:
    assert faults(make([cell(code)], claims_="")) == []
