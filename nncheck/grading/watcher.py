"""A watch on all processes of a submission together: what they hold, and how many they are."""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PAUSE = 0.1  # seconds from one look to the next
HELD = re.compile(r"^(?:RssAnon|RssShmem|VmSwap):\s+(\d+) kB$", re.M)
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class Watch:
    """Ends the processes below one, with all of its session, once together they take too much."""

    def __init__(self, process: int, memory: int, seconds: float, tasks: int) -> None:
        self.process, self.memory, self.seconds, self.tasks = process, memory, seconds, tasks
        self.reason = ""  # a key of `marks.STOPPED`, once it has ended them
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()

    def look(self) -> None:
        while not self.over.wait(PAUSE):
            if reason := self.too_much():
                self.reason = reason
                with suppress(ProcessLookupError):
                    os.killpg(self.process, 9)
                return

    def too_much(self) -> str:
        """Of what there is too much: a key of `marks.STOPPED`, or nothing."""
        found = list(below(self.process))
        if sum(tasks for _, tasks in found) > self.tasks:
            return "processes"
        if sum(held(process) for process, _ in found) > self.memory << 20:
            return "memory"
        return "time" if sum(used(process) for process, _ in found) > self.seconds else ""

    def stop(self) -> None:
        self.over.set()
        self.thread.join()


def below(process: int) -> Iterator[tuple[int, int]]:
    """A process and those that it started, with the number of threads of each."""
    waiting = [process]
    while waiting:
        each = waiting.pop()
        with suppress(OSError):
            tasks = os.listdir(f"/proc/{each}/task")
            yield each, len(tasks)
            for task in tasks:
                children = Path(f"/proc/{each}/task/{task}/children").read_text()
                waiting += map(int, children.split())


def held(process: int) -> int:
    """The bytes of memory that a process has for itself."""
    with suppress(OSError):
        status = Path(f"/proc/{process}/status").read_text(errors="replace")
        return sum(map(int, HELD.findall(status))) << 10
    return 0


def used(process: int) -> float:
    """The seconds of processor time that a process has taken, with those that it waited for."""
    with suppress(OSError):
        values = Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")[2]
        return sum(map(int, values.split()[11:15])) / TICKS
    return 0.0
