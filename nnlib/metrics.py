"""Metrics: how good predictions are. Every function takes the prediction first, then the truth y.

A class may be predicted as labels (N,), or as scores (N, K) of which the greatest counts.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from nnlib.checks import FloatArray, IntArray, Shape, as_array, count, finite, integers

MOST_CLASSES = 10_000  # in a confusion matrix: beyond, a label is a mistake, and fills the memory


def accuracy(y_hat: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """The share of samples whose class is right.

    >>> accuracy([0, 1, 1, 0], [0, 1, 0, 0])
    0.75
    >>> accuracy([[0.9, 0.1], [0.8, 0.2]], [0, 1])
    0.5
    """
    predicted, actual = _classes(y_hat, y)
    return float(np.mean(predicted == actual))


def top_k_accuracy(scores: npt.ArrayLike, y: npt.ArrayLike, k: int) -> float:
    """The share of samples whose class is among the k of greatest score.

    The scores are (N, K). A class that ties with others counts as ranked
    behind those of lower number.

    >>> top_k_accuracy([[0.2, 0.3, 0.5]], [1], k=2)
    1.0
    """
    scores = _scores("scores", scores, ("N", "K"))
    K = scores.shape[1]
    if K == 1:
        raise ValueError(f"scores must be of two or more classes, but have shape {scores.shape}")
    if count("k", k) > K:
        raise ValueError(f"k must be at most {K}, the number of classes, not {k}")
    actual = integers("y", y, (len(scores),), below=K)
    _, rank = np.unique(scores, return_inverse=True)
    best = np.argsort(-rank.reshape(scores.shape), axis=1, kind="stable")[:, :k]
    return float(np.mean((best == actual[:, None]).any(axis=1)))


def confusion_matrix(
    y_hat: npt.ArrayLike, y: npt.ArrayLike, num_classes: int | None = None
) -> IntArray:
    """(K, K): at [i, j] how many samples of class i were taken for class j.

    >>> confusion_matrix([0, 1, 1], [0, 1, 0])
    array([[1, 1],
           [0, 1]])
    """
    predicted, actual = _classes(y_hat, y)
    K = 1 + int(max(predicted.max(), actual.max()))
    if K > MOST_CLASSES:
        raise ValueError(f"y and y_hat must be labels below {MOST_CLASSES}, but go up to {K - 1}")
    if num_classes is not None:
        if count("num_classes", num_classes) < K:
            raise ValueError(f"num_classes must be at least {K}, as y has it, not {num_classes}")
        K = num_classes
    return np.bincount(K * actual + predicted, minlength=K * K).reshape(K, K)


def precision(y_hat: npt.ArrayLike, y: npt.ArrayLike, positive: int = 1) -> float:
    """Of those taken for class `positive`, the share that is; 0 if none was.

    >>> precision([1, 1, 0], [1, 0, 0])
    0.5
    """
    positive = int(integers("positive", positive, ()))
    predicted, actual = (labels == positive for labels in _classes(y_hat, y))
    return float((predicted & actual).sum() / max(predicted.sum(), 1))


def recall(y_hat: npt.ArrayLike, y: npt.ArrayLike, positive: int = 1) -> float:
    """Of those of class `positive`, the share that was found; 0 if there is none.

    >>> recall([1, 1, 0], [1, 0, 0])
    1.0
    """
    return precision(y, _classes(y_hat, y)[0], positive)


def f1(y_hat: npt.ArrayLike, y: npt.ArrayLike, positive: int = 1) -> float:
    """The harmonic mean of precision and recall; 0 if both are.

    >>> f1([1, 1, 0], [1, 0, 1])
    0.5
    """
    p, r = precision(y_hat, y, positive), recall(y_hat, y, positive)
    return 2 * p * r / (p + r) if p + r else 0.0


def auc(scores: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """The area under the ROC curve.

    That is how often a sample of class 1 scores above one of class 0. Scores
    (N,), labels 0 and 1 (N,). The rank sum of class 1 counts the pairs (Mann
    and Whitney, 1947); equal scores share the mean of their ranks, so that a
    tied pair counts one half.

    >>> auc([0.1, 0.7, 0.6, 0.8], [0, 0, 1, 1])
    0.75
    """
    scores = _scores("scores", scores, ("N",))
    actual = integers("y", y, scores.shape, below=2)
    ones = int(actual.sum())
    zeros = len(actual) - ones
    if not ones or not zeros:
        raise ValueError(f"y must have both classes, but is all {actual[0]}")
    _, group, size = np.unique(scores, return_inverse=True, return_counts=True)
    rank = (np.cumsum(size) - (size - 1) / 2)[group]
    return float((rank[actual == 1].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def mean_squared_error(y_hat: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """The mean of (ŷ − y)² over all elements, as `torch.nn.MSELoss`.

    The arrays have the same shape.

    >>> mean_squared_error([1.0, 3.0], [1.0, 1.0])
    2.0
    """
    return float(np.mean(_errors(y_hat, y) ** 2))


def root_mean_squared_error(y_hat: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """The square root of `mean_squared_error`, in the unit of y."""
    errors = _errors(y_hat, y)
    greatest = float(np.abs(errors).max()) or 1.0  # whose square may be too great for a float
    return greatest * math.sqrt(np.mean((errors / greatest) ** 2))


def _errors(y_hat: npt.ArrayLike, y: npt.ArrayLike) -> FloatArray:
    """ŷ − y in float64."""
    y_hat = finite("y_hat", y_hat, ("N", "..."))
    return np.subtract(y_hat, finite("y", y, y_hat.shape), dtype=np.float64)


def _scores(name: str, scores: npt.ArrayLike, shape: Shape) -> npt.NDArray[Any]:
    """Finite numbers in the type in which they came: as floats, integers above 2⁵³ would tie."""
    finite(name, scores, shape)
    return np.asarray(scores)


def _classes(y_hat: npt.ArrayLike, y: npt.ArrayLike) -> tuple[IntArray, IntArray]:
    """Predicted and actual labels."""
    y_hat = as_array("y_hat", y_hat, "integer labels or scores")
    if y_hat.ndim == 2:
        scores = _scores("y_hat", y_hat, ("N", "K"))
        if scores.shape[1] == 1:
            raise ValueError(
                "y_hat must be labels (N,), or scores of two or more classes, but has shape "
                f"{scores.shape}; for probabilities of class 1 pass y_hat[:, 0] > 0.5"
            )
        return scores.argmax(axis=1), integers("y", y, scores.shape[:1], below=scores.shape[1])
    predicted = integers("y_hat", y_hat, ("N",))
    return predicted, integers("y", y, predicted.shape)
