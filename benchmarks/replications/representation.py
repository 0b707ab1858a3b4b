"""What the chapter on what a network can represent concludes from training."""

from typing import Any

import numpy as np


def good_weights_are_not_found(page: Any) -> bool:
    """After 300 epochs Adam's largest error is over three times that of the bumps as built."""
    return bool(page.learned.max() > 3 * page.built.max())


def the_rate_decides_which_depth_trains(page: Any) -> bool:
    """At rates 0.1 and 3, one layer learns in 4 of 5 runs or more with both functions.

    Four of logistic do so at 3 alone, and in one run at most at 0.1; four of ReLU the other way
    round. Eight of logistic learn in one run at most at either.
    """

    def learned(hidden: int, act: Any, init: Any) -> tuple[int, ...]:
        return tuple(
            sum(page.train(hidden, act, init, seed, rate)[1] < 0.4 for seed in range(5))
            for rate in (0.1, 3)
        )

    s_shaped, rectified = (page.logistic, page.xavier), (page.relu, page.he)
    shallow = min(*learned(1, *s_shaped), *learned(1, *rectified)) >= 4
    small, large = learned(4, *s_shaped)
    relu_small, relu_large = learned(4, *rectified)
    turned = small <= 1 and large >= 4 and relu_small >= 4 and relu_large <= 1
    return shallow and turned and max(learned(8, *s_shaped)) <= 1


def three_methods_are_alike(page: Any) -> bool:
    """Nearest neighbors, the RBF kernel and the network are within 3 points of one another."""
    right = [np.mean(guess == page.yb) for guess in page.guesses.values()]
    return bool(max(right) - min(right) < 0.03)


def learning_makes_the_features(page: Any) -> bool:
    """Least squares on 16 features gains 15 points or more by training, within 5 of the network."""
    table = page.table
    before = table["16 features before, least squares"]
    after = table["16 features after, least squares"]
    return bool(after - before > 0.15 and abs(after - table["the whole network"]) < 0.05)


def depth_is_no_shortcut(page: Any) -> bool:
    """At its own rate, under half of 100 runs learn the zigzag at each depth, most with one layer.

    Of those that learn, the smallest share comes close with one layer.
    """
    runs = [page.race(page.depths[hidden], rate, seed=3) for hidden, rate in page.own.items()]
    learned = [np.mean(costs < 0.005) for costs in runs]
    one, *deep = [np.mean(costs[costs < 0.005] < 0.0001) for costs in runs]
    return bool(max(learned) < 0.5 and learned[0] > max(learned[1:]) and one < min(deep))


def width_decides_before_depth(page: Any) -> bool:
    """Width 4 is 5 points behind width 16 at each depth, and its best and worst seed 20 apart.

    At width 64 one, two and three hidden layers, and none, lie within 3 points of one another.
    """
    mean = {place: np.mean(right) for place, right in page.found.items()}
    narrow = [right for (_, width), three in page.found.items() if width == 4 for right in three]
    wide = [right for (_, width), right in mean.items() if width == 64]
    behind = all(mean[hidden, 16] - mean[hidden, 4] > 0.05 for hidden in (1, 2, 3))
    return bool(behind and np.ptp(narrow) > 0.2 and np.ptp(wide) < 0.03)


def the_last_block_is_unlike_the_rest(page: Any) -> bool:
    """On the other 597 images three networks lose at least 2 points against the validation set."""
    nets = [page.build(3, 64, seed) for seed in range(3)]
    other, later = page.images[1200:], page.labels[1200:]
    kept = np.mean([net(page.Xv).argmax(axis=1) == page.yv for net in nets])
    return bool(kept - np.mean([net(other).argmax(axis=1) == later for net in nets]) >= 0.02)
