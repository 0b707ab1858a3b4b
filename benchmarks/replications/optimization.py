"""What the chapter on optimization concludes from training."""

from typing import Any

import numpy as np


def here_the_largest_of_three_rates_is_best(page: Any) -> bool:
    """Of the rates 0.025, 0.25 and 2.5 a larger one ends lower; 25 ends above 3.25, a guess's cost.

    3.25 is the cost of answering 0.1 for each of ten digits.
    """
    slow, middle, fast = (page.costs_with(lr)[-1] for lr in (0.025, 0.25, 2.5))
    return bool(slow > middle > fast and page.costs_with(25, epochs=10)[-1] > 3.25)


def training_sharpens_up_to_the_edge(page: Any) -> bool:
    """Rate times curvature ends between 1.7 and 2.3 at the rate 0.5, and below 1.6 at 0.25."""
    return bool(1.7 < page.sharpening(0.5)[-1] < 2.3 and page.sharpening(0.25)[-1] < 1.6)


def warm_up_saves_starts(page: Any) -> bool:
    """Of twenty starts more survive with a warm-up than without."""
    return bool(page.survivors(True, range(20)) > page.survivors(False, range(20)))


def tuned_they_are_level(page: Any) -> bool:
    """The tuned means lie within 1.5 points; ten times off, the worse way, each loses over 5.

    Each optimizer is tuned as on the page, and measured with ten seeds.
    """
    means, losses = [], []
    for make in page.optimizers.values():
        found = page.tune(make, 5)
        best = int(np.argmax(found))
        means.append(np.mean(page.measure(make, page.grid[best], 5, range(10))))
        off = [found[i] for i in (best - 2, best + 2) if 0 <= i < len(found)]
        losses.append(found[best] - min(off))
    return bool(max(means) - min(means) < 1.5 and min(losses) > 5)


def the_short_race_has_another_winner(page: Any) -> bool:
    """In two epochs RMSprop is ahead of SGD, in the mean of twenty seeds."""

    def mean(make: Any) -> float:
        lr = page.grid[int(np.argmax(page.tune(make, 2)))]
        return float(np.mean(page.measure(make, lr, 2)))

    return mean(page.RMSprop) > mean(page.SGD)


def the_classifier_reads_nineteen_of_twenty(page: Any) -> bool:
    """Tuned on validation data, the network reads at least 95% of the test images."""
    nets = [page.classifier(lr) for lr in page.rates_to_try]
    best = max(nets, key=lambda net: float(page.digits_read(net, page.val)))
    return bool(page.digits_read(best, page.test) >= 95)
