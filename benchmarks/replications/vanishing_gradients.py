"""What the chapter on vanishing gradients concludes from training."""

from typing import Any

import numpy as np


def clipping_lets_large_rates_learn(page: Any) -> bool:
    """From 1.5 times He's weights the best of three rates is better with clipping than without."""
    clipped, not_clipped = (
        max(page.after_eight_epochs(name, lr) for lr in page.lrs)
        for name in ("clipped", "no clipping")
    )
    return bool(clipped > not_clipped)


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


def batch_norm_makes_eight_layers_learn(page: Any) -> bool:
    """Eight logistic layers guess (below 20%); with BN, before or after, they learn (over 70%)."""

    def right(where: str) -> float:
        net = page.bn_network(8, page.logistic, page.scaled_normal, where)
        return float(page.accuracy(page.trained(net, 0.2, 8)))

    return right("none") < 0.2 and right("before") > 0.7 and right("after") > 0.7


def centered_weights_learn_without_bn(page: Any) -> bool:
    """Eight logistic layers without BN, with centering biases and g = 5, read over 70%."""
    return bool(page.accuracy(page.trained(page.centered_eight(0), 0.2, 8)) > 0.7)


def residual_connections_learn_from_both_starts(page: Any) -> bool:
    """At the better of two rates, residual connections read over 80% from both starts.

    Plain ones stay below 30% from PyTorch's default and below 80% from Xavier.
    """

    starts = page.torch_default, page.xavier
    plain, residual = (
        [page.better(kind, init, 0) for init in starts] for kind in ("plain", "residual")
    )
    return min(residual) > 0.8 and plain[0] < 0.3 and plain[1] < 0.8


def orthogonal_weights_learn_plainly(page: Any) -> bool:
    """At the better of two rates, plain connections read over 80% from orthogonal weights."""
    return bool(page.better("plain", page.orthogonal, 0) > 0.8)


def only_the_deep_logistic_falls_behind(page: Any) -> bool:
    """With four hidden layers BN and ReLU read over 90%, and 10 points more than the logistic."""
    found = {name: page.tuned(name, 4, [0])[1][0] for name in page.kinds}
    logistic = found.pop("logistic")
    return min(found.values()) > max(90, logistic + 10)
