"""Tests for Otter-Grader, made from the checks."""

import argparse
import secrets
from importlib import import_module
from pathlib import Path
from typing import Any

from nncheck.answers import Here
from nncheck.checking import Question
from nncheck.grading.marks import CASES
from nncheck.grading.notebook import exercise_of

FILE = """\
from otter.test_files import test_case

from nncheck.grading.otter import earns

OK_FORMAT = False
name = "{name}"
points = {points:g}
"""
CASE = """

@test_case(points={worth:g}, hidden={hidden})
def test_{number}(env):
    earns(env, "{module}", "{name}", {upto:g}, {seed})
"""


def earns(env: dict[str, Any], module: str, name: str, points: float, seed: int) -> None:
    """AssertionError with the feedback unless the answer in `env` earns so many points."""
    question: Question = import_module(module).check.questions[name]
    feedback = question.mark(Here(env), [[seed, case] for case in range(CASES)])
    assert feedback.points >= points, repr(feedback)


def test_file(question: Question, module: str, seed: int) -> str:
    """One file of tests: a case for each point, and one for what is left of the last."""
    text = FILE.format(name=question.name, points=question.points)
    upto, number = 0.0, 0
    while upto < question.points:
        worth, number = min(1.0, question.points - upto), number + 1
        upto += worth
        text += CASE.format(
            worth=worth,
            hidden=number > 1,
            number=number,
            module=module,
            name=question.name,
            upto=upto,
            seed=seed,
        )
    return text


def main(description: str) -> None:
    parser = argparse.ArgumentParser(prog="python -m nncheck.otter", description=description)
    parser.add_argument("exercise", type=Path, help="the notebook as you handed it out")
    parser.add_argument("-o", "--output", type=Path, default=Path("tests"))
    parser.add_argument("--seed", type=int, help="private: the same seed gives the same marks")
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else secrets.randbits(64)
    exercise = exercise_of(given.exercise)
    given.output.mkdir(parents=True, exist_ok=True)
    for name, question in exercise.questions.items():
        module = question.check.__module__
        path = given.output / f"{name}.py"
        path.write_text(test_file(question, module, seed), "utf-8")
    print(f"{given.output}: {len(exercise.questions)} files, --seed {seed}")
