"""What the chapter on cost functions concludes from training."""

from typing import Any

import numpy as np


def _gaps(page: Any) -> Any:
    """How far each curve (a row) is from each truth (a column), in the mean, in minutes."""
    truths = [page.typical(page.t) * true for _, _, true in page.three]
    curves = [page.curves[name] for _, name, _ in page.three]
    return np.array([[np.abs(curve - truth).mean() for truth in truths] for curve in curves])


def each_loss_learns_its_own(page: Any) -> bool:
    """Of the true quantile, mean and median, each curve is nearest to that of its loss."""
    return bool((_gaps(page).argmin(axis=1) == np.arange(3)).all())


def the_quantile_strays_most(page: Any) -> bool:
    """The curve of the 0.9 quantile is further from its truth than mean and median from theirs."""
    return bool(_gaps(page).diagonal().argmax() == 0)


def the_squared_error_wakes_later(page: Any) -> bool:
    """From biases of 4 the mismatched pair is right on half in a later epoch, or never."""

    def wakes(loss: Any) -> int:
        right = page.accuracies(loss, bias=4.0, eta=0.2)["validation"]
        return next((epoch for epoch, share in enumerate(right) if share > 0.5), len(right))

    return wakes(page.mismatched) > wakes(page.binary_cross_entropy)


def the_cross_entropy_starts_anywhere(page: Any) -> bool:
    """From biases of 12 the cross-entropy learns at all four rates, the squared error at none."""

    def learns(loss: Any, eta: float) -> bool:
        return bool(page.accuracies(loss, 12.0, eta)["validation"][-1] > 0.5)

    rates = (0.05, 0.2, 0.8, 3.2)
    learned = {loss: [learns(loss, eta) for eta in rates] for loss in page.pair}
    return all(learned[page.binary_cross_entropy]) and not any(learned[page.mismatched])
