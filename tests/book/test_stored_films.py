"""What the author of a film is told, before anybody reads it."""

import base64
import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from check import films as rules
from check.rules import check_notebook
from read import films
from read.book import Book, Notebook
from read.notebooks import Cell

SVG = '<svg width="9pt" viewBox="0 0 9 9">{}</svg>'
ALT = {"zh-Hant": "β = {beta:g}，最小值 {minimum:.2f}。", "en": "β = {beta:g}: {minimum:.2f}."}
NAMES = {"zh-Hant": {"minimum": "最小值"}}


def cell(frames: list[str], **metadata: Any) -> Cell:
    """A cell with a film of beta = -0.5, 0, 0.5, …"""
    values = [each / 2 - 0.5 for each in range(len(frames))]
    content = {
        "name": "swish",
        "parameters": [{"name": "beta", "values": values, "start": 1}],
        "play": None,
        "names": ["minimum"],
        "shown": [[value / 2] for value in values],
        "frames": base64.b64encode(gzip.compress(json.dumps(frames).encode())).decode(),
    }
    output = {"output_type": "execute_result", "data": {films.FILM: content}}
    metadata = {"alt": ALT, "names": NAMES, **metadata}
    return Cell(1, "code", None, "", metadata, [output])


TWO = [SVG.format("<path d='M 0 0'/>"), SVG.format("<path d='M 0 1'/>")]
TOO_MUCH = "".join(f'<path d="M {n * n} {n**3 % 7919}"/>' for n in range(9000))


def test_the_text_follows_the_film() -> None:
    (film,) = films.of_cell(cell(TWO))
    assert film.sentences(ALT["en"]) == ["β = −0.5: −0.25.", "β = 0: 0.00."]
    assert film.start == 1


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("no braces", "its en alternative text is the same for different frames."),
        ("{minimum:.0f}", "its en alternative text is the same for different frames."),
        ("{gamma}", "its en alternative text does not fit its film (KeyError('gamma'))."),
        ("{}", "its en alternative text does not fit its film (IndexError("),
        ("{beta:d}", "its en alternative text does not fit its film (ValueError("),
        ("{beta", "its en alternative text does not fit its film (ValueError("),
    ],
)
def test_a_template_that_does_not_follow(template: str, message: str) -> None:
    (fault,) = rules.words_follow_the_film(cell(TWO, alt={**ALT, "en": template}))
    assert fault.startswith(message)


def test_words_have_a_name_in_both_languages() -> None:
    (fault,) = rules.words_follow_the_film(cell(TWO, names={}))
    assert fault == (
        "its film shows minimum, which has no zh-Hant name. "
        'Write "names": {"zh-Hant": {"minimum": "…"}} in the metadata.'
    )


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        (
            [TWO[0], SVG.format(TOO_MUCH)],
            "KB on the page, and the most is 30. Draw fewer points",
        ),
        (
            [TWO[0], SVG.format(f'<image href="data:image/png;base64,{"A" * 8400}"/>')],
            "an image in its film weighs 6.3 KB, and the most is 6.",
        ),
    ],
)
def test_weight(frames: list[str], message: str) -> None:
    (fault,) = rules.film_is_light(cell(frames))
    assert message in fault


def test_a_film_that_is_right() -> None:
    frames = [TWO[0], SVG.format(f'<image href="data:image/png;base64,{"A" * 8000}"/>')]
    assert not [*rules.words_follow_the_film(cell(frames)), *rules.film_is_light(cell(frames))]


def test_each_film_has_a_name_of_its_own() -> None:
    two = Notebook("a.ipynb", [cell(TWO), replace(cell(TWO), number=7)])
    book = Book(Path(), [two], {})
    (fault,) = [each for each in check_notebook(two, book) if "swish" in each]
    assert fault.startswith("a.ipynb, cell 7: its film is called swish, as the one of cell 1. Give")


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("c", "<i>c</i>"),
        ("w1", "<i>w</i><sub>1</sub>"),
        ("a_01", "<i>a</i><sub>01</sub>"),
        ("beta", "<i>β</i>"),
        ("lamda2", "<i>λ</i><sub>2</sub>"),
        ("gradient_norm", "gradient norm"),
        ("loss", "the <b>"),
    ],
)
def test_labels(name: str, html: str) -> None:
    assert films.label(name, {"loss": "the <b>"}) == html.replace("<b>", "&lt;b&gt;")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("at -1.5, -2", "at −1.5, −2"),
        ("(-0.00, -0.01)", "(0.00, −0.01)"),
        ("-0, -1.5e-05, 2e+12", "0, −1.5×10⁻⁵, 2×10¹²"),
        ("2-3, x-1, F-1", "2-3, x-1, F-1"),
    ],
)
def test_numbers_in_a_text(text: str, shown: str) -> None:
    assert films.typographic(text) == shown


def test_values_that_differ_show_as_different() -> None:
    third = 1 / 3
    film = films.Film(
        "f",
        [{"name": "n", "values": [10000, 10001], "start": 0}],
        None,
        ["size", "share", "less", "flat"],
        [[9999.7, third, -1, True], [450175.2941, 3.5097e11, -2.5e-05, False]],
        ["", ""],
    )
    assert film.rows == [
        ["10000", "9999.7", "0.3333", "−1", "yes"],
        ["10001", "450175.3", "3.51×10¹¹", "−2.5×10⁻⁵", "no"],
    ]
    assert films.texts([third, third + 1e-6]) == ["0.333333", "0.333334"]
