"""Every check takes the right answers, and names the mistake in every wrong one.

The answers are those of `exercises/solutions/`. A program then changes the right ones in one place
at a time: what a check still takes must be as good as before, and say so in `AS_GOOD`.
"""

import re
import signal
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from answers import EXERCISES, Answer, answers, blank, check, sources
from mutants import mutants

from nncheck.answers import Here
from nncheck.checking import COMMON, Question

ANSWERS = answers()
RIGHT = [answer for answer in ANSWERS if answer.code == "right"]
QUESTIONS = [(path, q) for path in EXERCISES for q in check(path).questions.values()]
QUESTION_IDS = [f"{path.stem}-{question.name}" for path, question in QUESTIONS]
SEEDS = range(1000, 1015)  # besides those that a learner meets

FEW = ("05-representation",)  # two of exercise 4 are its own; the rest is still to be written

VECTOR = "vectors, and diagonal matrices, are their own transposes"

# By exercise: a question, what changed in an answer, and why it is still right.
AS_GOOD = {
    "02-neuron": [
        ("q1", r"[wb]_gate = ", "other weights that compute the same gate"),
        ("q2", r"figsize=", "the check looks at the line, not at the size of the figure"),
        ("q2", r"linspace\(-[12], [234], \d+\)", "more of the line, or more points of it"),
        ("q5", r"w @ x_n|x_n @ w|w\.T @|x_n\.T", "for vectors the transpose and x·w are the same"),
        ("q8", r"w\.T|D\.T", VECTOR),
        ("q10", r"np\.c_\[np\.ones", "the eigenvalues do not depend on the order of inputs"),
        ("q10", r"\+ .*eigvalsh\(X1\.T @ X1\)$", "1/N cancels in the ratio"),
    ],
    "03-activations": [
        ("q1", r"b1\.T|x\.T|\+ b1\)\.T", VECTOR),
        ("q1", r"shape\[-1\]", "the last axis of a matrix is its second"),
        ("q6", r"z >= 0", "both sides are 0 at 0"),
    ],
    "04-networks": [
        ("q1", r"rng = ", "the numbers in a network do not change how many there are"),
        ("q4", r"W_xor = ", "other weights that compute XOR"),
        ("q6", r"y\[:, None\] - Y_hat|y - Y_hat", "a square has no sign"),
        ("q6", r"error\.T", VECTOR),
    ],
    "05-representation": [
        ("q1", r"height\]", "a list or an array of the same numbers"),
        ("q1", r"steps = \[left", "a list or an array of the same numbers"),
    ],
    "06-cost-functions": [
        ("q1", r"\+ C = np\.sum\(\(Y - Y_hat\)", "a square has no sign"),
        ("q2", r"y_hat >= y|y <= y_hat", "no guess is exactly right"),
        ("q4", r"np\.log\(mu\) @ y|y\.T|\(mu\)\.T", VECTOR),
        ("q5", r"figsize=", "the check looks at the lines alone"),
        ("q5", r"linspace\(-\d+, \d+, \d+\)", "more of the lines, or other points of them"),
        ("q6", r"axis=-1|shape\[-1\]", "the last axis of a matrix is its second"),
        ("q8", r"axis=-1", "the last axis of a matrix is its second"),
        ("q9", r"called \+ actual, 2", "with one of both, TP is 0"),
    ],
    "07-backpropagation": [
        ("q3", r"d_next\.T|W_next\)\.T @|slopes\.T|slopes @ \(d", VECTOR),
        ("q5", r"@ (x|a1|db2)\.T", VECTOR),
        ("q5", r"\(y - y_hat\)", "a square has no sign"),
        ("q7", r"\+ return gradient", "a list or an array of the same numbers"),
        ("q7", r"abs\((difference - derived|b - a)\)", "an absolute value"),
        ("q7", r"exact = ", "another step leads to the same verdict"),
        ("q8", r"len\(X\)\)\.T", VECTOR),
        ("q9", r"axis=-1", "the last axis of a matrix is its second"),
    ],
    "10-vanishing-gradients": [
        ("q1", r"ax_norms = plt", "drawn into the axes of the question"),
        ("q3", r"grid = np\.linspace", "another grid that holds the maximum"),
        ("q4", r"normal\(size=", "other samples, or another number of them"),
        ("q9", r"norm >= max_norm", "at the limit the factor is 1"),
    ],
    "12-convolutions": [
        ("q4", r"subplots\(|set_yscale", "the check looks at the lines alone"),
        ("q7", r"// -2|[, ]-[24]", "NumPy works out any one length below 0"),
        ("q7", r"axis=\(4, 2\)", "the order of two axes of a maximum"),
    ],
}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # wrong answers divide by 0, and open figures
        yield


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_answer(answer: Answer) -> None:
    feedback = answer.feedback(range(3))
    assert feedback.code == answer.code, f"{feedback}\n{answer.source}"
    assert (feedback.points == feedback.of) == (answer.code == "right")
    for seed in SEEDS:
        feedback = answer.feedback([seed])
        assert feedback.code == answer.code, f"seed {seed}: {feedback}\n{answer.source}"


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
    assert len(asked) == 2 if path.stem in FEW else 6 <= len(asked) <= 10
    assert check(path).name == f"exercises/{path.stem}"
    names = [name for q in check(path).questions.values() for name in q.variables]
    assert len(names) == len(set(names)), "two questions ask for the same variable"


def test_every_kind_of_feedback_is_reached() -> None:
    """Also those that any question may give."""
    assert {answer.code for answer in ANSWERS} >= COMMON.keys()


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def survives(answer: Answer, changed: str) -> bool:
    """Whether a check takes a changed answer that is not the same answer after all."""
    try:
        with time_limit(2):
            taken = answer.feedback(range(5), changed).code == "right"
            return taken and (answer.values() is None or answer.values() != answer.values(changed))
    except Exception:  # it does not run, or does not end
        return False


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
def test_changed_answers_are_noticed(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reasons = [(question, pattern) for question, pattern, _ in AS_GOOD[path.stem]]
    count, used, taken, unexplained = 0, set(), 0, []
    for answer in (each for each in RIGHT if each.exercise == path):
        for change, changed in mutants(answer.source):
            count += 1
            if survives(answer, changed):
                taken += 1
                found = [
                    (q, p) for q, p in reasons if q == answer.question and re.search(p, change)
                ]
                used |= set(found)
                unexplained += [] if found else [f"{answer.question}: {change}"]
    with capsys.disabled():
        print(f"\n{path.stem}: {count} changed answers, {taken} taken because they are as good")
    assert not unexplained, "\n".join(unexplained)
    assert not (unneeded := set(reasons) - used), f"no longer needed: {unneeded}"
