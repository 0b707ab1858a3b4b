"""Each schedule step for step against torch."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.optim import lr_scheduler

import nnlib
from nnlib import (
    SGD,
    CosineAnnealingLR,
    LambdaLR,
    Linear,
    LinearLR,
    SequentialLR,
    StepLR,
)

shares = st.floats(0.1, 1)
SCHEDULES = st.one_of(
    st.builds(lambda n, g: ("StepLR", (n, g)), st.integers(1, 5), shares),
    st.builds(lambda n, low: ("CosineAnnealingLR", (n, low)), st.integers(1, 9), st.floats(0, 0.3)),
    st.builds(lambda a, b, n: ("LinearLR", (a, b, n)), shares, shares, st.integers(1, 9)),
    st.builds(lambda g: ("LambdaLR", (lambda t: g / (1 + t),)), shares),
    st.sampled_from([("StepLR", (3,)), ("LinearLR", ()), ("CosineAnnealingLR", (7,))]),
)


def optimizers(lr=0.3):
    parameter = torch.nn.Parameter(torch.zeros(1))
    return SGD(Linear(1, 1, np.random.default_rng(0)), lr), torch.optim.SGD([parameter], lr)


def assert_same_steps(ours, theirs, optimizer, reference, steps=30):
    for _ in range(steps):
        group = reference.param_groups[0]
        assert optimizer.lr == pytest.approx(group["lr"], rel=1e-9, abs=1e-15)
        reference.step()  # which torch wants to see before the schedule's
        ours.step()
        theirs.step()


@given(schedule=SCHEDULES)
def test_each_step_is_that_of_torch(schedule):
    name, arguments = schedule
    mine, reference = optimizers()
    ours = getattr(nnlib, name)(mine, *arguments)
    theirs = getattr(lr_scheduler, name)(reference, *arguments)
    assert_same_steps(ours, theirs, mine, reference)


@given(schedules=st.lists(SCHEDULES, min_size=2, max_size=3), lengths=st.lists(st.integers(1, 9)))
@pytest.mark.filterwarnings("ignore:The epoch parameter in `scheduler.step")
def test_schedules_in_a_row_are_those_of_torch(schedules, lengths):
    milestones = np.cumsum([*lengths, 5, 5])[: len(schedules) - 1].tolist()
    mine, reference = optimizers()
    ours = [getattr(nnlib, name)(mine, *arguments) for name, arguments in schedules]
    theirs = [getattr(lr_scheduler, name)(reference, *arguments) for name, arguments in schedules]
    ours = SequentialLR(mine, ours, milestones)
    theirs = lr_scheduler.SequentialLR(reference, theirs, milestones)
    assert_same_steps(ours, theirs, mine, reference)


def test_the_optimizer_steps_with_the_rate_of_the_schedule():
    rng = np.random.default_rng(0)
    net = Linear(1, 1, rng)
    optimizer = SGD(net, 1.0)
    schedule = StepLR(optimizer, 1, 0.5)
    net.weight_grad[...] = net.bias_grad[...] = 1
    start = net.bias.item()
    for _ in range(3):
        optimizer.step()
        schedule.step()
    assert net.bias.item() == start - 1 - 0.5 - 0.25


def test_two_schedules_of_one_optimizer_are_refused():
    optimizer, _ = optimizers()
    first, second = StepLR(optimizer, 1), LinearLR(optimizer)
    second.step()
    with pytest.raises(RuntimeError, match=r"^lr must be left to one schedule, but StepLR set it"):
        first.step()
    optimizer.lr = 1.0
    with pytest.raises(RuntimeError, match=r"SequentialLR joins schedules$"):
        second.step()


def test_bad_arguments_are_named():
    optimizer, _ = optimizers()
    other, _ = optimizers()
    warm_up = LinearLR(optimizer)
    for error, name, call in (
        (TypeError, "optimizer", lambda: StepLR(0.1, 3)),
        (ValueError, "step_size", lambda: StepLR(optimizer, 0)),
        (ValueError, "gamma", lambda: StepLR(optimizer, 1, -1)),
        (TypeError, "T_max", lambda: CosineAnnealingLR(optimizer, 1.5)),
        (ValueError, "eta_min", lambda: CosineAnnealingLR(optimizer, 1, np.nan)),
        (ValueError, "start_factor", lambda: LinearLR(optimizer, -1)),
        (ValueError, "end_factor", lambda: LinearLR(optimizer, 1, -1)),
        (ValueError, "total_iters", lambda: LinearLR(optimizer, total_iters=0)),
        (TypeError, "lr_lambda", lambda: LambdaLR(optimizer, 0.5)),
        (ValueError, r"lr_lambda\(0\)", lambda: LambdaLR(optimizer, lambda t: -1)),
        (TypeError, "schedulers", lambda: SequentialLR(optimizer, optimizer, [])),
        (TypeError, "schedulers", lambda: SequentialLR(optimizer, [3], [])),
        (ValueError, "schedulers", lambda: SequentialLR(optimizer, [LinearLR(other)], [])),
        (TypeError, "milestones", lambda: SequentialLR(optimizer, [warm_up], 3)),
        (ValueError, "milestones", lambda: SequentialLR(optimizer, [warm_up], [3])),
        (
            ValueError,
            "milestones",
            lambda: SequentialLR(optimizer, [warm_up] * 3, [3, 3]),
        ),
    ):
        with pytest.raises(error, match=rf"^{name} must be "):
            call()
