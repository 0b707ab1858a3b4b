"""The room in which submissions run, for the tests that need one."""

import os
import shutil
import sys

import pytest

from nncheck.grading.room import NoRoom, closed_room


@pytest.fixture(scope="session")
def no_room() -> str:
    """Why this machine cannot lock up a notebook; nothing if it can."""
    try:
        closed_room("nncheck.questions.neuron", ["nnlib"])
    except NoRoom as why:
        return str(why)
    return ""


@pytest.fixture(scope="session")
def a_room(no_room: str, request: pytest.FixtureRequest) -> None:
    """CI must not pass without bubblewrap; a machine without user namespaces may, and is told."""
    if not no_room:
        return
    message = f"No room for submissions ({no_room}): the grader's barrier was NOT tested."
    if os.environ.get("CI") and not shutil.which("bwrap"):
        pytest.fail(f"{message} On Debian: apt install bubblewrap.", pytrace=False)
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print(f"\n{message}", file=sys.stderr, flush=True)
    pytest.skip(message)
