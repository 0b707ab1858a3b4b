"""A program changes the right answers in one place at a time: a check takes none that is worse.

What a check still takes must be as good as before, and say so in `AS_GOOD`. A question that passed
as it stands is not tried again, but with `TEST_ALL=1`.
"""

import json
import os
import shutil
import sys
import time
from pathlib import Path

import nbformat
import pytest
from answers import QUESTIONS, ROOT, answers_to
from mutation import Reason, faults, fingerprint, record, recorded, time_limit

from nncheck.checking import Question

LETTER = "a letter, large or small"
VECTOR = "vectors, and diagonal matrices, are their own transposes"

# By exercise: a question, what changed in an answer, and why it is still right.
AS_GOOD = {
    "01-three-waves": [
        ("q1", r"<= goal", "the goal is never met exactly"),
        (
            "q2",
            r"before = (1|-1)",
            "there are more facts than that, so a first pass comes in any case",
        ),
        ("q2", r"\(conclusion, \*facts\)", "the order of facts does not count"),
        ("q2", r"adding_rule = 'A'", LETTER),
        ("q3", r"same_cause = 'B'", LETTER),
        ("q4", r"beyond = 'C'", LETTER),
        (
            "q5",
            r"\.mean\(axis=1\)",
            "a mean of as many numbers puts samples in the order of their sum",
        ),
        ("q5", r"axis=-1", "the last axis of a matrix is its second"),
        ("q5", r"\(x - X\)", "a square has no sign"),
        ("q5", r"units = 'C'", LETTER),
        ("q5", r"most_common\(", "the first of several is the most common one too"),
        ("q6", r"\[:, -1\]", "the last of two columns is the second"),
        ("q6", r"return \[11", "a threshold between the rings all the same"),
        ("q7", r"widths\[1:\] @|\.T", VECTOR + ", and x·w is w·x"),
        ("q8", r"\.mean\(axis=2\)", "a mean of as many numbers is smallest where their sum is"),
        ("q8", r"axis=-1", "the last axis of a matrix is its second"),
        ("q8", r"\(centers - X", "a square has no sign"),
        ("q9", r"\+ return rows", "a list or an array of the same numbers"),
        ("q9", r"phase = -2", "a strength has no sign"),
        (
            "q9",
            r"\(np\.sin\(phase\), np",
            "the length of an arrow, whichever component comes first",
        ),
    ],
    "02-neuron": [
        ("q1", r"return |w\[-1\] = ", "other weights that compute the same gate"),
        ("q2", r"figsize=", "the check looks at the line, not at the size of the figure"),
        ("q2", r"linspace\(-[12], [234], \d+\)", "more of the line, or more points of it"),
        ("q3", r"w\.T", VECTOR),
        ("q5", r"w @ x_n|x_n @ w|w\.T|x_n\.T", "for vectors the transpose and x·w are the same"),
        ("q5", r"\(b, w\), np\.inf", "what is in the pocket at first is never returned"),
        ("q5", r"\+ ends\.append\(\(w, b, np\.sum", "a number of Python or of NumPy"),
        ("q5", r">= -b", "no sample lies on the line"),
        ("q7", r"c = -?\d|>= off", "the search begins lower, and meets no equality"),
        ("q8", r"w\.T|D\.T", VECTOR),
        ("q9", r"way_out = 'B'", LETTER),
        ("q10", r"best_spread = 'C'", LETTER),
        ("q10", r"X1 = \[\[", "a list or an array of the same numbers"),
        (
            "q11",
            r"X = |w, b = |range\(|D = |error = ",
            "trained otherwise, and the neuron still learns",
        ),
        ("q11", r"return .*y\[out\]", "the same share, or that of a line nearby"),
    ],
    "03-activations": [
        ("q1", r"\.T", VECTOR),
        ("q1", r">= 0", "no unit is on its corner"),
        ("q1", r"axis=-1", "the last axis of a matrix is its second"),
        ("q2", r"a >= 0|a < 0", "no value is 0"),
        ("q2", r"z_pair = |linspace|off = ", "two other points of one height"),
        ("q3", r"lost = 'B'", LETTER),
        ("q3", r"linspace", "another grid for the integral"),
        ("q3", r"z >= 0", "both sides are 0 at 0"),
        ("q4", r"large = |small = |a >= 1", "where the two forms meet, both are right"),
        ("q5", r"Z >= 0|Z < 0", "no net input is 0"),
        ("q6", r"low, high|range\(", "a search between other bounds, or of more steps"),
        ("q6", r"x @ \(eta|\.T", VECTOR),
        ("q6", r"new_b < 0", "the search meets no equality"),
        (
            "q7",
            r"linspace|arange|low, high|high - low|round\(",
            "another grid or search for the same",
        ),
        ("q7", r"<= gelu_error", "no two of the errors are equal"),
        ("q7", r"\(gelu\(z\) - z", "an absolute value has no sign"),
        ("q7", r"\+ return max", "a number of Python or of NumPy"),
        ("q8", r"-0\.0", "−0 is 0"),
        ("q9", r"\(2, 1\)", "the order of the axes of a mean"),
        ("q9", r"verdict = 'C'", LETTER),
        ("q10", r"z < 0, 0|z <= 2", "at a corner the slope of either side"),
    ],
    "04-networks": [
        ("q1", r"rng = ", "the numbers in a network do not change how many there are"),
        ("q2", r"rng = ", "the numbers in a network do not change its shapes"),
        ("q2", r"relu|np\.zeros", "neither the numbers nor a ReLU change the shape"),
        ("q2", r"\+ return \[M2\]", "a list or an array of the same numbers"),
        ("q4", r"if l > 1", "l counts in twos"),
        ("q5", r"W_xor = ", "other weights that compute XOR"),
        ("q6", r"\+ b = \[|b, \[1, -2, 1\]", "a list or an array of the same numbers"),
        ("q6", r"-0\.0", "-0 is 0"),
        ("q8", r"y\[:, None\] - Y_hat|y - Y_hat", "a square has no sign"),
        ("q8", r"error\.T", VECTOR),
        ("q9", r"\+ learned = costs", "an array already"),
        ("q9", r"-0\.0", "-0 is 0"),
        ("q10", r"axis=-1", "the last axis of a matrix is its second"),
        ("q10", r"\(mean - each\)", "a square has no sign"),
    ],
    "05-representation": [
        ("q1", r"height\]", "a list or an array of the same numbers"),
        ("q1", r"steps = \[left", "a list or an array of the same numbers"),
        ("q2", r"np\.c_\[np\.ones", "the cost does not depend on the order of columns"),
        (
            "q2",
            r"\(y - X1 @ w\)|A @ .* - t$|mean\(axis=0\) - X|y\.mean\(\) - y",
            "a square has no sign",
        ),
        ("q2", r"w\.T|@ t\)\.T|t\.T|error\.T", VECTOR),
        ("q3", r"\+ v = \[up", "a list or an array of the same numbers"),
        ("q5", r"\+ L = (0|-1)$", "it counts up to the same number"),
        ("q5", r"2e-09", "a little room, more or less"),
        ("q6", r"diff\(x\) / np\.diff\(y\)", "a corner changes dx/dy as well as dy/dx"),
        ("q6", r">= 1e-06|2e-06", "no slope changes by so little"),
        ("q9", r"\+ M = (0|-1)$", "it counts up to the same number"),
        ("q10", r"validation\.sum\(axis=1\)", "all rows have as many seeds"),
        ("q10", r"axis=-1", "the last axis of a matrix is its second"),
        ("q10", r"\(mean - each\)", "a square has no sign"),
    ],
    "06-cost-functions": [
        ("q1", r"\+ C = np\.sum\(\(Y - Y_hat\)", "a square has no sign"),
        ("q2", r"y_hat >= y|y <= y_hat", "no guess is exactly right"),
        ("q4", r"np\.log\(mu\) @ y|y\.T|\(mu\)\.T", VECTOR),
        ("q5", r"\(mu - y\) ?\*\* ?2|u = \(mu - y\)", "a square has no sign"),
        ("q5", r"u\.T", VECTOR),
        ("q6", r"axis=-1|shape\[-1\]", "the last axis of a matrix is its second"),
        ("q8", r"axis=-1", "the last axis of a matrix is its second"),
        ("q9", r"called \+ actual, 2", "with one of both, TP is 0"),
        ("q10", r"floor|group = \(P\.max", "no confidence lies between two groups"),
        ("q10", r"axis=-1", "the last axis of a matrix is its second"),
        ("q10", r"abs\(right|excess = \(P\.argmax", "an absolute value"),
        ("q10", r"\.mean\(\)$", "the sum of as many is lowest where their mean is"),
    ],
    "07-backpropagation": [
        ("q4", r"(x|a|a1|d1|d2)\.T", VECTOR),
        ("q6", r"\+ return gradient", "a list or an array of the same numbers"),
        ("q6", r"abs\((difference - derived|b - a)\)", "an absolute value"),
        ("q6", r"exact = ", "another step leads to the same verdict"),
        ("q7", r"len\(X\)\)\.T", VECTOR),
        ("q8", r"axis=-1", "the last axis of a matrix is its second"),
        ("q10", r"axis=-1", "the last axis of a matrix is its second"),
        ("q10", r"D2 >= 0", "no error is exactly 0"),
        ("q10", r"\(v - u\)", "a square has no sign"),
    ],
    "08-automatic-differentiation": [
        ("q1", r"\[-1\]", "the last of two numbers is the second"),
        ("q3", r"np\.eye\(n\)\[-1, :\]", "the identity is its own transpose"),
        ("q4", r"L, (1|-1)\)", "a start below the most that is kept"),
        ("q4", r"range\(1, L", "how many checkpoints there are counts, not where"),
        ("q7", r"-0\.0", "zero has no sign here"),
        ("q8", r"total, (2|0|-1)\)", "what stands there is not chosen"),
        ("q8", r"-0\.0", "zero has no sign here"),
        ("q10", r"axis=-1|shape\[-1\]|logsumexp\(Z\)", "the last axis of a matrix is its second"),
        ("q10", r"-2, ", "NumPy works out any one length below 0"),
    ],
    "09-optimization": [
        ("q1", r"hypot\(c - a|5, -4, 2", "the signs of a − c and of b change no eigenvalue"),
        ("q2", r"sizes @ costs|costs\.T|sizes\.T", VECTOR),
        ("q2", r"epoch = np\.ceil", "a whole number, of whatever type"),
        ("q4", r"low, high = |range\(", "a search between other bounds, or of more steps"),
        ("q4", r"<= 1", "the search meets no equality"),
        ("q5", r"\+ return steps", "a list or an array of the same numbers"),
        ("q6", r"betas", "in the first step the correction cancels β"),
        ("q7", r"t < W", "at t = W both formulas give the peak"),
        ("q7", r"W - t|W - T|np\.pi / -2", "a cosine takes either sign"),
        ("q8", r"moved = 'A'", LETTER),
        ("q8", r"b1\.T", VECTOR),
        ("q9", r"range\(n \+ 2", "there are no n + 1 heads in n throws"),
        ("q9", r"abs\(n / 2 - k|n / 2 - wins", "an absolute value"),
        ("q9", r"\(mean - d\)", "a square has no sign"),
    ],
    "10-vanishing-gradients": [
        ("q1", r"ax_norms = plt", "drawn into the axes of the question"),
        ("q2", r"while left > share", "no share is met exactly"),
        ("q3", r"grid = np\.linspace", "another grid that holds the maximum"),
        ("q4", r"normal\(size=", "other samples, or another number of them"),
        ("q4", r"return \[size", "a list or an array of the same numbers"),
        ("q6", r"axis=-1", "the last axis of a matrix is its second"),
        ("q9", r"norm >= max_norm", "at the limit the factor is 1"),
        ("q10", r"axis=-1", "the last axis of a matrix is its second"),
        ("q10", r"validation\.sum", "of as many scores, the sum is greatest where the mean is"),
    ],
    "11-generalization": [
        ("q1", r"std <= 1e-09|std < 2e-09", "no deviation is so small, but 0"),
        ("q2", r"missed >= 1", "the confidence is never met exactly"),
        ("q3", r"range\(2, len", "training never stops after a single epoch"),
        ("q5", r"-15 / 16|15 / -16", "an even power has no sign"),
        ("q5", r"= \(-1\.0, 0, 1\.0\)", "it arrives at 0 from the other side as soon"),
        ("q6", r"u <= p|u > p", "no random number is exactly p"),
        ("q6", r"a / \(p - 1\)", "a square has no sign"),
        ("q7", r"np\.eye\(K\)\[-?1\]", "whichever class is the right one"),
        ("q8", r"\+ signs = list|d\.T", "a list of signs is made an array; a vector has one axis"),
        ("q8", r"product\(\(-1, 1\)|each - s for", "all signs, in another order"),
        ("q8", r"log\(3 / 0\.05\)", "rounded up to the same number"),
        ("q9", r"shape\[-1\]", "the last axis of a matrix is its second"),
        ("q9", r"\+ return \(scores, np\.mean\(told", "a tuple or an array of the same numbers"),
    ],
    "12-convolutions": [
        ("q4", r"subplots\(|set_yscale", "the check looks at the lines alone"),
        ("q7", r"// -2|[, ]-[24]", "NumPy works out any one length below 0"),
        ("q7", r"axis=\(4, 2\)", "the order of two axes of a maximum"),
        ("q5", r"0\]\)\[-1\]", "of one image the last is the first"),
        ("q5", r"across - 1j", "a length has no sign"),
        ("q10", r"-0\.0|-2, k", "minus zero is zero, and NumPy works out any one length below 0"),
        ("q10", r"theta @ H|H\.T @|theta\.T|ravel\(\)\.T", "a symmetric matrix, and vectors"),
        ("q11", r"\(choose, learn", "both groups are drawn alike"),
        ("q11", r"V\.(sum|mean)\(", "a sum of as many numbers is greatest where their mean is"),
        (
            "q11",
            r"tril.*axis=(0|-1)",
            "the images of a class counted from the other end, or as before",
        ),
        ("q11", r"\(mean - row", "a square has no sign"),
    ],
    "13-pytorch": [
        ("q1", r"transpose\(3, -2|swapaxes\(V, 0, -1", "an axis counted from the end"),
        ("q4", r"\(eta \* times\)\.T", VECTOR),
        ("q5", r"g @ p|p\.T|g\.T|g @ J|J\.T", VECTOR + "; the Jacobian is symmetric"),
        ("q8", r"default_rng\(1\)", "the weights that are drawn are replaced"),
    ],
}


def reasons(path: Path, question: str) -> list[Reason]:
    return [(pattern, why) for name, pattern, why in AS_GOOD[path.stem] if name == question]


def key(question: Question) -> str:
    """Without the number of a chapter, which may change."""
    return f"{question.check.__module__.rpartition('.')[2]} {question.name}"


IDS = [f"{path.stem}-{question.name}" for path, question in QUESTIONS]


@pytest.mark.filterwarnings("ignore")  # changed answers divide by 0, and open figures
@pytest.mark.parametrize(("path", "question"), QUESTIONS, ids=IDS)
def test_changed_answers_are_noticed(path: Path, question: Question) -> None:
    explained = reasons(path, question.name)
    now = fingerprint(path, question.name, explained)
    if recorded().get(key(question)) == now and not os.environ.get("TEST_ALL"):
        return
    right = [a for a in answers_to(path) if (a.question, a.code) == (question.name, "right")]
    found = list(faults(right, explained))
    assert not found, "\n".join([f"exercises/solutions/{path.name}, {question.name}:", *found])
    record(key(question), now)


def test_the_record_knows_no_other_questions() -> None:
    assert recorded().keys() <= {key(question) for _, question in QUESTIONS}


SAMPLE = [("02-neuron", "q4"), ("02-neuron", "q8"), ("04-networks", "q1")]
LABELED = json.dumps("# q4: right\n")[:-1]  # as a notebook stores the first line of an answer


@pytest.mark.parametrize(
    ("file", "old", "new", "changed"),
    [
        ("nncheck/questions/neuron.py", "> 0.75", "> 0.7", SAMPLE[:2]),
        ("nncheck/checking.py", "rtol=1e-4", "rtol=1e-1", SAMPLE),
        ("nnlib/neuron.py", "self.w", "self.v", SAMPLE[:2]),
        ("nnlib/plots.py", "def ", "def  ", []),
        ("exercises/02-neuron.ipynb", "layer(X, W, b)", "layer(W, X, b)", SAMPLE[:2]),
        ("exercises/solutions/02-neuron.ipynb", LABELED, LABELED + "x = 1 #", SAMPLE[:1]),
        ("exercises/solutions/02-neuron.ipynb", "# q4: slow", "# q4: slower", []),
        ("nncheck/checking.py", "\n", "\r\n", []),
    ],
)
def test_what_changes_is_tried_again(
    tmp_path: Path, file: str, old: str, new: str, changed: list[tuple[str, str]]
) -> None:
    """A check, what it stands on, a right answer; and only those questions that these concern."""
    for name in ("nnlib", "nncheck", "exercises"):
        shutil.copytree(ROOT / name, tmp_path / name)
    content = (tmp_path / file).read_bytes()
    assert old.encode() in content
    (tmp_path / file).write_bytes(content.replace(old.encode(), new.encode()))

    def marks(root: Path) -> list[str]:
        return [fingerprint(root / f"exercises/{stem}.ipynb", name, []) for stem, name in SAMPLE]

    apart = zip(SAMPLE, marks(ROOT), marks(tmp_path), strict=True)
    assert [question for question, was, now in apart if was != now] == changed


def test_another_reason_is_tried(tmp_path: Path) -> None:
    path, question = QUESTIONS[0]
    assert len({fingerprint(path, question.name, [(p, "so")]) for p in ("a", "a", "b")}) == 2


CHECK = """
from nncheck.answers import Mistake
from nncheck.checking import Exercise, expect_number

check = Exercise("sums")

@check.question(points=1, hints=[("加。", "Add.")])
def q1(total: float) -> None:
    {}
"""
SHARP = "expect_number(total, 5)"
BLUNT = "if total not in (4, 5): raise Mistake('wrong')"
TAKEN = "taken, though not as good: - total = 2 + 3 + total = "


@pytest.mark.parametrize(
    ("check", "reasons", "said"),
    [
        (SHARP, [], []),
        (BLUNT, [], [f"{TAKEN}1 + 3", f"{TAKEN}2 + 2"]),
        (BLUNT, [(".", "any sum will do")], []),
        (SHARP, [("minus", "as good")], ["no longer needed in AS_GOOD: minus"]),
    ],
)
def test_a_blunt_check_is_noticed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    check: str,
    reasons: list[Reason],
    said: list[str],
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "sums", raising=False)
    (tmp_path / "sums.py").write_text(CHECK.format(check), "utf8")
    (tmp_path / "solutions").mkdir()
    for file, sources in {
        "sums.ipynb": ["from sums import check", "total = ...\ncheck.q1()"],
        "solutions/sums.ipynb": ["", "# q1: right\ntotal = 2 + 3"],
    }.items():
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / file)
    assert list(faults(answers_to(tmp_path / "sums.ipynb"), reasons)) == said


def endless() -> None:
    while True:
        pass


def test_only_the_time_of_the_processor_counts() -> None:
    with time_limit(0.1):
        time.sleep(0.3)
    with pytest.raises(TimeoutError), time_limit(0.1):
        endless()


def test_the_record_is_kept_by_question(tmp_path: Path) -> None:
    path = tmp_path / "record.tsv"
    path.touch()
    for name, mark in (("b q1", "1"), ("a q1", "2"), ("b q1", "3")):
        record(name, mark, path)
    assert path.read_bytes() == b"a q1\t2\nb q1\t3\n"
    assert recorded(path) == {"a q1": "2", "b q1": "3"}
