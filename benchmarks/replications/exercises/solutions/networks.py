"""What the report in the answers to exercise 4 concludes from training."""

from typing import Any


def idle_units_can_go(page: Any) -> bool:
    """With 8 units off, the least active first keep at least 5 points more than a random choice."""
    active, _, random = page.runs.mean(axis=0)[:, page.counts.index(8)]
    return bool(active - random >= 0.05)
