"""What stays together on one process, and what a run on several says of itself."""

from pathlib import Path

import pytest

from together import unit

pytest_plugins = ["pytester"]

TESTS = """
import pytest

@pytest.mark.parametrize("film", range(3))
def test_film(film, subtests):
    with subtests.test(part="one"):
        assert film != 1, "it does not move"
    with subtests.test(part="other"):
        assert film != 1, "it is not there"
"""


@pytest.mark.parametrize(
    ("test", "its_unit"),
    [
        ("chapters/02-neuron.ipynb::Cell 7", "chapters/02-neuron.ipynb"),
        ("tests/book/test_api.py::test_types[a::b]", "tests/book/test_api.py"),
        (
            "tests/browser/test_films.py::test_it_moves[en/chapters/02-neuron.html-desk]",
            "chapters/02-neuron.html-desk",
        ),
        (
            "tests/browser/test_pages.py::test_weight[zh-Hant/chapters/02-neuron.html-desk]",
            "chapters/02-neuron.html-desk",
        ),
        ("tests/browser/test_links.py::test_link[en/index.html]", "tests/browser/test_links.py"),
        (
            "tests/nncheck/test_mutants.py::test_changed_answers_are_noticed[02-q1]",
            "tests/nncheck/test_mutants.py::test_changed_answers_are_noticed[02-q1]",
        ),
    ],
)
def test_unit(test: str, its_unit: str) -> None:
    assert unit(test) == its_unit


def test_a_run_says_what_failed_and_how_far_it_is(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    pytester.makepyfile(test_films=TESTS)
    run = pytester.runpytest_subprocess("-p", "together", "-n2", "-p", "no:cacheprovider")
    said = run.stdout.str()
    assert "FAILED test_films.py test_film[1] (part=\"'one'\")" in said
    assert "FAILED test_films.py test_film[1] (part=\"'other'\")" in said
    assert "100% of 3 tests in 0 min" in said
    assert "3 failed; just now: test_films.py" in said
