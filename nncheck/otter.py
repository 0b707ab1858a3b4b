"""Tests for Otter-Grader from the checks: `python -m nncheck.otter exercises/02-neuron.ipynb`.

They go into a folder, for `otter generate -t FOLDER`. Each point of a question is a test case, so
that partial credit counts, and each failing case says what the check says. Keep the folder to
yourself: it holds the seed of the random cases.
"""

from nncheck.grading.otter import main

if __name__ == "__main__":
    main(__doc__)
