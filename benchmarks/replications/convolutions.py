"""What the chapter on convolutions concludes from training."""

from typing import Any


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
