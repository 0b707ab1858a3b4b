"""What the chapter on the three waves concludes from training, and from learning without it."""

from typing import Any

import numpy as np


def learned_weights_beat_the_width(page: Any) -> bool:
    """Each width finds under half of the ones of the neuron, or raises more false alarms."""
    found, alarms = page.score(page.X_test @ page.w + page.b > 0)
    widths = [page.score(page.width(page.X_test) <= t) for t in range(1, 9)]
    return all(ones < found / 2 or wrong > alarms for ones, wrong in widths)


def sixty_answers_fill_the_table(page: Any) -> bool:
    """From 60 of 1,024 answers, the neuron gives over 85 % of the whole table."""
    return bool(page.filled > 0.85)


def refitting_follows_the_world(page: Any) -> bool:
    """At each angle the refitted neuron is right above 95 %; at 90 degrees the rule near half."""
    return all(again > 0.95 for _, again in page.drift) and abs(page.drift[-1][0] - 0.5) < 0.1


def neighbors_bend_where_a_line_cannot(page: Any) -> bool:
    """On noisy moons 15 neighbors are right more often than the neuron, and it than the stump."""
    stump, neuron, neighbors = page.right.values()
    return bool(stump < neuron < neighbors)


def neither_one_neighbor_nor_almost_all(page: Any) -> bool:
    """On new points 15 neighbors are right more often than 1, and more often than 199."""
    one, some, most = (
        np.mean((page.neighbors(page.X_val, k) > 0.5) == page.y_val) for k in (1, 15, 199)
    )
    return bool(some > max(one, most))


def a_feature_replaces_a_layer(page: Any) -> bool:
    """On the rings the neuron on x is near half, the one on r² and the network above 95 %."""
    on_x, on_r2, network = page.rights.values()
    return bool(on_x < 0.65 and min(on_r2, network) > 0.95)


def the_output_rises_with_the_radius(page: Any) -> bool:
    """The network's output and r² are correlated above 0.9."""
    return bool(page.alike > 0.9)


def one_layer_reads_most_digits(page: Any) -> bool:
    """A single layer reads over 90 % of the digits."""
    return bool(page.reads > 0.9)


def three_centers_find_three_groups(page: Any) -> bool:
    """Over 95 % of the points end in the right company."""
    return bool(page.agree > 0.95 * len(page.group))


def trying_finds_the_better_machine(page: Any) -> bool:
    """At least 70 % of the pulls are at the better machine."""
    return bool(page.pulls[1] >= 700)


def the_spectrogram_can_be_learned(page: Any) -> bool:
    """Waves are learned and of no use on new sounds; spectrograms get over 70 % of those."""
    (old, new), (_, heard) = page.heard["waves"], page.heard["spectrograms"]
    return bool(old > 0.9 and new < 0.45 and heard > 0.7)
