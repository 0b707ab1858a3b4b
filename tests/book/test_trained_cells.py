"""A cell that trains is seen while it runs, and must say what it is for."""

import subprocess
from collections.abc import Iterator
from types import SimpleNamespace

import nbval.kernel
import pytest

from check.exceptions import FILE
from check.training import FAULT
from training import RULE, STEPS, WatchedKernel, training_fault

SET_UP = """
import numpy as np
from nnlib import SGD, Linear, fit, squared_error
net = Linear(2, 1, np.random.default_rng(0))
net.set_gradients(net(np.ones((1, 2))))
"""
FIT = """
fit(net, np.ones((4, 2)), np.ones((4, 1)), squared_error, SGD(net, 0.1), epochs=1, progress=False)
"""
TORCH = """
import torch
w = torch.ones(2, requires_grad=True)
w.sum().backward()
torch.optim.Adam([w]).step()
"""


@pytest.fixture(scope="module")
def kernel() -> Iterator[WatchedKernel]:
    with pytest.MonkeyPatch.context() as patch:  # nbval would leave a file open
        patch.setattr(nbval.kernel, "open", lambda *_: subprocess.DEVNULL, raising=False)
        kernel = WatchedKernel("python3")
    yield kernel
    kernel.stop()


@pytest.mark.parametrize(
    ("code", "trains"),
    [
        (SET_UP, False),
        ("SGD(net, 0.1).step()", True),
        ("optimizer = SGD(net, 0.1)", False),
        (FIT, True),
        (TORCH, True),
        ("w.sum()", False),
    ],
    ids=["set-up", "step", "optimizer", "fit", "torch", "nothing"],
)
def test_steps_are_seen(kernel: WatchedKernel, code: str, trains: bool) -> None:
    reply = kernel.kc.execute(code, user_expressions=STEPS)
    kernel.await_reply(reply, timeout=600)  # a busy machine needs minutes for torch
    assert kernel.trains is trains


@pytest.mark.parametrize(
    ("metadata", "trains", "excused", "fault"),
    [
        ({}, False, False, None),
        ({}, True, False, FAULT),
        ({"illustration": True}, True, False, None),
        ({"claims": ["it_falls"]}, True, False, None),
        ({"claims": []}, True, False, FAULT),
        ({}, True, True, None),
        ({}, False, True, FILE),
        ({"illustration": True}, True, True, FILE),
    ],
)
def test_a_cell_that_trains_is_marked(
    metadata: dict[str, object], trains: bool, excused: bool, fault: str | None
) -> None:
    cell = SimpleNamespace(id="ab", metadata=metadata)
    found = training_fault(cell, trains, {(RULE, "ab"): 1} if excused else {})
    assert found == fault or (fault == FILE and found and found.startswith(FILE))
