"""The workflows: what runs there runs here, actions stay as they were, and no job may too much."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
MAY_WRITE = {"deploy": {"pages", "id-token"}, "notebooks": {"contents"}}

Json = dict[str, Any]


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.name)
def workflow(request: pytest.FixtureRequest) -> Json:
    return yaml.safe_load(request.param.read_text("utf8"))


def steps(workflow: Json) -> list[Json]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_actions_are_pinned_to_a_commit() -> None:
    lines = [line for path in WORKFLOWS for line in path.read_text("utf8").splitlines()]
    used = [line for line in lines if "uses:" in line]
    assert used
    for line in used:
        assert re.search(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_no_job_may_more_than_it_needs(workflow: Json) -> None:
    assert set(workflow["permissions"].items()) <= {("contents", "read")}
    for name, job in workflow["jobs"].items():
        writes = {what for what, how in job.get("permissions", {}).items() if how == "write"}
        assert writes == MAY_WRITE.get(name, set()), name


def test_steps_are_make_targets(workflow: Json) -> None:
    makefile = (ROOT / "Makefile").read_text("utf8")
    targets = set(re.findall(r"^([\w -]+):(?!=)", makefile, re.MULTILINE))
    known = {name for group in targets for name in group.split()}
    for step in steps(workflow):
        command = step.get("run", "")
        if command and not command.startswith(("sudo apt-get", "sudo sysctl")):  # of the system
            target = command.removeprefix("make ").split()[0]
            target = target.replace("test-${{", "test-lowest")
            assert command.startswith("make "), command
            assert target in known, command


def test_make_knows_the_targets() -> None:
    command = ["make", "--dry-run", "publish", "push-notebooks", "links"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    for command in ("offline", "pdf", "branch", "outside_links"):
        assert f"_ext {command}\n" in run.stdout


def test_text_from_outside_is_no_part_of_a_command(workflow: Json) -> None:
    for step in steps(workflow):
        used = re.findall(r"\$\{\{\s*([\w.]+)", step.get("run", ""))
        assert all(name.startswith("matrix.") for name in used), step["run"]


def test_every_week_all_is_run() -> None:
    weekly = yaml.safe_load((ROOT / ".github/workflows/weekly.yml").read_text("utf8"))
    run = {step.get("run") for step in steps(weekly)}
    assert {f"make test-{what}" for what in ("all", "kernels", "versions", "live")} <= run


@pytest.fixture
def makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """What a target of the Makefile runs of the environment's programs, which here only say it."""
    program = '#!/bin/sh\necho "ran $(basename "$0") $* TEST_ALL=$TEST_ALL"\n'
    (tmp_path / "bin").mkdir()
    for name in ("python", "pip", "ruff", "mypy", "pytest"):
        (tmp_path / "bin" / name).write_text(program)
        (tmp_path / "bin" / name).chmod(0o755)
    for name in ("TEST_ALL", "MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES"):  # of a make around this one
        monkeypatch.delenv(name, raising=False)
    for name in (".book", ".all"):
        (tmp_path / name).touch()

    def makes(target: str) -> list[str]:
        command = ["make", "-o", "_ext/node_modules/.done", f"VENV={tmp_path}", target]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf8", check=True)
        return [line[4:] for line in run.stdout.splitlines() if line.startswith("ran ")]

    return makes


@pytest.mark.parametrize(("target", "everything"), [("test", ""), ("test-all", "1")])
def test_a_run_checks_style_types_and_all_tests(
    makes: Callable[[str], list[str]], target: str, everything: str
) -> None:
    ran = makes(target)
    for what in ("python _ext build", "ruff check .", "ruff format --check .", "mypy ", "pytest "):
        assert f"{what} TEST_ALL={everything}" in ran


def test_the_fast_run_leaves_the_book_out(makes: Callable[[str], list[str]]) -> None:
    ran = "\n".join(makes("test-fast"))
    for what in ("python _ext check", "ruff check", "mypy", "pytest tests/nnlib"):
        assert what in ran
    assert "_ext build" not in ran
