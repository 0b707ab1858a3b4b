"""A page shows the hints of a blank exercise, and what the checks say in its solutions."""

import pytest
from bs4 import BeautifulSoup

from nncheck.questions.neuron import check
from pages.exercises import of_page

LABELS = {"zh-Hant": "提示 1", "en": "Hint 1"}
SAID = {"zh-Hant": "還沒作答", "en": "Not attempted"}


@pytest.fixture(autouse=True)
def both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    """As stored in the notebooks, whatever an example has set before."""
    monkeypatch.setattr(check, "language", "both")


@pytest.mark.parametrize("lang", LABELS)
def test_blank_exercise_shows_hints(lang: str) -> None:
    page = BeautifulSoup(of_page(check.q1()._repr_html_(), lang), "html.parser")
    assert page.details
    assert page.summary
    assert page.summary.text.strip() == LABELS[lang]
    assert SAID[lang] not in page.text
    assert not page.select("[lang]")
    assert not page.select("[style]")


@pytest.mark.parametrize("lang", LABELS)
def test_solutions_show_what_was_said(lang: str) -> None:
    page = BeautifulSoup(of_page(check.q1()._repr_html_(), lang, solved=True), "html.parser")
    assert SAID[lang] in page.text
    assert not page.details
    assert not page.select("[lang]")
