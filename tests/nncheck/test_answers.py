"""Every check takes the right answers of `exercises/solutions/`, and names each wrong one."""

import re
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from answers import EXERCISES, QUESTIONS, Answer, answers, blank, check, sources

from nncheck.answers import Here
from nncheck.checking import Question
from nncheck.feedback import COMMON
from nncheck.grading.wire import content_of, decoded, encoded, line_of

ANSWERS = answers()
QUESTION_IDS = [f"{path.stem}-{question.name}" for path, question in QUESTIONS]
SEEDS = range(1000, 1015)  # besides those that a learner meets


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # wrong answers divide by 0, and open figures
        yield


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_answer(answer: Answer) -> None:
    given = answer.variables()  # run once, as in a notebook, and asked again and again
    question = check(answer.exercise).questions[answer.question]
    for seeds in (range(3), *([seed] for seed in SEEDS)):
        feedback = question.mark(given, seeds)
        assert feedback.code == answer.code, f"seeds {seeds}: {feedback}\n{answer.source}"
        assert (feedback.points == feedback.of) == (answer.code == "right")


@pytest.mark.parametrize(("path", "question"), QUESTIONS, ids=QUESTION_IDS)
def test_question_has_answers_of_every_kind(path: Path, question: Question) -> None:
    given = [a for a in ANSWERS if (a.exercise, a.question) == (path, question.name)]
    codes = Counter(answer.code for answer in given)
    assert codes["right"] >= 2, "another right answer is wanted, beside the reference"
    assert len(codes) > 3, "three kinds of wrong answers are wanted"
    unreached = question.mistakes.keys() - codes.keys() - {"todo"}
    assert not unreached, f"no answer makes these mistakes: {unreached}"
    assert len(question.hints) >= 2
    assert sum(len(each) for each in question.variables) > 0


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
def test_blank_notebook_is_not_attempted(path: Path) -> None:
    said = {
        name: question.mark(Here(blank(path)), range(3))
        for name, question in check(path).questions.items()
    }
    assert {name: each.code for name, each in said.items()} == dict.fromkeys(said, "todo")
    assert sum(each.points for each in said.values()) == 0


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
def test_notebook_asks_every_question_once(path: Path) -> None:
    asked = re.findall(r"^check\.(q\d+)\(\)$", "\n".join(sources(path)), re.M)
    assert asked == list(check(path).questions)
    assert 6 <= len(asked) <= 12
    assert check(path).name == f"exercises/{path.stem}"
    names = [name for q in check(path).questions.values() for name in q.variables]
    assert len(names) == len(set(names)), "two questions ask for the same variable"


class Sent(Here):
    """Answers of which everything that is asked and replied goes over the wire, as in grading."""

    def call(self, name: str, arguments: tuple[Any, ...]) -> Any:
        return there_and_back(super().call(name, there_and_back(arguments)))

    def value(self, name: str, kind: str) -> Any:
        value = super().value(name, kind)
        return there_and_back(value) if kind != "function" else value


def there_and_back(value: Any) -> Any:
    return decoded(content_of(line_of(encoded(value))))


@pytest.mark.parametrize(("path", "question"), QUESTIONS, ids=QUESTION_IDS)
def test_what_a_check_sends_and_gets_is_data(path: Path, question: Question) -> None:
    answer = next(a for a in ANSWERS if (a.exercise, a.question) == (path, question.name))
    assert answer.code == "right"
    right = answer.variables().variables
    assert question.mark(Sent(right), [0]).code == "right"
    for name, kind in question.variables.items():
        if kind == "function":  # a number that no mistake gives is answered, too
            odd = question.mark(Sent({**right, name: lambda *_: -0.12345}), [0])
            assert odd.points < odd.of


def test_every_kind_of_feedback_is_reached() -> None:
    """Also those that any question may give."""
    assert {answer.code for answer in ANSWERS} >= COMMON.keys()
