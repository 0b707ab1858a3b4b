"""What the chapter on networks concludes from training."""

from typing import Any

import numpy as np


def a_wrong_shape_answers_one_half(page: Any) -> bool:
    """Trained with answers of shape (4,), XOR ends with 0.5 at all four points, within 0.05."""
    return bool(np.abs(page.train_xor(page.t, 0) - 0.5).max() < 0.05)


def width_and_slope_help_xor(page: Any) -> bool:
    """Of 100 runs under 33 learn XOR with 2 ReLU units, more with 2 leaky, most with 2 tanh.

    With 8 ReLU units over 80 do.
    """
    relu, leaky, tanh = (_learned(page, f"2 {name}") for name in ("ReLU", "leaky", "tanh"))
    return relu < 33 and _learned(page, "8 ReLU") > 80 and relu < leaky < tanh


def _learned(page: Any, name: str) -> int:
    return int(np.sum(page.runs[name][0] < 0.01))


def new_images_are_harder(page: Any) -> bool:
    """The network reads over 99% of the digits it learned from, and at most 95% of new ones."""
    return bool(page.right[:1200].mean() > 0.99 and page.right[1200:].mean() < 0.95)


def shuffled_images_are_easier(page: Any) -> bool:
    """Shuffled before they are divided, new images are read right 2 % more often, or more."""
    return bool(page.right_mixed[page.new].mean() >= page.right[1200:].mean() + 0.02)


def one_digit_lights_alike(page: Any) -> bool:
    """In both layers, images of one digit share more active units than images of different ones."""
    return all(alike > unlike for alike, unlike in map(page.shared, (page.a1, page.a2)))
