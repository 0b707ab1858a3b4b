"""What the chapter on cost functions concludes from training."""

from typing import Any


def the_squared_error_wakes_later(page: Any) -> bool:
    """From biases of 4 the mismatched pair is right on half in a later epoch, or never."""

    def wakes(loss: Any) -> int:
        right = page.test_accuracy(loss, bias=4.0, eta=0.2)
        return next((epoch for epoch, share in enumerate(right) if share > 0.5), len(right))

    return wakes(page.mismatched) > wakes(page.binary_cross_entropy)


def the_cross_entropy_starts_anywhere(page: Any) -> bool:
    """From biases of 12 the cross-entropy learns at all four rates, the squared error at none."""
    learned = {
        loss: [page.test_accuracy(loss, 12.0, eta)[-1] > 0.5 for eta in (0.05, 0.2, 0.8, 3.2)]
        for loss in page.pair
    }
    return all(learned[page.binary_cross_entropy]) and not any(learned[page.mismatched])
