"""How fast nnlib is, beside what a reader might pick instead, on one core; where the time goes; how
time and memory grow; what it takes to begin.

    python benchmarks/speed.py [--rounds 7] [--core 1]

Every setting runs in interleaved rounds in this one process, and the medians of the processor time
are shown. Only the ratios within a run mean anything. Before it is timed, each contender trains for
an epoch from the same weights in the same order and must arrive at the same cost. The rivals are
those of rivals.txt; one that is not installed is left out, with a line that says so.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # before NumPy is loaded
os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"

import argparse
import resource
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from contenders import Contender, Ours, Setting, builders, installed

from nnlib import SGD, Sequential
from nnlib.layer import Layer

SETTINGS = (
    Setting("A: [784, 30, 10]", [784, 30, 10], n=5000, batch=10, squared=True),
    Setting("B: [784, 128, 64, 10]", [784, 128, 64, 10], n=4992, batch=64),
    Setting("single convolution", [100, 10], n=200, batch=10, maps=(20,)),
    Setting("single convolution", [100, 10], n=640, batch=64, maps=(20,)),
    Setting("double convolution", [100, 10], n=200, batch=10, maps=(20, 40)),
    Setting("double convolution", [100, 10], n=640, batch=64, maps=(20, 40)),
)
HERE = Path(__file__).parent


def stay_on(core: int | None) -> str:
    """Keep this process and all its threads on one core, so that no contender borrows another."""
    if not hasattr(os, "sched_setaffinity"):
        return "not pinned to a core, which this system does not offer"
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0)) if core is None else core})
    return "pinned to one core"


def medians(runs: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Processor seconds of each run: the median over rounds in which all take their turn."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds + 1):
        for name, run in runs.items():
            start = time.process_time()
            run()
            seconds[name].append(time.process_time() - start)
    return {name: float(np.median(values[1:])) for name, values in seconds.items()}  # 1 to warm up


def peak_flops(rounds: int, n: int = 2048) -> float:
    """Floating-point operations a second of a float32 matrix product that keeps the core busy."""
    A = np.ones((n, n), np.float32)
    return 2 * n**3 / medians({"product": lambda: A @ A}, rounds)["product"]


def bytes_a_second(rounds: int, n: int = 16 << 20) -> float:
    """Read and written by copying an array that no cache holds."""
    A, B = np.ones(n, np.float32), np.ones(n, np.float32)
    return 2 * A.nbytes / medians({"copy": lambda: np.copyto(B, A)}, rounds)["copy"]


def compare(setting: Setting, rounds: int) -> None:
    """Seconds of a mini-batch for each contender, and of its first epoch, in which it compiles."""
    print(f"\n{setting.name}, mini-batches of {setting.batch}")
    those, left_out = builders(setting)
    order = np.random.default_rng(2).permutation(setting.n)
    contenders: dict[str, Contender] = {}
    first: dict[str, float] = {}
    costs: dict[str, float] = {}
    for name, build in those.items():
        start = time.perf_counter()
        contenders[name] = build()
        contenders[name].take(order)
        first[name] = time.perf_counter() - start
        costs[name] = setting.cost(contenders[name].parameters())
        if not np.isclose(costs[name], costs["nnlib"], rtol=1e-4):
            raise AssertionError(f"{name} is another step: {costs[name]}, not {costs['nnlib']}")
    seconds = medians({name: each.train for name, each in contenders.items()}, rounds)
    spread = max(costs.values()) / min(costs.values()) - 1
    print(f"  cost of all after the same epoch: {costs['nnlib']:.5f}, equal within {spread:.0e}")
    steps = {
        name: each.epochs * -(-setting.n // setting.batch) for name, each in contenders.items()
    }
    for name, value in seconds.items():
        step = 1e6 * value / steps[name]
        ratio = step / (1e6 * seconds["nnlib"] / steps["nnlib"])
        print(f"  {name:24}{step:10.1f} µs{ratio:8.2f}x    first epoch {first[name]:6.2f} s")
    for line in left_out:
        print(f"  {line}")


PARTS = {"forward": "_forward", "gradients": "_set_gradients", "back": "_input_gradient"}


def where(setting: Setting, flops: float, bandwidth: float) -> None:
    """Microseconds of a mini-batch by layer and method, measured inside `fit`, and the floor.

    The floor has two rows: the products at the peak; and each array that a layer reads or writes
    moved once, at the speed of a copy.
    """
    ours = Ours(setting)
    net, steps = ours.net, ours.epochs * -(-setting.n // setting.batch)
    seconds: dict[tuple[int, str], float] = {}

    def timed(key: tuple[int, str], run: Callable[..., object]) -> Callable[..., object]:
        def wrapper(*arguments: object) -> object:
            start = time.thread_time()
            result = run(*arguments)
            seconds[key] = seconds.get(key, 0.0) + time.thread_time() - start
            return result

        return wrapper

    start = time.thread_time()
    empty = timed((-1, ""), lambda: None)
    for _ in range(10000):
        empty()
    clock = seconds.pop((-1, "")) / 10000, (time.thread_time() - start) / 10000

    ours.train()
    start = time.thread_time()
    ours.train()
    total = (time.thread_time() - start) / steps
    for i, layer in enumerate(net.layers):
        for part, method in PARTS.items():
            vars(layer)[method] = timed((i, part), getattr(layer, method))
    step = SGD.step
    SGD.step = timed((len(net), "step"), step)  # type: ignore[assignment, method-assign]
    ours.train()
    SGD.step = step  # type: ignore[method-assign]

    print(f"\n{setting.name}, mini-batches of {setting.batch}: where the time of a step goes, µs")
    print(f"  {'':34}{'forward':>10}{'gradients':>10}{'back':>10}")
    rest = total
    for i, layer in enumerate(net.layers):
        cells = ""
        for part in PARTS:
            value = seconds.get((i, part), 0.0) / steps - clock[0]
            learns = part != "gradients" or layer.parameter_names
            shown = value if (i, part) in seconds and learns else 0.0
            rest -= shown
            cells += f"{1e6 * shown:10.1f}" if shown else f"{'':10}"
        weight = layer.parameters().get("weight")
        name = repr(layer).partition("(")[0] + (f" {weight.shape}" if weight is not None else "")
        print(f"  {name:34}{cells}".rstrip())
    update = seconds[len(net), "step"] / steps - clock[0]
    print(f"  {'optimizer':34}{1e6 * update:10.1f}")
    print(f"  {'mini-batches, loss, calls, checks':34}{1e6 * (rest - update):10.1f}")
    print(f"  {'together':34}{1e6 * total:10.1f}")
    products, moved = floor(net, setting)
    print(f"  {'floor: products at the peak':34}{1e6 * products / flops:10.1f}")
    print(f"  {'floor: arrays moved once':34}{1e6 * moved / bandwidth:10.1f}")
    print(f"  memory of an epoch beside data and parameters: {1e-6 * peak_memory(ours):.2f} MB")


def peak_memory(ours: Ours) -> int:
    """Bytes that an epoch of `fit` takes at most, besides what was there before."""
    tracemalloc.start()
    ours.fit(ours.X, ours.Y, epochs=1, rng=np.random.default_rng(0))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def floor(net: Sequential, setting: Setting) -> tuple[int, int]:
    """Operations of the matrix products of a step, and bytes of its arrays, each moved once.

    Forward each layer reads its input and writes its output, back it reads and writes the
    gradients of both; a parameter is read twice and written once, its gradient written and read.
    """
    X = setting.X[: setting.batch]
    products, moved = 0, 2 * X.nbytes
    for i, layer in enumerate(net.layers):
        Z = layer.feed(X)
        moved += 2 * (Z.nbytes + (X.nbytes if i else 0))
        moved += sum(5 * parameter.nbytes for parameter in layer.parameters().values())
        products += (3 if i else 2) * product(layer, Z)
        X = Z
    return products, moved


def product(layer: Layer, Z: np.ndarray) -> int:
    """Operations of the layer's matrix product."""
    if not layer.parameter_names:
        return 0
    weight = layer.parameters()["weight"]
    return 2 * weight.size * (Z.size // len(weight))


def growth() -> None:
    """Seconds and peak memory of an epoch against N, width and depth, with the exponents."""

    def epoch(n: int, width: int, depth: int) -> tuple[float, float]:
        ours = Ours(Setting("", [784, *[width] * depth, 10], n, 64))

        def run() -> None:
            ours.fit(ours.X, ours.Y, epochs=1, rng=np.random.default_rng(0))

        return medians({"nnlib": run}, 3)["nnlib"], peak_memory(ours)

    print("\ngrowth of an epoch, mini-batches of 64; the last column is the exponent at its end\n")
    for name, values, arguments in (
        ("N", (4000, 8000, 16000, 32000), lambda v: (v, 64, 2)),
        ("width", (128, 256, 512, 1024), lambda v: (2000, v, 3)),
        ("depth", (4, 8, 16, 32), lambda v: (2000, 256, v)),
    ):
        measured = np.array([epoch(*arguments(value)) for value in values])
        exponents = np.log2(measured[-1] / measured[-2])
        for row, unit, factor, exponent in zip(
            measured.T, ("s", "MB"), (1, 1e-6), exponents, strict=True
        ):
            cells = "".join(
                f"{value:>7} {factor * x:8.3f}" for value, x in zip(values, row, strict=True)
            )
            print(f"{name:6} {unit:3}{cells}   {exponent:5.2f}")


def child(*arguments: str) -> tuple[float, float, str]:
    """Seconds and processor seconds of a Python process, and its output."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    output = subprocess.run(
        [sys.executable, *arguments], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, used, output


def beginnings(rounds: int) -> None:
    """Of whole processes: the import, and the digits from the start of Python to their score."""
    print("\nwhole processes, medians: seconds, processor seconds\n")
    digits = str(HERE / "digits.py")
    commands = {
        "python -c pass": ("-c", "pass"),
        "import numpy": ("-c", "import numpy"),
        "import nnlib": ("-c", "import nnlib"),
        "import torch": ("-c", "import torch"),
        "import jax": ("-c", "import jax.numpy"),
        "digits: nnlib": (digits, "nnlib"),
        "digits: torch": (digits, "torch"),
        "digits: jax": (digits, "jax"),
    }
    if not installed("jax"):
        commands = {name: each for name, each in commands.items() if "jax" not in name}
        print("  jax: left out, not installed")
    measured: dict[str, list[tuple[float, float, str]]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, arguments in commands.items():
            measured[name].append(child(*arguments))
    for name, rows in measured.items():
        wall, used = np.median([row[:2] for row in rows], axis=0)
        score = f"   accuracy {rows[0][2]}" if rows[0][2] else ""
        print(f"  {name:16}{wall:8.2f}{used:8.2f}{score}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--core", type=int, help="the core to run on; the last one if not given")
    arguments = parser.parse_args()
    rounds = arguments.rounds

    pinned = stay_on(arguments.core)
    flops, bandwidth = peak_flops(rounds), bytes_a_second(rounds)
    print(f"numpy {np.__version__}, torch {torch.__version__}, one thread, {pinned}, medians")
    print(f"matrix product 2048³, float32: {flops / 1e9:.1f} GFLOP/s")
    print(f"copy of 64 MB: {bandwidth / 1e9:.1f} GB/s read and written")
    for setting in SETTINGS:
        compare(setting, rounds)
    for setting in SETTINGS:
        where(setting, flops, bandwidth)
    growth()
    beginnings(rounds)


if __name__ == "__main__":
    main()
