"""Grade a class offline: `python -m nncheck.grade exercises/02-neuron.ipynb submissions/`.

Submissions are notebooks, folders of them and zip archives, as nbgrader and Moodle lay them out.
Each notebook runs in a process and an empty folder of its own, with limits of time and memory;
whatever one does costs its own marks. The marks are counted in this process, with random cases that
no notebook has seen. Where Linux allows it (`unshare`), a notebook has no
network, cannot write outside its folder and cannot read the other submissions or the solutions;
elsewhere the grader says so, and belongs into a container.

Beside the table it writes a text of feedback for each learner, and a file from which a second start
goes on; that one holds the private seed. It needs Linux or macOS; on Windows, WSL.
"""

import sys

from nncheck.grading.table import main

if __name__ == "__main__":
    sys.exit(main(__doc__))
