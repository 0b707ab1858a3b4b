"""What the chapter on activation functions concludes from training."""

from typing import Any

import numpy as np


def large_rates_kill(page: Any) -> bool:
    """At rate 10 at least a third of the 50 ReLU units die in 100 steps; at 0.5 at most one."""
    large, small = (page.train(page.relu, rate)[0][-1] for rate in (10.0, 0.5))
    return large >= 50 / 3 and small <= 1


def rate_4_is_lowest(page: Any) -> bool:
    """After 100 steps the cost at rate 4 is below those at rates 0.5 and 10."""
    low, small, large = (page.train(page.relu, rate)[1][-1] for rate in (4.0, 0.5, 10.0))
    return bool(low < small and low < large)


def the_deadly_rate_is_ahead(page: Any) -> bool:
    """After 100 steps the cost at rate 10, where units die, is below that at rate 0.5."""
    large, small = (page.train(page.relu, rate)[1][-1] for rate in (10.0, 0.5))
    return bool(large < small)


def some_come_back_under_adam(page: Any) -> bool:
    """Under Adam at rate 0.3 the number of dead units in the first layer falls at some step."""
    dead, _ = page.train(page.relu, 0.3, method=page.Adam)
    return bool((np.diff(dead) < 0).any())


def three_learn_at_rate_4(page: Any) -> bool:
    """At rate 4, ReLU, leaky ReLU and ELU learn from all of 20 starts, and PReLU does not."""
    learned = _learned(page, 4.0)
    return learned.pop("PReLU") < 20 and all(n == 20 for n in learned.values())


def relu_learns_most_often_at_rate_10(page: Any) -> bool:
    """At rate 10 ReLU learns as often as leaky ReLU or more; both over twice as often as others."""
    learned = _learned(page, 10.0)
    return learned["ReLU"] >= learned["leaky ReLU"] > 2 * max(learned["ELU"], learned["PReLU"])


def _learned(page: Any, rate: float) -> dict[str, int]:
    """Of 20 starts, how many end with a cost below 0.4 (nan is not)."""
    with np.errstate(all="ignore"):
        return {
            name: sum(page.train(make(), rate, seed=s)[1][-1] < 0.4 for s in range(20))
            for name, make in page.family.items()
        }


def tuning_closes_the_gap(page: Any) -> bool:
    """From ReLU down to the logistic: over 40 points at rate 0.1, under 8 at each one's own."""
    relu, relu_rate = page.compete(page.relu, 0)
    logistic, logistic_rate = page.compete(page.logistic, 0)
    same = relu[0.1][1] - logistic[0.1][1]
    return bool(same > 0.4 and relu[relu_rate][1] - logistic[logistic_rate][1] < 0.08)


def the_logistic_is_last_when_tuned(page: Any) -> bool:
    """Each at its own rate, the logistic has the highest validation cost of the eight."""
    costs = {}
    for f in page.eight:
        runs, rate = page.compete(f, 0)
        costs[f.name] = runs[rate][0][-1]
    return max(costs, key=costs.__getitem__) == "logistic"


def only_the_logistic_vanishes(page: Any) -> bool:
    """From layer 10 to layer 1 the logistic's gradient shrinks 10,000 times; the others' under 10.

    Neither do the others' grow 10 times.
    """
    lost = {f.name: page.gradient_norms(f) for f in (page.logistic, page.tanh, page.relu)}
    ratio = {name: norms[-1] / norms[0] for name, norms in lost.items()}
    return ratio["logistic"] > 10_000 and all(0.1 < ratio[each] < 10 for each in ("tanh", "relu"))
