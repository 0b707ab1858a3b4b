"""Learning-rate schedules: how η changes from step to step of the schedule.

Names, defaults and definitions are those of `torch.optim.lr_scheduler`. A step is an epoch, as
`fit` takes it, or whatever else `step()` is called after.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise

from nnlib.checks import count, instance, number
from nnlib.optimizers import Optimizer


class LRScheduler:
    """What all schedules share: `step()` sets `lr` to the next η_t.

    It is the `lr` of the optimizer, which was made with η_0; t = `last_epoch`
    is the number of steps so far.

    >>> sgd = SGD(Linear(2, 3, np.random.default_rng(0)), lr=0.8)
    >>> schedule = StepLR(sgd, 2, gamma=0.5)
    >>> for _ in range(4):
    ...     print(sgd.lr)
    ...     schedule.step()
    0.8
    0.8
    0.4
    0.4
    """

    def __init__(self, optimizer: Optimizer) -> None:
        instance("optimizer", optimizer, Optimizer, "nnlib.SGD(net, lr=0.1)")
        self.optimizer = optimizer
        self.base_lr: float = vars(optimizer).setdefault("initial_lr", optimizer.lr)
        self._set(0)

    def step(self) -> None:
        """Go on to the next η.

        Raises RuntimeError if `lr` has been changed by another.
        """
        if self.optimizer.lr != self._lr:
            raise RuntimeError(
                f"lr must be left to one schedule, but {type(self).__name__} set it to {self._lr} "
                f"and it is {self.optimizer.lr}; SequentialLR joins schedules"
            )
        self._set(self.last_epoch + 1)

    def _set(self, t: int) -> None:
        self.last_epoch = t
        self.optimizer.lr = self._lr = self._at(t)

    def _at(self, t: int) -> float:
        """η_t."""
        raise NotImplementedError


class LambdaLR(LRScheduler):
    """η_t = η_0 · f(t): a schedule of one's own, with f = `lr_lambda`.

    >>> sgd = SGD(Linear(2, 3, np.random.default_rng(0)), lr=0.8)
    >>> schedule = LambdaLR(sgd, lambda t: 1 / (1 + t))
    >>> schedule.step()
    >>> sgd.lr
    0.4
    """

    def __init__(self, optimizer: Optimizer, lr_lambda: Callable[[int], float]) -> None:
        if not callable(lr_lambda):
            raise TypeError(f"lr_lambda must be a function of the step, not {lr_lambda!r}")
        self.lr_lambda = lr_lambda
        super().__init__(optimizer)

    def _at(self, t: int) -> float:
        return self.base_lr * _not_negative(f"lr_lambda({t})", self.lr_lambda(t))


class StepLR(LRScheduler):
    """η_t = η_0 · γ^⌊t / step_size⌋: every `step_size` steps it falls to γ times.

    >>> sgd = SGD(Linear(2, 3, np.random.default_rng(0)), lr=0.8)
    >>> schedule = StepLR(sgd, 1, gamma=0.5)
    >>> schedule.step()
    >>> sgd.lr
    0.4
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        self.step_size, self.gamma = count("step_size", step_size), _not_negative("gamma", gamma)
        super().__init__(optimizer)

    def _at(self, t: int) -> float:
        return self.base_lr * self.gamma ** (t // self.step_size)


class CosineAnnealingLR(LRScheduler):
    """η_t = η_min + ½ (η_0 − η_min) (1 + cos(π t / T_max)): half a wave down.

    From η_0 to `eta_min` it takes `T_max` steps.
    Source: Loshchilov and Hutter (2017), SGDR.

    >>> sgd = SGD(Linear(2, 3, np.random.default_rng(0)), lr=0.8)
    >>> schedule = CosineAnnealingLR(sgd, 2)
    >>> schedule.step()
    >>> round(sgd.lr, 6)
    0.4
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:
        self.T_max, self.eta_min = count("T_max", T_max), _not_negative("eta_min", eta_min)
        super().__init__(optimizer)

    def _at(self, t: int) -> float:
        wave = (1 + math.cos(math.pi * t / self.T_max)) / 2
        return self.eta_min + (self.base_lr - self.eta_min) * wave


class LinearLR(LRScheduler):
    """η_0 times a factor that goes evenly from one to another: a warm-up.

    It takes `total_iters` steps from `start_factor` to `end_factor`, and stays.

    >>> sgd = SGD(Linear(2, 3, np.random.default_rng(0)), lr=0.8)
    >>> schedule = LinearLR(sgd, start_factor=0.25, total_iters=3)
    >>> schedule.step()
    >>> sgd.lr
    0.4
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
    ) -> None:
        self.start_factor = _not_negative("start_factor", start_factor)
        self.end_factor = _not_negative("end_factor", end_factor)
        self.total_iters = count("total_iters", total_iters)
        super().__init__(optimizer)

    def _at(self, t: int) -> float:
        share = min(t / self.total_iters, 1)
        return self.base_lr * (self.start_factor + share * (self.end_factor - self.start_factor))


class SequentialLR(LRScheduler):
    """One schedule after another: the next one begins at each of `milestones`.

    All of them are of this optimizer. Here a warm-up comes before the cosine:

    >>> sgd = SGD(Linear(2, 3, np.random.default_rng(0)), lr=0.8)
    >>> parts = [LinearLR(sgd, 0.5), CosineAnnealingLR(sgd, 95)]
    >>> schedule = SequentialLR(sgd, parts, [5])
    >>> sgd.lr
    0.4
    """

    def __init__(
        self, optimizer: Optimizer, schedulers: Sequence[LRScheduler], milestones: Sequence[int]
    ) -> None:
        for name, value in (("schedulers", schedulers), ("milestones", milestones)):
            instance(name, value, Sequence, "[5]" if name == "milestones" else "[LinearLR(sgd)]")
        for each in schedulers:
            instance("schedulers", each, LRScheduler, "[LinearLR(sgd)]")
            if each.optimizer is not optimizer:
                raise ValueError("schedulers must be of this optimizer, but one is of another")
        self.schedulers = tuple(schedulers)
        self._starts = [0, *(count("milestones", t) for t in milestones)]
        if len(self._starts) != len(schedulers) or any(a >= b for a, b in pairwise(self._starts)):
            raise ValueError(
                f"milestones must be {len(schedulers) - 1} increasing numbers, one less than "
                f"schedulers, not {[*milestones]}"
            )
        super().__init__(optimizer)

    def _at(self, t: int) -> float:
        i = bisect_right(self._starts, t) - 1
        return self.schedulers[i]._at(t - self._starts[i])


def _not_negative(name: str, value: float) -> float:
    value = number(name, value)
    if not value >= 0:
        raise ValueError(f"{name} must be at least 0, not {value}")
    return value
