"""`make test-kernels` names what depends on the processor, and does not pass without varying it."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

import kernels
import processor
from kernels import Factor, Skip, factors, says, vary

ROOT = Path(__file__).parents[2]
OWN = {
    "processor": "x86_64",
    "NumPy": "2.4.6",
    "OpenBLAS": "SkylakeX",
    "OpenBLAS threads": 1,
    "NumPy's own": ["X86_V3", "X86_V4", "AVX512_ICL"],
    "torch": "AVX512",
    "torch threads": 2,
}
ONE = Factor("one thread", {"OMP_NUM_THREADS": "1"}, says("torch threads", 1))


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book whose second cell prints a variable of its environment, and stores 2."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))  # of what conftest.py imports
    shutil.copy(ROOT / "conftest.py", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --nbval\n")
    sources = ["import os\nprint('grain')", "print('threads', os.environ['OMP_NUM_THREADS'])"]
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{n}",
            "metadata": {},
            "execution_count": n,
            "source": source,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": stored}],
        }
        for n, (source, stored) in enumerate(zip(sources, ("grain\n", "threads 2\n"), strict=True))
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "book.ipynb").write_text(json.dumps(notebook))
    return tmp_path


def test_what_depends_on_a_factor_is_named(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    every = [ONE, ONE._replace(name="one again"), Skip("AVX-512", "there is none")]
    assert vary(every, [book / "book.ipynb"], book) == 1
    told = capsys.readouterr().out
    assert "book.ipynb, cell 2: the stored output is not what this code gives now" in told
    assert "threads 2" in told
    assert "threads 1" in told
    assert "cell 1" not in told
    assert "one thread: 1 differ" in told
    assert "one again: left out: here it is the same as one thread" in told
    assert "AVX-512: left out: there is none" in told


@pytest.mark.skipif(os.cpu_count() == 1, reason="one thread is all that this machine has")
def test_a_kernel_that_does_not_take_the_factor_fails(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (book / "conftest.py").open("a") as conftest:
        conftest.write("\nos.environ['OMP_NUM_THREADS'] = '2'\n")
    assert vary([ONE], [book / "book.ipynb"], book) == 1
    assert "computes-with.ipynb, cell 1: " in capsys.readouterr().out


def test_a_factor_that_varies_nothing_ends_the_run() -> None:
    with pytest.raises(SystemExit, match="varied nothing"):
        vary([Factor("misspelt", {"OMP_THREADS": "0"}, says("torch threads", 0))], [], ROOT)


def names(own: processor.Facts, kind: type) -> list[str]:
    every = factors(own, Path("lowest"), Path(__file__))
    return [each.name for each in every if isinstance(each, kind)]


def test_all_is_varied_where_it_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(processor.SETS_KERNEL, raising=False)
    monkeypatch.setattr(kernels.os, "cpu_count", lambda: 2)
    assert names(OWN, Factor) == [
        "the machine's own",
        *(f"OpenBLAS {kernel}" for kernel in kernels.KERNELS),
        "torch DEFAULT",
        "torch AVX2",
        "NumPy without AVX-512",
        "NumPy's baseline",
        "two threads",
        "NumPy's lowest version",
        "NumPy's highest version",
    ]


def test_what_a_machine_cannot_run_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(processor.SETS_KERNEL, raising=False)
    older = OWN | {"NumPy's own": ["X86_V3"], "OpenBLAS": "Haswell", "torch": "AVX2"}
    assert names(older, Skip) == ["OpenBLAS SkylakeX", "NumPy without AVX-512"]
    assert names(OWN | {"processor": "arm64"}, Skip) == ["OpenBLAS and torch"]


def test_a_kernel_that_the_environment_sets_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(processor.SETS_KERNEL, "Haswell")
    assert names(OWN, Skip) == [f"OpenBLAS {kernel}" for kernel in kernels.KERNELS]
    assert "Haswell, as OPENBLAS_CORETYPE says" in processor.take_another_kernel()


@pytest.mark.parametrize(
    ("own", "words", "then"),
    [
        ({}, "Sandybridge instead of this machine's SkylakeX", "Sandybridge"),
        ({"OpenBLAS": "Sandybridge"}, "Nehalem instead of this machine's Sandybridge", "Nehalem"),
        ({"OpenBLAS": "Nehalem"}, "Prescott instead of this machine's Nehalem", "Prescott"),
        ({"processor": "arm64"}, "this machine's own: it is no x86", None),
        ({"OpenBLAS": ""}, "its NumPy has no OpenBLAS", None),
    ],
)
def test_usual_run_uses_another_kernel(
    own: processor.Facts, words: str, then: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(processor.SETS_KERNEL, "")
    monkeypatch.delenv(processor.SETS_KERNEL)

    def facts() -> processor.Facts:
        chosen = processor.os.environ.get(processor.SETS_KERNEL)
        return OWN | own | ({"OpenBLAS": chosen} if chosen else {})

    monkeypatch.setattr(processor, "facts", facts)
    assert words in processor.take_another_kernel()
    assert processor.os.environ.get(processor.SETS_KERNEL) == then
