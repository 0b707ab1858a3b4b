import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnlib import (
    accuracy,
    auc,
    confusion_matrix,
    f1,
    mean_squared_error,
    precision,
    recall,
    root_mean_squared_error,
    top_k_accuracy,
)

seeds = st.integers(0, 999)


def pairs_won(scores, y):
    """AUC by its meaning: over all pairs of a 1 and a 0, wins count 1 and ties ½."""
    ones, zeros = scores[y == 1][:, None], scores[y == 0]
    return ((ones > zeros) + (ones == zeros) / 2).mean()


@given(
    arrays(np.int64, 12, elements=st.integers(0, 5)),
    arrays(np.int64, 12, elements=st.integers(0, 1)),
)
def test_auc_is_the_share_of_pairs_in_the_right_order(scores, y):
    y[:2] = 0, 1
    assert auc(scores, y) == pytest.approx(pairs_won(scores, y), rel=1e-12)
    assert auc(-scores, y) == pytest.approx(1 - auc(scores, y), rel=1e-12, abs=1e-12)
    assert auc(np.exp(scores), y) == auc(scores, y)  # only the order counts


def test_auc_by_hand():
    assert auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) == 0.75
    assert auc([1.0, 1.0], [0, 1]) == 0.5
    assert auc([0.2, 0.3], [False, True]) == 1


@given(seeds)
def test_confusion_matrix_counts_every_pair(seed):
    rng = np.random.default_rng(seed)
    y_hat, y = rng.integers(0, 4, (2, 50))
    matrix = confusion_matrix(y_hat, y, 5)
    expected = [[np.sum((y == i) & (y_hat == j)) for j in range(5)] for i in range(5)]
    np.testing.assert_array_equal(matrix, expected)
    assert accuracy(y_hat, y) == pytest.approx(np.trace(matrix) / 50)
    for k in range(5):
        column, row = matrix[:, k].sum(), matrix[k].sum()
        p, r = precision(y_hat, y, k), recall(y_hat, y, k)
        assert p == pytest.approx(matrix[k, k] / column if column else 0)
        assert r == pytest.approx(matrix[k, k] / row if row else 0)
        assert f1(y_hat, y, k) == pytest.approx(2 * p * r / (p + r) if p + r else 0)


def test_confusion_matrix_has_as_many_classes_as_occur():
    np.testing.assert_array_equal(
        confusion_matrix([0, 2], [0, 1]), [[1, 0, 0], [0, 0, 1], [0, 0, 0]]
    )


def test_accuracy_misleads_where_a_class_is_rare():
    y = np.array([1] * 5 + [0] * 95)
    never = np.zeros(100, int)
    assert accuracy(never, y) == 0.95
    assert precision(never, y) == recall(never, y) == f1(never, y) == 0
    assert precision(y, y) == recall(y, y) == f1(y, y) == 1


@given(seeds)
def test_scores_stand_for_the_class_of_the_greatest(seed):
    rng = np.random.default_rng(seed)
    scores, y = rng.normal(size=(20, 4)), rng.integers(0, 4, 20)
    y_hat = scores.argmax(axis=1)
    for metric in (accuracy, precision, recall, f1):
        assert metric(scores, y) == metric(y_hat, y)
    np.testing.assert_array_equal(confusion_matrix(scores, y, 4), confusion_matrix(y_hat, y, 4))
    assert top_k_accuracy(scores, y, 1) == accuracy(scores, y)
    assert top_k_accuracy(scores, y, 4) == 1
    ranks = (scores > scores[np.arange(20), y][:, None]).sum(axis=1)
    assert top_k_accuracy(scores, y, 2) == np.mean(ranks < 2)


def test_ties_go_to_the_lower_class():
    assert accuracy([[1.0, 1.0]], [0]) == top_k_accuracy([[1.0, 1.0]], [0], 1) == 1
    assert accuracy([[1.0, 1.0]], [1]) == top_k_accuracy([[1.0, 1.0]], [1], 1) == 0


def test_squared_errors():
    assert mean_squared_error([[1.0, 2.0]], [[2.0, 4.0]]) == 2.5
    assert root_mean_squared_error([1.0, 2.0], [4.0, 2.0]) == pytest.approx(np.sqrt(4.5))


def test_integers_that_floats_cannot_tell_apart():
    scores, y = np.array([2**60, 2**60 + 1]), [0, 1]
    assert auc(scores, y) == auc(scores.astype(np.uint64), y) == 1
    both = np.array([[2**60 + 1, 2**60], [2**60, 2**60 + 1]])
    for each in (both, both.astype(np.uint64)):
        assert accuracy(each, y) == top_k_accuracy(each, y, 1) == 1


def test_squares_do_not_overflow():
    assert root_mean_squared_error([1e200, 0.0], [0.0, 0.0]) == pytest.approx(1e200 / np.sqrt(2))
    assert root_mean_squared_error([0.0], [0.0]) == 0
    single = np.array([1e30, 2.0], np.float32)
    assert mean_squared_error(single, 0 * single) == pytest.approx(5e59, rel=1e-6)


def test_labels_too_great_for_an_index_are_refused():
    huge = np.array([2**63], np.uint64)
    for arguments in ((huge, huge), (huge, [0]), ([0], huge)):
        with pytest.raises(ValueError, match=r" must be labels from 0 to 9223372036854775807, but"):
            accuracy(*arguments)


def test_one_column_of_scores_is_refused():
    for metric in (accuracy, precision, recall, f1, confusion_matrix):
        with pytest.raises(ValueError, match=r"^y_hat must be labels \(N,\), or scores of two"):
            metric([[0.9], [0.2]], [0, 0])
    with pytest.raises(ValueError, match=r"^scores must be of two or more classes, but"):
        top_k_accuracy([[0.9], [0.2]], [0, 0], 1)


def test_bad_arguments_are_named():
    y = np.array([0, 1, 1])
    for metric in (accuracy, precision, recall, f1, confusion_matrix):
        with pytest.raises(
            TypeError, match=r"^y_hat must be integer labels, but has dtype float64"
        ):
            metric([0.1, 0.2, 0.3], y)
        with pytest.raises(ValueError, match=r"^y must have shape \(3,\), but has shape \(2,\)"):
            metric(y, y[:2])
        with pytest.raises(ValueError, match=r"^y must be labels from 0 to 1, but has 0 to 2"):
            metric(np.eye(3)[:, :2], np.arange(3))
        with pytest.raises(ValueError, match=r"^y_hat must be labels 0 or more, but has -1 to 1"):
            metric([-1, 0, 1], y)
        with pytest.raises(
            ValueError, match=r"^y_hat must be finite, but is nan at index \(0, 1\)"
        ):
            metric([[0, np.nan]], [0])
        with pytest.raises(
            ValueError, match=r"^y_hat must have shape \(N,\), but has shape \(0,\)"
        ):
            metric(y[:0], y[:0])
    with pytest.raises(ValueError, match=r"^num_classes must be at least 2, as y has it, not 1"):
        confusion_matrix(y, y, 1)
    with pytest.raises(
        ValueError, match=r"^y and y_hat must be labels below 10000, but go up to 10"
    ):
        confusion_matrix(y, [0, 1, 10**15])
    with pytest.raises(ValueError, match=r"^k must be at most 2, the number of classes, not 3"):
        top_k_accuracy(np.eye(2), [0, 1], 3)
    with pytest.raises(ValueError, match=r"^y must have both classes, but is all 1"):
        auc([0.1, 0.2], [1, 1])
    with pytest.raises(ValueError, match=r"^y must be labels from 0 to 1, but has 0 to 2"):
        auc([0.1, 0.2, 0.3], [0, 1, 2])
    with pytest.raises(ValueError, match=r"^scores must be finite, but is inf at index \(1,\)"):
        auc([0, np.inf, 1], y)
    for metric in (mean_squared_error, root_mean_squared_error):
        with pytest.raises(ValueError, match=r"^y must have shape \(3, 1\), but has shape \(3,\)"):
            metric(np.ones((3, 1)), np.ones(3))


def test_labels_of_any_type():
    for dtype in (np.bool_, np.int8, np.uint8, np.uint64):
        y_hat, y = np.array([0, 1, 1, 0], dtype), np.array([0, 1, 0, 1], dtype)
        assert accuracy(y_hat, y) == precision(y_hat, y) == recall(y_hat, y, dtype(1)) == 0.5
        assert auc(np.array([0, 3, 2, 1], np.float16), y) == 0.75
        assert confusion_matrix(y_hat, y).tolist() == [[1, 1], [1, 1]]
    for bad, error in (("1", TypeError), (1.0, TypeError), (-1, ValueError), ([1], ValueError)):
        for metric in (precision, recall, f1):
            with pytest.raises(error, match=r"^positive must "):
                metric([0, 1], [0, 1], bad)
    with pytest.raises(TypeError, match=r"^y_hat must be integer labels or scores, but is masked"):
        accuracy(np.ma.array([0, 1]), [0, 1])
