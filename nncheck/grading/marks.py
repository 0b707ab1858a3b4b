"""The marks of one notebook, whatever it is and does, and what its learner is told."""

from dataclasses import dataclass
from pathlib import Path

from nncheck.answers import Text
from nncheck.checking import Exercise, Question
from nncheck.feedback import Feedback, Report
from nncheck.grading.notebook import cells_of
from nncheck.grading.submission import Limits, Stopped, Submission

CASES = 5  # how often a function is tried
STOPPED = {
    "time": ("超過時間，作業被停下來。", "Stopped: it took too long."),
    "crash": ("執行到一半，程式整個結束了。", "The whole process ended before its time."),
    "flood": ("答案大得不合理。", "An answer was unreasonably large."),
}
NO_NOTEBOOK = ("這不是 notebook 檔。", "This is not a notebook.")
NO_CHECK = ("檢查時出錯：{}", "The check itself failed: {}")
CELL = ("第 {} 個程式格出錯：{}", "Code cell {} failed: {}")


@dataclass(frozen=True)
class Marks(Report):
    notes: list[Text]  # what happened to the notebook as a whole


def mark(path: Path, exercise: Exercise, seed: int, limits: Limits, isolated: list[str]) -> Marks:
    """The marks of one notebook, whatever it is and does."""
    questions = list(exercise.questions.values())
    try:
        cells = cells_of(path)
    except ValueError:
        return Marks([lost(question, NO_NOTEBOOK) for question in questions], [NO_NOTEBOOK])
    feedback, notes = [], []
    with Submission(cells, limits, isolated) as submission:
        try:
            for number, error in submission.run():
                notes.append((CELL[0].format(number, error), CELL[1].format(number, error)))
            for question in questions:
                feedback.append(mark_question(question, submission, seed))
        except Stopped as stopped:
            why = STOPPED[str(stopped)]
            notes.append(why)
            feedback += [lost(question, why) for question in questions[len(feedback) :]]
    return Marks(feedback, notes)


def mark_question(question: Question, submission: Submission, seed: int) -> Feedback:
    try:
        return question.mark(submission, [[seed, case] for case in range(CASES)])
    except Stopped:
        raise
    except Exception as error:  # an answer that no check thought of costs its own marks
        reason = repr(error)[:500]
        return lost(question, (NO_CHECK[0].format(reason), NO_CHECK[1].format(reason)))


def lost(question: Question, why: Text) -> Feedback:
    return Feedback(why, question.name, "lost", 0, question.points)


def report(name: str, marks: Marks) -> str:
    """The feedback for a learner, in both languages."""
    texts = [marks.total, *(each.texts for each in marks.feedback), *marks.notes]
    return "\n\n".join([name, *map("\n".join, texts)]) + "\n"
