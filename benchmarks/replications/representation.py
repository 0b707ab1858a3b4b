"""What the chapter on what a network can represent concludes from training."""

from typing import Any

import numpy as np


def good_weights_are_not_found(page: Any) -> bool:
    """After 300 epochs Adam's largest error is over three times that of the bumps as built."""
    return bool(page.learned.max() > 3 * page.built.max())


def deep_logistic_is_stuck(page: Any) -> bool:
    """With four and eight hidden layers of logistic the cost stays at 0.69, within 0.02."""
    costs = [page.train(hidden, page.logistic, page.xavier, 0)[1] for hidden in (4, 8)]
    return all(abs(cost - np.log(2)) < 0.02 for cost in costs)


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


def depth_helps_relu_and_scatters_it(page: Any) -> bool:
    """Of five runs with ReLU the median falls from 1 to 2 to 4 layers; 8 scatter 5 times as far."""
    one, two, four, eight = (
        [page.train(hidden, page.relu, page.he, seed)[1] for seed in range(5)]
        for hidden in (1, 2, 4, 8)
    )
    falls = np.median(one) > np.median(two) > np.median(four)
    return bool(falls and np.ptp(eight) > 5 * np.ptp(one))


def depth_is_no_shortcut(page: Any) -> bool:
    """Of 40 runs under half learn the zigzag at each depth, fewest with two hidden layers.

    Exact are most with four.
    """
    runs = [page.race(sizes, 40) for sizes in ([1, 96, 1], [1, 15, 15, 1], [1, 9, 9, 9, 9, 1])]
    one, two, four = (int(np.sum(costs < 0.005)) for costs in runs)
    exact = [int(np.sum(costs < 0.0001)) for costs in runs]
    return max(one, two, four) < 20 and two < min(one, four) and exact[2] > max(exact[:2])


def width_decides_before_depth(page: Any) -> bool:
    """Width 4 is 5 points behind width 16 at each depth, and its best and worst seed 20 apart.

    At width 64 one, two and three hidden layers, and none, lie within 3 points of one another.
    """
    mean = {place: np.mean(right) for place, right in page.found.items()}
    narrow = [right for (_, width), three in page.found.items() if width == 4 for right in three]
    wide = [right for (_, width), right in mean.items() if width == 64]
    behind = all(mean[hidden, 16] - mean[hidden, 4] > 0.05 for hidden in (1, 2, 3))
    return bool(behind and np.ptp(narrow) > 0.2 and np.ptp(wide) < 0.03)


def later_images_are_harder(page: Any) -> bool:
    """On the other 597 images three networks lose at least 2 points against the validation set."""
    nets = [page.build(3, 64, seed) for seed in range(3)]
    other, later = page.images[1200:], page.labels[1200:]
    kept = np.mean([net(page.Xv).argmax(axis=1) == page.yv for net in nets])
    return bool(kept - np.mean([net(other).argmax(axis=1) == later for net in nets]) >= 0.02)
