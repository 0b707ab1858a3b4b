"""The marks of one notebook, whatever it is and does, and what its learner is told."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from nncheck.answers import Call, Text
from nncheck.checking import Question
from nncheck.feedback import Feedback, Report
from nncheck.grading.handed_in import Handed, Unreadable
from nncheck.grading.handed_out import Assignment, changes
from nncheck.grading.notebook import cells_of
from nncheck.grading.room import Room
from nncheck.grading.shell import as_python
from nncheck.grading.submission import SAID, Limits, Malformed, Note, Stopped, Submission

CASES = 5  # how often a function is tried
STOPPED = {
    "time": ("超過時間，作業被停下來。", "Stopped: it took too long."),
    "crash": ("執行到一半，程式整個結束了。", "The whole process ended before its time."),
    "flood": ("答案大得不合理。", "An answer was unreasonably large."),
    "memory": (
        "所有行程加起來，用掉太多記憶體，作業被停下來。",
        "Stopped: its processes together took too much memory.",
    ),
    "processes": (
        "開了太多行程，作業被停下來。",
        "Stopped: it started too many processes.",
    ),
}
NO_NOTEBOOK = ("這不是 notebook 檔。", "This is not a notebook.")
UNREADABLE = {
    "missing": ("這個檔案讀不出來。", "This file cannot be read."),
    "special": ("這不是一般的檔案，沒有打開。", "This is no regular file, and was not opened."),
    "large": ("這個檔案太大，沒有打開。", "This file is too large, and was not opened."),
}
MALFORMED = (
    "回覆不是答案該有的樣子，這一題不算分。",
    "The reply is not what an answer looks like: the question earns nothing.",
)
NO_CHECK = ("檢查時出錯：{}", "The check itself failed: {}")
CELL = ("第 {} 個程式格出錯：{}", "Code cell {} failed: {}")
IGNORED = (
    "第 {} 個程式格的 {} 在批改時不執行。",
    "Code cell {}: {} is not run when a notebook is graded.",
)


@dataclass(frozen=True)
class Marks(Report):
    notes: list[Text]  # what happened to the notebook as a whole


def mark(handed: Handed, assignment: Assignment, seed: int, limits: Limits, room: Room) -> Marks:
    """The marks of one notebook, whatever it is and does."""
    questions = list(assignment.checks.questions.values())
    feedback: list[Feedback] = []
    notes: list[Text] = []
    try:
        content = handed.content()
        cells = [as_python(cell) for cell in cells_of(content)]
        notes += changes(content, assignment.questions)
        with Submission(cells, assignment, limits, room) as submission:
            failed, ignored = submission.run()
            notes += [said(CELL, note) for note in failed] + [said(IGNORED, n) for n in ignored]
            for question in questions:
                feedback.append(mark_question(question, submission, seed))
    except Exception as error:  # what nobody thought of costs one learner's marks
        why = reason(error)
        notes.append(why)
        feedback += [lost(question, why) for question in questions[len(feedback) :]]
    return Marks(feedback, notes)


def said(text: Text, note: Note) -> Text:
    return text[0].format(*note), text[1].format(*note)


def reason(error: Exception) -> Text:
    """Why a notebook was not marked to its end."""
    if isinstance(error, Stopped):
        return STOPPED[str(error)]
    if isinstance(error, Unreadable):
        return UNREADABLE[str(error)]
    return NO_NOTEBOOK if isinstance(error, ValueError) else STOPPED["crash"]


@dataclass(frozen=True)
class Marked(Question):
    """A question whose feedback has no more of a learner's own text than is allowed."""

    own: Callable[[Any], str]

    def feedback(
        self, code: str, values: dict[str, Any], earned: float, tried: Call | None = None
    ) -> Feedback:
        texts = {k: self.own(v) for k, v in values.items() if k in SAID and not is_numeric(v)}
        return super().feedback(code, {**values, **texts}, earned, tried)


def is_numeric(value: Any) -> bool:
    return isinstance(value, int | float | np.generic)


def mark_question(asked: Question, submission: Submission, seed: int) -> Feedback:
    given = {field.name: getattr(asked, field.name) for field in fields(asked)}
    question = Marked(**given, own=submission.own)
    try:
        return question.mark(submission, [[seed, case] for case in range(CASES)])
    except Stopped:
        raise
    except Malformed:
        return lost(question, MALFORMED)
    except Exception as error:  # an answer that no check thought of costs its own marks
        reason = submission.own(repr(error))
        return lost(question, (NO_CHECK[0].format(reason), NO_CHECK[1].format(reason)))


def lost(question: Question, why: Text) -> Feedback:
    return Feedback(why, question.name, "lost", 0, question.points)


def report(name: str, marks: Marks) -> str:
    """The feedback for a learner, in both languages."""
    texts = [marks.total, *(each.texts for each in marks.feedback), *marks.notes]
    return "\n\n".join([name, *map("\n".join, texts)]) + "\n"
