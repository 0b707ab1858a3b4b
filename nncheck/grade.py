"""Grade a class offline: `python -m nncheck.grade exercises/02-neuron.ipynb submissions/`.

Submissions are notebooks, folders of them and zip archives, as nbgrader and Moodle lay them out.
Each notebook runs in a process of its own, with limits of time and memory, and whatever one does
costs its own marks. bubblewrap (`apt install bubblewrap`) locks it up: it sees Python, packages,
`nnlib` and the modules that the exercise imports; no other file, no network, no other process, and
not the checks. These run in the grader's process: they send inputs, with random cases that no
notebook has seen, and compare what comes back, as data. Where it cannot be locked up, nothing is
graded, unless you trust every notebook and say `--unsafe`. CONTRIBUTING has a container.

A learner's own process counts the steps of its functions and says what these use: who forges that
passes for fast code, or for code without a function that is not to be used, and for nothing else.

Beside the table it writes a text of feedback for each learner, and a file from which a second start
goes on; that one holds the private seed. It needs Linux or macOS; on Windows, WSL.
"""

import sys

from nncheck.grading.table import main

if __name__ == "__main__":
    sys.exit(main(__doc__))
