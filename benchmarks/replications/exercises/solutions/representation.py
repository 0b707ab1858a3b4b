"""What the report in the answers to exercise 5 concludes from training."""

from typing import Any


def four_narrow_layers_lose(page: Any) -> bool:
    """With as many parameters four hidden layers read at least 2 points less than one."""
    return bool(page.chosen[1] - page.chosen[4] >= 0.02)
