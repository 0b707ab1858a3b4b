"""What the chapter on vanishing gradients concludes from training."""

from typing import Any

import numpy as np


def clipping_saves_the_weights(page: Any) -> bool:
    """From 1.5 times He's weights the cost becomes nan, unless the gradient is clipped."""
    return not np.isfinite(_cost(page, None)) and bool(np.isfinite(_cost(page, page.clip)))


def _cost(page: Any, hook: Any) -> float:
    with np.errstate(all="ignore"):
        net = page.network(10, page.relu, page.too_large)
        page.trained(net, 0.05, 8, on_gradients=hook)
        return float(page.softmax_cross_entropy(net(page.X[page.seen]), page.y[page.seen]))


def gradient_descent_is_stuck(page: Any) -> bool:
    """With eight logistic layers SGD and momentum stay at 0.69, within 0.02."""
    costs = [page.final_cost(8, page.optimizers[name], 0) for name in ("SGD", "momentum")]
    return all(abs(cost - np.log(2)) < 0.02 for cost in costs)


def adaptive_steps_get_moving(page: Any) -> bool:
    """With eight logistic layers RMSProp and Adam come below 0.6."""
    costs = [page.final_cost(8, page.optimizers[name], 0) for name in ("RMSProp", "Adam")]
    return all(cost < 0.6 for cost in costs)


def the_logistic_is_only_slow(page: Any) -> bool:
    """The logistic with four hidden layers exceeds 90% after 60 epochs, not after 15."""
    early, late = (
        page.accuracy(page.trained(page.kinds["logistic"](5, 0), 0.5, epochs))
        for epochs in (15, 60)
    )
    return bool(early < 0.9 < late)


def a_large_epsilon_stops_adam(page: Any) -> bool:
    """With 16 logistic layers Adam stays at 0.69, within 0.02, and leaves with ε = 1e-16."""
    stuck, moving = (
        page.final_cost(16, lambda net, eps=eps: page.Adam(net, 0.01, eps=eps), 0)
        for eps in (1e-8, 1e-16)
    )
    return abs(stuck - np.log(2)) < 0.02 and moving < 0.6


def batch_norm_makes_eight_layers_learn(page: Any) -> bool:
    """Eight logistic layers guess (below 20%); with BN, before or after, they learn (over 70%)."""

    def right(where: str) -> float:
        net = page.bn_network(8, page.logistic, page.scaled_normal, where)
        return float(page.accuracy(page.trained(net, 0.2, 8)))

    return right("none") < 0.2 and right("before") > 0.7 and right("after") > 0.7
