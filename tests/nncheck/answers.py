"""The exercises, and the answers to them: right ones and wrong ones, from `exercises/solutions/`.

An answer is a code cell whose first line says what its check must say: `# q4: no_bias`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

from nncheck.answers import Here
from nncheck.checking import Exercise, Feedback
from nncheck.grading.notebook import exercise_of
from read import notebooks

ROOT = Path(__file__).parents[2]
EXERCISES = sorted(ROOT.glob("exercises/*.ipynb"))
LABEL = re.compile(r"# (q\d+): (\w+)\n")


@dataclass(frozen=True)
class Answer:
    exercise: Path
    question: str
    code: str  # what the check must say: "right", or the mistake
    source: str

    def variables(self, source: str = "") -> Here:
        """The notebook with this answer in it, or with another version of it."""
        variables = dict(blank(self.exercise))
        run(source or self.source, variables)
        return Here(variables)

    def feedback(self, seeds: Iterable[int], source: str = "") -> Feedback:
        """What the check says."""
        question = check(self.exercise).questions[self.question]
        return question.mark(self.variables(source), seeds)

    def values(self, source: str = "") -> str | None:
        """The values of which the answer consists; None if there is a function among them."""
        kinds = check(self.exercise).questions[self.question].variables
        given = self.variables(source)
        if "function" in kinds.values():
            return None
        values = [given.value(name, kind) for name, kind in kinds.items()]
        return repr([each if isinstance(each, str) else np.round(each, 9) + 0.0 for each in values])

    def __str__(self) -> str:
        return f"{self.exercise.stem}-{self.question}-{self.code}"


def sources(notebook: Path) -> list[str]:
    return [cell.source for cell in notebooks.read(notebook) if cell.kind == "code"]


def solutions(exercise: Path) -> Path:
    return exercise.parent / "solutions" / exercise.name


@cache
def check(exercise: Path) -> Exercise:
    return exercise_of(exercise)


def run(source: str, variables: dict[str, Any]) -> None:
    lines = [line for line in source.splitlines() if not line.startswith("check.")]
    exec("\n".join(lines), variables)


@cache
def blank(exercise: Path) -> dict[str, Any]:
    """The variables after running the notebook as a learner gets it, and what solutions import."""
    matplotlib.use("agg")
    variables: dict[str, Any] = {}
    for source in before(exercise):
        run(source, variables)
    return variables


def before(exercise: Path) -> list[str]:
    """The code that runs before an answer."""
    return [*sources(exercise), sources(solutions(exercise))[0]]


def answers_to(exercise: Path) -> list[Answer]:
    labeled = ((LABEL.match(source), source) for source in sources(solutions(exercise)))
    return [Answer(exercise, label[1], label[2], source) for label, source in labeled if label]


def answers() -> list[Answer]:
    return [answer for exercise in EXERCISES for answer in answers_to(exercise)]


QUESTIONS = [(path, q) for path in EXERCISES for q in check(path).questions.values()]
