"""What the chapter on generalization concludes from training."""

from typing import Any

import numpy as np


def memorizing_costs_accuracy(page: Any) -> bool:
    """After 60 epochs over half of the misprints are repeated.

    Validation is then over 3 points below its best on the way.
    """
    new = 100 * np.array(page.history["validation_accuracy"])
    return bool(page.parroted > 0.5 and new.max() - new[-1] > 3)


def choosing_spoils_the_exam(page: Any) -> bool:
    """On fresh images the lead of the best of 100 networks is over 1 point less."""
    exam, truth = page.leads[:, page.leads[0].argmax()]
    return bool(exam - truth > 1)


def nonsense_is_memorized(page: Any) -> bool:
    """At least 95% of 200 random labels are learned; new images are read at less than 20%."""
    return bool(page.by_heart >= 0.95 and page.percent(page.parrot, page.val) < 20)


def depth_alone_does_not_help(page: Any) -> bool:
    """Four hidden layers are at most 1 point above one, with about as many parameters."""
    one, four = (np.mean(page.by_depth(widths, range(5))[1]) for widths in ([64], [29] * 4))
    return bool(four - one <= 1)


def some_decay_is_best(page: Any) -> bool:
    """Some λ in the middle is over 3 points better than none, and than the largest."""
    none, *middle, largest = page.new
    return bool(max(middle) - max(none, largest) > 3)


def l1_empties_more_weights(page: Any) -> bool:
    """Of the first layer, L1 leaves over half, and twice as many as L2, below 0.01."""
    l1, l2 = (np.mean(np.abs(page.nets[name][0].weight) < 0.01) for name in ("L1", "L2"))
    return bool(l1 > 0.5 and l1 > 2 * l2)


def stopping_early_helps(page: Any) -> bool:
    """Early stopping is over 3 points better than 60 epochs."""
    early, late = (page.percent(net, page.val) for net in (page.net, page.kept[0]))
    return bool(early - late > 3)


def small_shifts_help(page: Any) -> bool:
    """Shifts by half a pixel gain over 3 points."""
    return bool(page.by_way["shifts"][0] - page.by_way["none"][0] > 3)


def turning_around_harms_sixes(page: Any) -> bool:
    """On 6 and 9 images upside down are over 3 points behind shifts."""
    return bool(page.by_way["shifts"][1] - page.by_way["upside down"][1] > 3)


def each_needs_both(page: Any) -> bool:
    """The nearest mean with 700 images beats the network with 100.

    On equal data, from 200 images on, the network is better.
    """
    means, nets = page.grown.mean(axis=1).T
    return bool(means[-1] > nets[0] and np.all(nets[1:] > means[1:]))


def batch_norm_does_not_stop_it(page: Any) -> bool:
    """With batch norm, validation is less than 3 points better than without."""
    plain, bn = (
        np.mean(
            [page.percent(page.train(seed, shape=shape)[0], page.val) for seed in range(5)],
        )
        for shape in ({}, {"bn": True})
    )
    return bool(bn - plain < 3)


def every_remedy_helps(page: Any) -> bool:
    """Each remedy, at the best of four strengths, is better than none in the mean.

    L2, dropout and shifts together are less than 2 points above the best of them.
    """
    means = {name: acc.mean() for name, acc in page.table.items()}
    none, three = means.pop("none"), means.pop("three")
    best = max(means.values())
    return bool(min(means.values()) > none and three - best < 2)


def searches_end_close_together(page: Any) -> bool:
    """The winners of three searches, trained again, lie within 5 points."""
    ends = [page.reported(found) for found in page.searches.values()]
    return bool(np.ptp(ends) <= 5)


def bagging_helps(page: Any) -> bool:
    """The mean of ten bagged networks is over 3 points above one of them."""
    nets = [page.bagged(seed) for seed in range(10)]
    alone = np.mean([page.percent(net, page.val) for net in nets])
    return bool(page.together(nets)[1] - alone > 3)


def _error(page: Any, p: int, wrong: str, lam: float) -> float:
    return float(np.mean([page.errors(p, seed)[wrong, lam] for seed in range(3)]))


def the_peak_is_where_p_is_n(page: Any) -> bool:
    """With wrong answers the error at p = n is over twice that at 50 and at 2000 features."""
    at = {p: _error(page, p, "one in five", 0) for p in (50, 200, 2000)}
    return at[200] > 2 * max(at[50], at[2000])


def wide_beats_narrow_on_right_answers(page: Any) -> bool:
    """With right answers 2000 features beat all numbers of them below n."""
    narrow = min(_error(page, p, "none", 0) for p in page.counts if p < 200)
    return _error(page, 2000, "none", 0) < narrow


def a_penalty_removes_the_peak(page: Any) -> bool:
    """With λ = 1 the error at p = n is less than half of that without."""
    with_penalty, without = (_error(page, 200, "one in five", lam) for lam in (1, 0))
    return with_penalty < without / 2


def regularized_is_not_calibrated(page: Any) -> bool:
    """With L2 and with smoothing, confidence is over 10 points below accuracy."""

    def gap(name: str) -> float:
        net = page.tuned(name, [0])[1][0]
        sure = 100 * page.confidence(net, page.report)
        return float(page.percent(net, page.report) - sure)

    return min(gap("L2"), gap("smoothing")) > 10


def one_step_fools_all_of_them(page: Any) -> bool:
    """Each of four networks loses over 20 points to a step of 0.1, and under 5 to a random one."""
    nets = [page.plain([0])[1][0]]
    nets += [page.tuned(name, [0])[1][0] for name in ("L2", "dropout", "shifts")]
    for net in nets:
        (before, _), (bad, noisy) = (page.under_attack(net, epsilon) for epsilon in (0.0, 0.1))
        if before - bad <= 20 or before - noisy >= 5:
            return False
    return True


def the_test_set_agrees(page: Any) -> bool:
    """Shifts are over 3 points better on the test set; both are within 3 of validation."""
    groups = page.plain(range(8))[1], page.tuned("shifts", range(8))[1]
    (none, _), (shifts, _) = found = [
        [np.mean([page.percent(net, part) for net in nets]) for part in (page.test, page.report)]
        for nets in groups
    ]
    return bool(shifts - none > 3 and all(abs(new - old) < 3 for new, old in found))
