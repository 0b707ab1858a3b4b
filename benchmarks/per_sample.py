"""The network as introductions to the subject write it: columns, one sample at a time, lists.

Clear, and the slow end of the comparison in speed.py: logistic layers, squared error, SGD.
"""

import itertools
import random

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def logistic(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def logistic_df(z: Array) -> Array:
    return logistic(z) * (1 - logistic(z))


class Network:
    """W[l] has shape (M_l, M_{l-1}), b[l] (M_l, 1); an input x is a column (M_0, 1)."""

    def __init__(self, sizes: list[int], rng: np.random.Generator) -> None:
        self.W = [rng.normal(size=(m, n)) for n, m in itertools.pairwise(sizes)]
        self.b = [rng.normal(size=(m, 1)) for m in sizes[1:]]

    def backprop(self, x: Array, y: Array) -> tuple[list[Array], list[Array]]:
        """The gradients of ½‖ŷ − y‖² of one sample."""
        a, z = [x], []
        for W, b in zip(self.W, self.b, strict=True):
            z.append(W @ a[-1] + b)
            a.append(logistic(z[-1]))
        delta = (a[-1] - y) * logistic_df(z[-1])
        dW, db = [delta @ a[-2].T], [delta]
        for i in range(2, len(a)):
            delta = (self.W[-i + 1].T @ delta) * logistic_df(z[-i])
            dW.insert(0, delta @ a[-i - 1].T)
            db.insert(0, delta)
        return dW, db

    def update(self, batch: list[tuple[Array, Array]], lr: float) -> None:
        """One step with the mean gradient of the samples."""
        sum_dW = [np.zeros(W.shape) for W in self.W]
        sum_db = [np.zeros(b.shape) for b in self.b]
        for x, y in batch:
            dW, db = self.backprop(x, y)
            sum_dW = [total + new for total, new in zip(sum_dW, dW, strict=True)]
            sum_db = [total + new for total, new in zip(sum_db, db, strict=True)]
        scale = lr / len(batch)
        self.W = [W - scale * total for W, total in zip(self.W, sum_dW, strict=True)]
        self.b = [b - scale * total for b, total in zip(self.b, sum_db, strict=True)]

    def train(
        self, samples: list[tuple[Array, Array]], batch_size: int, lr: float, epochs: int
    ) -> None:
        for _ in range(epochs):
            random.shuffle(samples)
            for start in range(0, len(samples), batch_size):
                self.update(samples[start : start + batch_size], lr)
