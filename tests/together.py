"""How the tests are spread over processes, and how far they are: a line now and then for each run.

A plugin of pytest, for runs on several processes. What belongs together stays on one of them: a
notebook, whose cells share a kernel; a page of the book at one width, which is opened once for all
that is asked of it; the tests of a module, which share what they have prepared. The changed answers
of each question go where there is room. Large units come first, so that no process is late.
"""

import re
import time
from collections.abc import Generator, Sequence
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

VISIT = re.compile(r"tests/browser/.*\[(?:zh-Hant|en)/(.+-(?:desk|phone))\b")
ALONE = "tests/nncheck/test_mutants.py::test_changed_answers"
PAUSE = 30  # seconds from one line to the next, at least


def unit(test: str) -> str:
    """What a test belongs to, of those that one process runs in a row."""
    if visit := VISIT.match(test):
        return visit[1]
    return test if test.startswith(ALONE) else test.partition("::")[0]


class ByUnit(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)


class Progress:
    """In place of a dot for each test, one line now and then; and each failure when it happens."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.started = self.said = time.monotonic()
        self.all = self.done = self.failed = 0

    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        self.all = len(ids)

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self) -> Generator[None, Any, Any]:
        category, _letter, word = yield
        return category, "", word if category in ("failed", "error") else ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed += 1
            self.say(f"FAILED {report.nodeid.partition('::')[0]} {report.head_line}")

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.done += 1
        now = time.monotonic()
        if self.done == self.all or now - self.said >= PAUSE:
            self.said = now
            self.say(self.line(now - self.started, unit(nodeid)))

    def line(self, seconds: float, place: str) -> str:
        faults = f", {self.failed} failed" if self.failed else ""
        return (
            f"{self.done / self.all:4.0%} of {self.all:,} tests "
            f"in {seconds // 60:.0f} min {seconds % 60:02.0f} s{faults}; just now: {place}"
        )

    def say(self, text: str) -> None:
        terminal = self.config.pluginmanager.getplugin("terminalreporter")
        terminal.write_line(text)


def pytest_configure(config: pytest.Config) -> None:
    several = config.option.numprocesses and not hasattr(config, "workerinput")
    if several and config.option.verbose <= 0:
        config.pluginmanager.register(Progress(config))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return ByUnit(config, log)
