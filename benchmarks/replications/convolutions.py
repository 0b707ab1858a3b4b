"""What the chapter on convolutions concludes from training."""

from typing import Any

import numpy as np


def shuffling_costs_the_convolution_alone(page: Any) -> bool:
    """In one run each, shuffled pixels cost the CNN over 1 point, the dense network moves less."""

    def lost(build: Any) -> float:
        ordered, shuffled = (
            page.percent(page.train(build, 0, A[page.learn]), A) for A in (page.X, page.S)
        )
        return float(ordered - shuffled)

    return lost(page.cnn) > 1 > abs(lost(page.dense))


def shifted_images_help_the_convolution(page: Any) -> bool:
    """With shifted images a CNN gains on unmoved digits, a small dense network loses."""

    def gain(build: Any) -> float:
        plain = page.train(build, 0, page.X[page.learn])
        wide = page.train(build, 0, page.X5, page.y5, epochs=6)
        return float(page.percent(wide, page.X) - page.percent(plain, page.X))

    return gain(page.cnn) > 0 > gain(page.dense)


def the_assumption_decides(page: Any) -> bool:
    """In one run each, the CNN beats the dense network on digits and loses on shuffled pixels."""

    def lead(A: Any) -> float:
        cnn, dense = (
            page.percent(page.train(build, 0, A[page.learn]), A) for build in (page.cnn, page.dense)
        )
        return float(cnn - dense)

    return lead(page.X) > 0 > lead(page.S)


def training_adds_edges(page: Any) -> bool:
    """In one CNN, the kernels' share of edges is larger after training than before."""
    before = page.share(page.cnn(np.random.default_rng(0)))
    return bool(page.share(page.train(page.cnn, 0, page.X[page.learn])) > before)


def a_vote_pays_where_mistakes_differ(page: Any) -> bool:
    """Three CNNs share fewer of their mistakes than three dense networks; their vote saves more."""

    def three(build: Any) -> tuple[float, float]:
        nets = [page.train(build, seed, page.X[page.learn]) for seed in range(3)]
        alone, shared, together = page.vote(nets)
        return shared / alone.mean(), 1 - together / alone.mean()

    (cnn_shared, cnn_saved), (dense_shared, dense_saved) = three(page.cnn), three(page.dense)
    return bool(cnn_shared < dense_shared and cnn_saved > dense_saved)
