"""What a Python that starts in a given environment computes with.

OpenBLAS, NumPy and torch each choose among their kernels by the processor, unless the environment
that they start in says otherwise; the last digits of a result depend on the choice.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping

# Of OpenBLAS and of torch. Two threads on busy cores are far slower than one.
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
SETS_KERNEL = "OPENBLAS_CORETYPE"
# Sandybridge is hardly slower than newer kernels and rounds otherwise. Here it is no other one, or
# the processor cannot run it.
OTHER = {"Sandybridge": "Nehalem", "Nehalem": "Prescott"}

ASK = """
import json, platform
import numpy as np
from threadpoolctl import threadpool_info

blas = [each for each in threadpool_info() if each["internal_api"] == "openblas"]
facts = {
    "processor": platform.machine(),
    "NumPy": np.__version__,
    "OpenBLAS": blas[0]["architecture"] if blas else "",
    "OpenBLAS threads": blas[0]["num_threads"] if blas else 0,
    "NumPy's own": np.show_config(mode="dicts")["SIMD Extensions"].get("found", []),
}
"""
ASK_TORCH = """
import torch
facts["torch"] = torch.backends.cpu.get_cpu_capability()
facts["torch threads"] = torch.get_num_threads()
"""
TELL = "print(json.dumps(facts))"

Facts = dict[str, str | int | list[str]]


def facts(
    changed: Mapping[str, str] | None = None, python: str = sys.executable, torch: bool = False
) -> Facts:
    """What a child of this process computes with if these variables of its environment change."""
    ask = ASK + ASK_TORCH * torch + TELL
    child = [python, "-c", ask]
    environment = os.environ | (changed or {})
    answer = subprocess.run(child, env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(answer.stdout))


def take_another_kernel() -> str:
    """Let the children of this process use one fixed kernel of OpenBLAS; which, in words.

    What they give must not depend on the machine, so they do not use what is best on it. A kernel
    that the environment sets stays.
    """
    if chosen := os.environ.get(SETS_KERNEL):
        return f"OpenBLAS's kernel {chosen}, as {SETS_KERNEL} says"
    own = facts()
    if not own["OpenBLAS"]:
        return "the matrix kernels of this machine: its NumPy has no OpenBLAS"
    if own["processor"] not in ("x86_64", "AMD64"):
        return f"OpenBLAS's kernel {own['OpenBLAS']}, this machine's own: it is no x86"
    os.environ[SETS_KERNEL] = OTHER.get(own["OpenBLAS"], "Sandybridge")
    return f"OpenBLAS's kernel {facts()['OpenBLAS']} instead of this machine's {own['OpenBLAS']}"
