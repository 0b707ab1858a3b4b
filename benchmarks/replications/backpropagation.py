"""What the chapter on backpropagation concludes from training."""

from typing import Any


def update_first_goes_unnoticed(page: Any) -> bool:
    """Updating before going back ends within 2 points of the right program's accuracy."""
    return bool(abs(page.train_with("update first") - page.train_with("all right")) < 0.02)


def no_prime_learns_worse(page: Any) -> bool:
    """f for f' as the slope costs at least 20 points of accuracy after three epochs."""
    return bool(page.train_with("all right") - page.train_with("no prime") >= 0.2)


def elementwise_learns_next_to_nothing(page: Any) -> bool:
    """With an element-wise slope for softmax fewer than 30 % are right."""
    return bool(page.train_with("element-wise") < 0.3)


def hill_climbing_comes_behind(page: Any) -> bool:
    """On the digits, with tuned steps and equal budgets, hill climbing gets fewer right than
    backpropagation and than feedback alignment."""
    ways = (page.hill_climbing, page.backpropagation, page.feedback_alignment)
    climbing, *back = (page.tuned(way)[2][1] for way in ways)
    return bool(climbing < min(back))


def weights_turn_toward_B(page: Any) -> bool:
    """Feedback alignment at rate 1 turns the last weights from over 60 degrees to B to under 50."""
    seen, _ = page.spend(page.feedback_alignment, 1.0)
    return bool(seen[0][2] > 60 and seen[-1][2] < 50)
