"""Runs the notebooks as other processors would, one factor at a time: `make test-kernels`.

A factor is set in the environment of one run of pytest, whose kernels inherit it, and conftest.py
compares what they print and draw with what is stored. Each run begins with a notebook of its own
that says what its kernel computes with, so that no factor passes that was not varied.
"""

import argparse
import json
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from processor import ASK, ASK_TORCH, ONE_THREAD, SETS_KERNEL, TELL, Facts, facts

ROOT = Path(__file__).parents[1]
KERNELS = {  # of OpenBLAS: the names it may answer with, and how NumPy says that it can run here
    "Nehalem": (("Nehalem",), ()),
    "Sandybridge": (("Sandybridge",), ()),
    "Haswell": (("Haswell",), ("X86_V3", "AVX2")),
    "Zen": (("Zen", "Haswell"), ("X86_V3", "AVX2")),  # some builds have one kernel for both
    "SkylakeX": (("SkylakeX",), ("X86_V4", "AVX512_SKX")),
}
WIDEST = ("X86_V4", "AVX512")  # how NumPy's names of AVX-512 and its parts begin


class Factor(NamedTuple):
    name: str
    sets: dict[str, str]
    took: Callable[[Facts], bool]  # whether a process that computes with this has taken it
    python: str = sys.executable
    options: tuple[str, ...] = ()
    needs: str = ""  # it cannot touch notebooks without this word


class Skip(NamedTuple):
    name: str
    why: str


def says(fact: str, *values: object) -> Callable[[Facts], bool]:
    return lambda now: now[fact] in values


def factors(own: Facts, lowest: Path, highest: Path) -> Iterator[Factor | Skip]:
    """All that may be varied on a machine that by itself computes with `own`."""
    yield Factor("the machine's own", {}, lambda now: now == own)
    if own["processor"] in ("x86_64", "AMD64"):
        yield from openblas(own)
        yield from torchs_own(own)
    else:
        yield Skip("OpenBLAS and torch", "this processor is no x86")
    yield from numpys_own(own)
    if os.cpu_count() == 1:
        yield Skip("two threads", "this machine has one processor")
    else:
        two = dict.fromkeys(ONE_THREAD, "2")
        # Two runs of two threads would wait for each other.
        yield Factor("two threads", two, says("torch threads", 2), options=("-n", "1"))
    first = os.pathsep.join(filter(None, (str(lowest), os.environ.get("PYTHONPATH"))))
    yield Factor(
        "NumPy's lowest version",
        {"PYTHONPATH": first},
        lambda now: str(now["NumPy"]).startswith("2.0."),
    )
    if highest.exists():
        yield Factor(
            "NumPy's highest version",
            {},
            lambda now: now["NumPy"] != own["NumPy"],
            python=str(highest),
            options=("-W", "ignore::DeprecationWarning"),  # of a newer Python
        )
    else:
        yield Skip("NumPy's highest version", f"there is no {highest}")


def openblas(own: Facts) -> Iterator[Factor | Skip]:
    for kernel, (names, runs_with) in KERNELS.items():
        name = f"OpenBLAS {kernel}"
        if not own["OpenBLAS"]:
            yield Skip(name, "NumPy has no OpenBLAS here")
        elif SETS_KERNEL in os.environ:
            yield Skip(name, f"the environment sets {SETS_KERNEL} to {os.environ[SETS_KERNEL]}")
        elif runs_with and not set(runs_with) & set(own["NumPy's own"]):
            yield Skip(name, "this processor cannot run it")
        else:
            yield Factor(name, {SETS_KERNEL: kernel}, says("OpenBLAS", *names))


def torchs_own(own: Facts) -> Iterator[Factor | Skip]:
    for capability in ("DEFAULT", "AVX2"):
        name = f"torch {capability}"
        if capability == "AVX2" and own["torch"] == "DEFAULT":
            yield Skip(name, "this processor cannot run it")
        else:
            # torch reads it in lower case.
            sets = {"ATEN_CPU_CAPABILITY": capability.lower()}
            yield Factor(name, sets, says("torch", capability), needs="import torch")


def numpys_own(own: Facts) -> Iterator[Factor | Skip]:
    found = own["NumPy's own"]
    widest = [each for each in found if each.startswith(WIDEST)]
    for name, off in (("NumPy without AVX-512", widest), ("NumPy's baseline", found)):
        if off:
            rest = [each for each in found if each not in off]
            sets = {"NPY_DISABLE_CPU_FEATURES": " ".join(off)}
            yield Factor(name, sets, says("NumPy's own", rest))
        else:
            yield Skip(name, "this processor has no more")


def settled(factor: Factor) -> Facts:
    """What a child computes with under this factor. SystemExit if it has not taken it."""
    now = facts(factor.sets, factor.python, torch=True)
    if not factor.took(now):
        raise SystemExit(f"{factor.name}: {factor.sets} varied nothing; a child says {now}")
    if now["OpenBLAS"]:  # named, or conftest.py would take another
        factor.sets.setdefault(SETS_KERNEL, os.environ.get(SETS_KERNEL, str(now["OpenBLAS"])))
    return now


def probe(now: Facts, folder: Path) -> Path:
    """A notebook that passes if its kernel computes with what it should."""
    cell = {
        "cell_type": "code",
        "id": "facts",
        "metadata": {},
        "execution_count": 1,
        "source": ASK + ASK_TORCH + TELL,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": json.dumps(now) + "\n"}],
    }
    path = folder / "computes-with.ipynb"
    path.write_text(
        json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "utf8"
    )
    return path


def differences(factor: Factor, now: Facts, notebooks: Sequence[Path], root: Path) -> list[str]:
    """What is no longer as stored, each with its notebook and cell."""
    folder = root / "_build" / "kernels" / factor.name.replace(" ", "-")
    folder.mkdir(parents=True, exist_ok=True)
    report, log = folder / "report.xml", folder / "pytest.log"
    report.unlink(missing_ok=True)
    command = [factor.python, "-m", "pytest", *factor.options, f"--junitxml={report}"]
    with log.open("w", encoding="utf8") as out:
        code = subprocess.run(
            [*command, "-p", "no:cacheprovider", "--color=no", probe(now, folder), *notebooks],
            cwd=root,
            env=os.environ | factor.sets,
            stdout=out,
            stderr=subprocess.STDOUT,
        ).returncode
    if code not in (0, 1) or not report.exists():
        raise SystemExit(f"{factor.name}: pytest did not come to its end; read {log}")
    cases = ET.parse(report).iter("testcase")
    return [bad.text or "" for case in cases for bad in case if bad.tag in ("failure", "error")]


def vary(every: Iterable[Factor | Skip], notebooks: Sequence[Path], root: Path) -> int:
    """How many outputs differ under these factors; each is printed as it is found."""
    count, done = 0, {}
    for factor in every:
        if isinstance(factor, Skip):
            print(f"{factor.name}: left out: {factor.why}", flush=True)
            continue
        now = settled(factor)
        if twin := done.get(key := json.dumps(now)):
            print(f"{factor.name}: left out: here it is the same as {twin}", flush=True)
            continue
        done[key] = factor.name
        touched = [each for each in notebooks if factor.needs in each.read_text("utf8")]
        start = time.monotonic()
        found = differences(factor, now, touched, root)
        minutes = (time.monotonic() - start) / 60
        print(*found, sep="\n\n", end="\n" * bool(found))
        words = ", ".join(f"{name} {value}" for name, value in now.items())
        print(f"{factor.name}: {len(found)} differ, {minutes:.1f} minutes ({words})", flush=True)
        count += len(found)
    return count


def main() -> None:
    for threads in ONE_THREAD:  # as conftest.py does
        os.environ.setdefault(threads, "1")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lowest", type=Path, required=True, help="a folder with NumPy 2.0")
    parser.add_argument("--highest", type=Path, required=True, help="a Python with the newest")
    parser.add_argument("--only", default="", help="factors with this in their name")
    parser.add_argument("notebooks", nargs="*", type=Path, help="these alone")
    asked = parser.parse_args()
    notebooks = asked.notebooks or [
        ROOT / "index.ipynb",
        *sorted(ROOT.glob("chapters/*.ipynb")),
        *sorted(ROOT.glob("exercises/**/*.ipynb")),
    ]
    every = factors(facts(torch=True), asked.lowest.absolute(), asked.highest.absolute())
    start = time.monotonic()
    count = vary((each for each in every if asked.only in each.name), notebooks, ROOT)
    print(f"{count} outputs differ; {(time.monotonic() - start) / 60:.0f} minutes in all")
    sys.exit(count > 0)


if __name__ == "__main__":
    main()
