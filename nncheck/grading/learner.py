"""The learner's process: it runs the notebook, then answers what the grader asks.

Comparing and counting is done in the grader's process. What comes from here is data (JSON), never
code, so a notebook that rewrites the checker rewrites its own copy of it, and changes no mark.
"""

import json
import linecache
import os
import random
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any

import numpy as np

from nncheck.answers import Here, Mistake, is_text
from nncheck.grading.wire import MEGABYTE, decoded, encoded


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    def stop(*_: Any) -> None:
        raise TimeoutError(f"still running after {seconds:g} seconds")

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)  # again, if the code catches it
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def limit_resources(memory: int) -> None:
    """So much memory, files of at most 64 MB, no core dumps, as far as the system has limits."""
    import resource  # which Windows lacks; there the grader says so before it comes here

    limits = {"RLIMIT_AS": memory * MEGABYTE, "RLIMIT_FSIZE": 64 * MEGABYTE, "RLIMIT_CORE": 0}
    for name, limit in limits.items():
        with suppress(AttributeError, OSError, ValueError):
            resource.setrlimit(getattr(resource, name), (limit, limit))


def run(cells: list[str], variables: dict[str, Any], seconds: float) -> list[tuple[int, str]]:
    """Run the cells, as far as each goes; return the number of each that failed, and its error."""
    failed = []
    for number, cell in enumerate(cells, 1):
        source = re.sub(r"^(\s*)[%!].*$", r"\1pass", cell, flags=re.M)  # what only IPython reads
        name = f"<cell {number}>"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        try:
            with time_limit(seconds), np.errstate(all="ignore"):
                exec(compile(source, name, "exec"), variables)
        except BaseException as error:  # also exit() and the like
            failed.append((number, f"{type(error).__name__}: {error}"[:500]))
    return failed


def reply(answers: Here, request: dict[str, Any], seconds: float) -> dict[str, Any]:
    name, op = request["name"], request["op"]
    try:
        with time_limit(seconds):
            if op == "value":
                return {"value": encoded(answers.value(name, request["kind"]))}
            arguments = decoded(request["arguments"])
            return {"value": encoded(getattr(answers, op)(name, arguments))}
    except Mistake as mistake:
        return {"mistake": mistake.code, "values": encoded_values(mistake.values)}
    except BaseException as error:
        return {"mistake": "raised", "values": {"line": name, "error": type(error).__name__}}


def encoded_values(values: dict[str, Any]) -> dict[str, Any]:
    return {k: encoded(v) if is_text(v) else str(v) for k, v in values.items()}


def main() -> None:
    asked, answered = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(silence, standard)

    def answer(content: Any) -> None:
        answered.write(json.dumps(content).encode() + b"\n")
        answered.flush()

    task = json.loads(asked.readline())
    limit_resources(task["memory"])
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 -- for notebooks that use it: the same marks twice
    notebook = ModuleType("__main__")
    sys.modules["__main__"] = notebook
    variables = notebook.__dict__
    nothing: Callable[..., None] = lambda *_, **__: None  # noqa: E731
    variables.update(display=nothing)
    answer(run(task["cells"], variables, task["seconds"]))
    for line in asked:
        answer(reply(Here(variables), json.loads(line), task["seconds"]))
