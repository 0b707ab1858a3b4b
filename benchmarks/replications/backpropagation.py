"""What the chapter on backpropagation concludes from training."""

from typing import Any

import numpy as np


def _right(answer: str) -> int:
    """70 of "about 70% right"."""
    return int(answer.split()[1].rstrip("%"))


def only_the_missing_prime_is_seen(page: Any) -> bool:
    """Updating first, and a sum with its η 20 times smaller, end as high as the right program."""
    slips = [("all right", 0.3), ("update first", 0.3), ("no 1/N", 0.3 / 20), ("no prime", 0.3)]
    right = [_right(page.train_with(slip, eta=eta)) for slip, eta in slips]
    return right[0] == right[1] == right[2] > right[3]


def an_element_wise_softmax_learns_nothing(page: Any) -> bool:
    """With the softmax taken element by element the network is right on at most 20%."""
    return _right(page.train_with("element-wise")) <= 20


def xor_is_learned_in_every_way(page: Any) -> bool:
    """All six ways bring the cost of XOR below 0.05."""
    rates = {"hill_climbing": 0.3, "forward_gradient": 0.1, "evolution_strategy": 0.5}
    ways = (
        *(page.hill_climbing, page.backpropagation, page.feedback_alignment),
        *(page.finite_differences, page.forward_gradient, page.evolution_strategy),
    )
    return all(
        np.isfinite(page.passes_needed(way, rates.get(way.__name__, 1.0), 0)) for way in ways
    )


def hill_climbing_is_cheaper_at_these_rates(page: Any) -> bool:
    """In the median of five, hill climbing at 0.3 needs fewer passes than backpropagation at 1."""
    return _median(page, page.hill_climbing, 0.3) < _median(page, page.backpropagation, 1.0)


def backpropagation_is_cheaper_at_3(page: Any) -> bool:
    """In the median of five, backpropagation at rate 3 needs fewer passes than hill climbing."""
    return _median(page, page.backpropagation, 3.0) < _median(page, page.hill_climbing, 0.3)


def _median(page: Any, way: Any, rate: float) -> float:
    return float(np.median([page.passes_needed(way, rate, seed) for seed in range(5)]))


def alignment_keeps_up_on_digits(page: Any) -> bool:
    """Backpropagation and feedback alignment are best on digits, within 5 points of each other."""
    right = {name: right for name, (_, right) in page.runs.items()}
    pair = "backpropagation", "feedback_alignment"
    first, second, *_ = sorted(right, key=lambda name: -right[name])
    return {first, second} == {*pair} and abs(right[pair[0]] - right[pair[1]]) < 0.05
