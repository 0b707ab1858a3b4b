"""Questions that know which mistake was made: one module of checks for each exercise notebook.

>>> from nnlib.exercises.neuron import check
>>> check.language = "en"
>>> check.q1()
q1 (0 of 2): Not attempted yet: replace the `...` of `w_gate` and run the cell again.

`checking` compares, `answers` reads what a learner wrote. The written solutions are not installed;
they are in the book's `exercises/solutions/`.
"""
