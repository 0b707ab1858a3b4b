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


def the_first_layer_stays_dead(page: Any) -> bool:
    """Under gradient descent the number of dead units in the first layer never falls."""
    dead, _ = page.train(page.relu, 10)
    return bool((np.diff(dead) >= 0).all())


def some_come_back_under_adam(page: Any) -> bool:
    """Under Adam at rate 0.3 the number of dead units in the first layer falls at some step."""
    dead, _ = page.train(page.relu, 0.3, method=page.Adam)
    return bool((np.diff(dead) < 0).any())


def three_learn_at_rate_4(page: Any) -> bool:
    """At rate 4, ReLU, leaky ReLU and ELU reach a cost below 0.3."""
    return all(_cost(page, 4.0, name) < 0.3 for name in ("ReLU", "leaky ReLU", "ELU"))


def prelu_learns_at_rate_4(page: Any) -> bool:
    """At rate 4, PReLU reaches a cost below 0.3 too."""
    return _cost(page, 4.0, "PReLU") < 0.3  # nan is not


def leaky_learns_at_rate_10(page: Any) -> bool:
    """At rate 10, leaky ReLU reaches a cost below 0.4."""
    return _cost(page, 10.0, "leaky ReLU") < 0.4


def elu_is_lost_at_rate_10(page: Any) -> bool:
    """At rate 10, ELU ends with a cost above 0.4."""
    return _cost(page, 10.0, "ELU") > 0.4


def _cost(page: Any, rate: float, name: str) -> float:
    with np.errstate(all="ignore"):
        return float(page.train(page.family[name](), rate, seed=44)[1][-1])


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
