"""Do the book's claims about training hold in further seeds, under two matrix kernels?

`make replicate` runs what is missing and what has changed, and writes the record beside each
script; `make replicate ALL=--all` runs everything again, as before a release. A claim's seeds are
new because every seed that the page names stands for another one: `one_kernel.py`.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from read.book import Book
from read.notebooks import Cell
from read.replications import Claim, claims, entries, last_cells, script

ROOT = Path(__file__).parents[2]
KERNELS = ("Haswell", "Nehalem")  # of OpenBLAS; every 64-bit processor of the last decade has both
SEEDS = range(1001, 1021)
LONGEST = 20 * 60  # seconds a chapter may take, all together


def replicate(claim: Claim, experiment: str) -> dict[str, Any]:
    """The claim's entry. RuntimeError: it does not even hold on the page."""
    found: dict[str, Any] = {}
    for kernel in KERNELS:
        environment = {**os.environ, "OPENBLAS_CORETYPE": kernel, "MPLBACKEND": "Agg"}
        environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        task = {"experiment": experiment, "claim": claim.name, "seeds": list(SEEDS)}
        task["script"] = "\n".join(each.code for each in claim.code)
        child = subprocess.run(
            [sys.executable, Path(__file__).with_name("one_kernel.py")],
            input=json.dumps(task),
            env=environment,
            text=True,
            capture_output=True,
        )
        if child.returncode:
            raise RuntimeError(f"{claim.name}, kernel {kernel}:\n{child.stderr[-2000:]}")
        found[kernel] = json.loads(child.stdout.splitlines()[-1])
    failed = {kernel: each["failed"] for kernel, each in found.items()}
    held = len(set(SEEDS) - {seed for each in failed.values() for seed in each})
    return {
        "statement": claim.statement,
        "held": held,
        "seeds": [SEEDS[0], SEEDS[-1]],
        "failed": failed,
        "versions": found[KERNELS[0]]["versions"],
        "seconds": round(sum(each["seconds"] for each in found.values()), 1),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chapters", nargs="*", help="names such as optimization (default: all)")
    parser.add_argument("--all", action="store_true", help="run again what is up to date, too")
    options = parser.parse_args()
    failures = 0
    for notebook in Book.load(ROOT).notebooks:
        file = script(ROOT, notebook.name)
        if not file.exists() or (options.chapters and file.stem not in options.chapters):
            continue
        failures += chapter(notebook.cells, file, options.all)
    return 1 if failures else 0


def chapter(cells: list[Cell], file: Path, again: bool) -> int:
    """Bring the record of a chapter up to date; how many claims could not be run."""
    known, record = claims(file), entries(file)
    named, failures = last_cells(cells), 0
    kept = {name: entry for name, entry in record.items() if name in named and name in known}
    for name in [each for each in known if each in named]:
        claim = known[name]
        experiment = claim.experiment(cells, named[name])
        digest = claim.digest(experiment)
        if not again and kept.get(name, {}).get("digest") == digest:
            continue
        print(f"{file.stem}: {name} …", end=" ", flush=True)
        try:
            entry = replicate(claim, "\n".join(each.code for each in experiment))
        except RuntimeError as error:
            print(error)
            failures += 1
            continue
        print(f"held in {entry['held']} of {len(SEEDS)}, {entry['seconds']} s", flush=True)
        kept[name] = {**entry, "digest": digest}
        write(file, {each: kept[each] for each in known if each in kept})
    if kept != record:
        write(file, {each: kept[each] for each in known if each in kept})
    if (seconds := sum(entry["seconds"] for entry in kept.values())) > LONGEST:
        print(f"{file.stem}: {seconds:.0f} s, more than {LONGEST}. Make an experiment smaller.")
        failures += 1
    return failures


def write(file: Path, record: dict[str, Any]) -> None:
    """A line a claim."""
    lines = [
        f"{json.dumps(name)}: {json.dumps(entry, ensure_ascii=False)}"
        for name, entry in record.items()
    ]
    file.with_suffix(".json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf8")


if __name__ == "__main__":
    sys.exit(main())
