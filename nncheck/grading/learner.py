"""The learner's process: it runs the notebook, then answers what the grader asks.

Comparing and counting is done in the grader's process: here are no questions, but a stand-in for
`check`, and what comes from here is data (JSON), never code.
"""

import ast
import inspect
import json
import linecache
import os
import random
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any

import numpy as np

from nncheck.answers import Here, Mistake
from nncheck.grading.shell import Shell, as_python
from nncheck.grading.stand_in import nothing, stand_in
from nncheck.grading.wire import MEGABYTE, decoded, encoded, line_of


@contextmanager
def time_limit(seconds: float, wall: float) -> Iterator[None]:
    """So much processor time, which a busy machine does not use up, and so much time in all."""

    def stop(*_: Any) -> None:
        raise TimeoutError(f"still running after {seconds:g} seconds")

    clocks = {
        signal.ITIMER_PROF: (signal.SIGPROF, seconds),
        signal.ITIMER_REAL: (signal.SIGALRM, wall),
    }
    for clock, (alarm, limit) in clocks.items():
        signal.signal(alarm, stop)
        signal.setitimer(clock, limit, 0.1)  # again, if the code catches it
    try:
        yield
    finally:
        for clock in clocks:
            signal.setitimer(clock, 0)


def limit_resources(asked: dict[str, float], apart: bool) -> None:
    """So much memory and processor time, files of at most 64 MB, if the system has limits.

    Processes are counted only where none but the learner's are.
    """
    import resource  # which Windows lacks; there the grader says so before it comes here

    limits = {"RLIMIT_AS": int(asked["memory"]) * MEGABYTE, "RLIMIT_CPU": int(asked["total"]) + 1}
    limits |= {"RLIMIT_FSIZE": 64 * MEGABYTE, "RLIMIT_NOFILE": 256, "RLIMIT_CORE": 0}
    if apart:
        limits["RLIMIT_NPROC"] = int(asked["tasks"])
    for name, limit in limits.items():
        with suppress(AttributeError, OSError, ValueError):
            resource.setrlimit(getattr(resource, name), (limit, limit))


def draw_the_same() -> None:
    """Random numbers without a seed are the same each time: the same marks twice."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 -- for notebooks that use it
    np.random.bit_generator.randbits = random.Random(0).getrandbits  # type: ignore[attr-defined]


def run(cells: list[str], variables: dict[str, Any], limits: dict[str, float]) -> dict[str, Any]:
    """Run the cells, as far as each goes: the number and error of those that failed, and magics."""

    def execute(source: str) -> None:
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        code = compile(source, name, "exec", flags, dont_inherit=True)
        waiting = eval(code, variables)
        if code.co_flags & inspect.CO_COROUTINE:
            import asyncio

            asyncio.run(waiting)

    shell = Shell(lambda source: execute(as_python(source)))
    variables["get_ipython"] = lambda: shell
    failed, ignored = [], []
    for number, cell in enumerate(cells, 1):
        name = f"<cell {number}>"
        shell.ignored.clear()
        try:
            with time_limit(limits["seconds"], limits["wall"]), np.errstate(all="ignore"):
                execute(cell)
        except BaseException as error:  # also exit() and the like
            failed.append((number, f"{type(error).__name__}: {error}"[:500]))
        ignored += [(number, magic[:80]) for magic in shell.ignored]
    return {"failed": failed, "ignored": ignored}


def reply(answers: Here, request: dict[str, Any], limits: dict[str, float]) -> dict[str, Any]:
    name, op = request["name"], request["op"]
    try:
        with time_limit(limits["seconds"], limits["wall"]):
            if op == "value":
                return {"value": encoded(answers.value(name, request["kind"]))}
            arguments = decoded(request["arguments"])
            return {"value": encoded(getattr(answers, op)(name, arguments))}
    except Mistake as mistake:
        return {"mistake": mistake.code, "values": {k: str(v) for k, v in mistake.values.items()}}
    except BaseException as error:
        return {"mistake": "raised", "values": {"line": name, "error": type(error).__name__}}


def main() -> None:
    asked, answered = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(silence, standard)

    def answer(request: dict[str, Any], content: dict[str, Any]) -> None:
        answered.write(line_of({**content, "number": request["number"]}))
        answered.flush()

    task = json.loads(asked.readline())
    limits = task["limits"]
    limit_resources(limits, task["apart"])
    draw_the_same()
    stand_in(task["checks"], task["questions"])
    notebook = ModuleType("__main__")
    sys.modules["__main__"] = notebook
    variables = notebook.__dict__
    variables.update(display=nothing)
    answer(task, run(task["cells"], variables, limits))
    for request in map(json.loads, asked):
        answer(request, reply(Here(variables), request, limits))
