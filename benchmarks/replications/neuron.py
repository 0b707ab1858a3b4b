"""What the chapter on the neuron concludes from training."""

from typing import Any

import numpy as np


def trained_outputs_match_the_shares(page: Any) -> bool:
    """In five groups by output, the share of y = 1 and the mean output differ by under 0.04."""
    says = page.trained(page.X)
    groups = np.array_split(np.argsort(says), 5)
    return all(abs(page.y[each].mean() - says[each].mean()) < 0.04 for each in groups)


def centered_inputs_are_quicker(page: Any) -> bool:
    """Centered at 0 the neuron takes fewest steps, at 1.5 most, at least 10 times as many."""
    steps = [page.steps_to_learn(center)[0] for center in (0.0, 0.5, 1.5)]
    return bool(steps[0] < steps[1] < steps[2] >= 10 * steps[0])
