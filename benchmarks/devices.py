"""When does a GPU pay? The time of one training step on CPU and GPU, by width and batch.

The step (gradients emptied, forward, cross-entropy, backward, SGD) is that of a network
[784, w, w, 10] in float32. It runs on one CPU thread, on all, on the GPU as PyTorch launches it,
and there recorded as a CUDA graph. `nnlib/gpu_devices.json` is what one H100 gave.

    python benchmarks/devices.py times.json
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

BATCHES, WIDTHS = (10, 64, 512, 4096), (32, 128, 512, 2048, 8192)
TOO_LONG = 2e10  # n w² beyond which a CPU is not asked
WARM_UP, MOST = 3, 200


def nothing() -> None:
    """Wait for a CPU, which has always finished."""


def median(step: Callable[[], object], wait: Callable[[], object], seconds: float) -> float:
    """The median time of a step, after a few that do not count."""
    for _ in range(WARM_UP):
        step()
    wait()
    times: list[float] = []
    end = time.perf_counter() + seconds
    while not times or (time.perf_counter() < end and len(times) < MOST):
        start = time.perf_counter()
        step()
        wait()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def training_step(width: int, x: torch.Tensor, y: torch.Tensor) -> Callable[[], None]:
    """One step of a new network on the device of the batch."""
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Linear(784, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 10)
    ).to(x.device)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)

    def step() -> None:
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(x), y).backward()
        optimizer.step()

    return step


def on_cpu(width: int, x: torch.Tensor, y: torch.Tensor) -> dict[str, float]:
    """On one thread and on all."""
    times = {}
    for name, threads in (("cpu_1", 1), ("cpu_all", os.cpu_count() or 1)):
        torch.set_num_threads(threads)
        times[name] = median(training_step(width, x, y), nothing, 1.2)
    return times


def on_gpu(width: int, x: torch.Tensor, y: torch.Tensor) -> dict[str, float]:
    """As it is launched, as a graph, and the way of the batch to the GPU."""
    X, Y = x.cuda(), y.cuda()
    step, wait = training_step(width, X, Y), torch.cuda.synchronize
    times = {
        "gpu": median(step, wait, 0.5),
        "copy_in": median(lambda: (x.cuda(), y.cuda()), wait, 0.2),
    }
    with torch.cuda.stream(torch.cuda.Stream()):  # what is recorded must have run elsewhere before
        for _ in range(WARM_UP):
            step()
    wait()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return times | {"gpu_graph": median(graph.replay, wait, 0.3)}


def main(path: Path) -> None:
    """Measure each batch and width, and write them all into a file."""
    torch.backends.cuda.matmul.allow_tf32 = False
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else None
    rows = []
    for n in BATCHES:
        for width in WIDTHS:
            x, y = torch.randn(n, 784), torch.randint(0, 10, (n,))
            row: dict[str, float] = {"batch": n, "width": width}
            if n * width**2 < TOO_LONG:
                row |= on_cpu(width, x, y)
            if gpu:
                row |= on_gpu(width, x, y)
            print(row, flush=True)
            rows.append(row)
    result = {"gpu": gpu, "cpu_count": os.cpu_count(), "torch": torch.__version__, "rows": rows}
    path.write_text(json.dumps(result) + "\n", "utf8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
