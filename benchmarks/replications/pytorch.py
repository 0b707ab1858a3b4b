"""Claims of the chapter from nnlib to PyTorch."""

from typing import Any


def differences_grow_where_training_rattles(page: Any) -> bool:
    """After four epochs momentum 0.9 at rate 0.1 is over 1,000 times as far apart as the others."""
    sgd, adam, momentum = (difference[-1] for difference in page.differences.values())
    return bool(momentum > 1000 * max(sgd, adam))


def softmax_twice_learns_slowly(page: Any) -> bool:
    """With softmax twice, fewer validation images are right after five epochs than with logits."""
    logits, twice = (right[4] for _, right in page.curves.values())
    return bool(twice < logits)
