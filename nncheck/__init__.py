"""Questions that know which mistake was made, for a notebook, a lesson or plain Python.

A check compares an answer with the right value, and with what each known mistake would give.
Whoever forgot the mean hears "divide by N", in Chinese, English or both, and not "expected 0.31,
got 3.1". Hints open one by one; points are earned part by part.

The questions of the book "Neural Networks: Derive It, Run It, Check It" are in `nncheck.questions`:

>>> from nncheck.questions.neuron import check
>>> check.language = "en"
>>> check.q1()
q1 (0 of 2): Not attempted yet: replace the `...` of `council` and run the cell again.

An exercise of your own is a module. A question is a function of three lines: what is put in, what
must come out, and what each mistake would give. Its parameters are the learner's variables.

>>> from nncheck.answers import Function
>>> from nncheck.checking import Exercise, Generator, expect
>>> check = Exercise("averages")
>>> hints = [("先加總。", "First take the sum."), ("再除以個數。", "Then divide by how many.")]
>>> @check.question(points=1, hints=hints, total=("忘了除以個數。", "Divide by how many."))
... def q1(average: Function, rng: Generator) -> None:
...     x = rng.normal(size=5)
...     expect(average(x), x.mean(), total=x.sum())

The learner's notebook says `from averages import check`, has a cell with `...` where the answer
goes, and asks on the last line of that cell:

>>> check.language = "en"
>>> def average(x):
...     return x.sum()
>>> check.q1()
q1 (0 of 1): Divide by how many.
>>> def average(x):
...     return x.sum() / len(x)
>>> check.q1()
q1 (1 of 1): Right.
>>> check.hint("q1")
First take the sum.
>>> check.report()
q1 (1 of 1): Right.
Total: 1 of 1

What a variable may be: `Function`, `float`, `str` (a letter to choose), `nnlib.checks.FloatArray`,
`Shape` (a shape that is predicted), `Lines` (what a plot shows). How it is compared: `expect`;
`expect_quietly` and `expect_number`, which do not give the one answer away and take it rounded to
so many `digits`; `choose`, `predict`; `no_loop`, if arrays are asked for, and `without`, if a
function is not to be used. With `yield 1` a check says what has been earned so far. These also pass
over an answer that is still missing, so that the parts after it earn their points.

A class is graded offline, with other random numbers than the learners met, and each submission in
a process of its own. The checks are those that the notebook imports, from wherever you run this:

    python -m nncheck.grade averages.ipynb submissions/*.ipynb -o grades.csv
    python -m nncheck.otter averages.ipynb -o tests   # the same checks for Otter-Grader

`checking`, `parts`, `answers` and `feedback` are what the learner meets, `questions` the book's
exercises, `grading` what the teacher runs. The solutions are not installed: they are in the book.
"""
