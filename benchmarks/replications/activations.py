"""What the chapter on activation functions concludes from training."""

from typing import Any

import numpy as np


def large_rates_kill(page: Any) -> bool:
    """At rate 10 at least a third of the 50 ReLU units die in 100 steps; at 0.5 at most one."""
    large, small = (page.count_dead(page.relu, rate)[0][-1] for rate in (10.0, 0.5))
    return large >= 50 / 3 and small <= 1


def the_first_layer_stays_dead(page: Any) -> bool:
    """Under gradient descent the number of dead units in the first layer never falls."""
    dead, _ = page.count_dead(page.relu, 10)
    return bool((np.diff(dead) >= 0).all())


def three_learn_at_rate_4(page: Any) -> bool:
    """At rate 4, ReLU, leaky ReLU and ELU reach a cost below 0.3."""
    return _learns(page, 4.0, "ReLU", "leaky ReLU", "ELU")


def prelu_learns_at_rate_4(page: Any) -> bool:
    """At rate 4, PReLU reaches a cost below 0.3 too."""
    return _learns(page, 4.0, "PReLU")


def _learns(page: Any, rate: float, *names: str) -> bool:
    with np.errstate(all="ignore"):
        costs = [page.count_dead(page.family[name](), rate, seed=44)[1] for name in names]
    return all(cost < 0.3 for cost in costs)  # nan is not


def logistic_and_softplus_come_last(page: Any) -> bool:
    """Of eight functions, in one run each, the logistic and softplus end with the highest costs."""
    costs = {f.name: page.final_cost(f, 0) for f in page.eight}
    return set(sorted(costs, key=costs.__getitem__)[-2:]) == {"logistic", "softplus"}
