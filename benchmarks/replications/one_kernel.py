"""One claim in a process of its own, whose matrix kernel the environment sets.

A task comes in as JSON, its result goes out. Every seed s that the page gives to NumPy or torch
stands for (n, s) with n the further seed: all that is random is drawn anew, and what the page draws
alike twice is still drawn alike.
"""

import contextlib
import io
import json
import os
import platform
import sys
import time
import warnings
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

EACH = 100_000  # a seed of torch is one number; those of a page are smaller than this


def other_seeds(further: int) -> None:
    """From now on a seed stands for another one."""
    np.random.default_rng = lambda seed=None: OLD_RNG([further, *np.atleast_1d(seed or 0)])
    if torch:
        torch.manual_seed = lambda seed: OLD_SEED(EACH * further + seed)

        class Generator(OLD_GENERATOR):
            def manual_seed(self, seed: int) -> Any:
                return super().manual_seed(EACH * further + seed)

        torch.Generator = Generator


def holds(task: dict[str, Any]) -> bool:
    space: dict[str, Any] = {}
    exec(task["experiment"], space)
    claim: dict[str, Any] = {}
    exec(task["script"], claim)
    return bool(claim[task["claim"]](SimpleNamespace(**space)))


task = json.load(sys.stdin)
asked = os.environ["OPENBLAS_CORETYPE"]
ran = {each["architecture"] for each in threadpool_info() if each["internal_api"] == "openblas"}
if ran != {asked}:
    sys.exit(f"The matrix kernel is {', '.join(ran) or 'not of OpenBLAS'}, not {asked}.")

OLD_RNG = np.random.default_rng
versions = {"python": platform.python_version(), "numpy": np.__version__}
torch: Any = None
if "torch" in task["experiment"]:
    import torch

    torch.set_num_threads(1)
    OLD_SEED, OLD_GENERATOR = torch.manual_seed, torch.Generator
    versions["torch"] = version("torch")

failed = []
with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
    warnings.simplefilter("ignore")
    if not holds(task):
        sys.exit("It does not hold on the page itself.")
    for seed in task["seeds"]:
        other_seeds(seed)
        if not holds(task):
            failed.append(seed)
seconds = time.process_time()
print(json.dumps({"failed": failed, "versions": versions, "seconds": seconds}))
