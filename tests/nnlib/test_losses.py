import numpy as np
import pytest
import torch
from against import assert_close
from hypothesis import given
from hypothesis import strategies as st

from nnlib import (
    Linear,
    Sequential,
    absolute_error,
    add_l2_gradient,
    binary_cross_entropy,
    central_difference,
    hinge,
    identity,
    kl_divergence,
    l2_penalty,
    logistic,
    quantile,
    softmax,
    softmax_cross_entropy,
    squared_error,
    tanh,
)

F = torch.nn.functional
rngs = st.integers(0, 999).map(np.random.default_rng)
sizes = st.integers(1, 5)


def of_any(rng, shape):
    return rng.normal(size=shape)


def of_probabilities(rng, shape):
    return rng.uniform(size=shape)


def of_signs(rng, shape):
    return rng.choice([-1.0, 1.0], shape)


def of_distributions(rng, shape):
    P = rng.choice([0, 0, 1, 2], shape) + np.eye(shape[1])[rng.integers(0, shape[1], shape[0])]
    return P / P.sum(axis=1, keepdims=True)


# Each with targets that it takes, and the sum over a batch as torch has it.
REFERENCES = {
    squared_error: (of_any, lambda Z, Y: F.mse_loss(Z, Y, reduction="sum") / 2),
    absolute_error: (of_any, lambda Z, Y: F.l1_loss(Z, Y, reduction="sum")),
    binary_cross_entropy: (
        of_probabilities,
        lambda Z, Y: F.binary_cross_entropy_with_logits(Z, Y, reduction="sum"),
    ),
    softmax_cross_entropy: (
        of_distributions,
        lambda Z, Y: F.cross_entropy(Z, Y, reduction="sum"),
    ),
    kl_divergence: (
        of_distributions,
        lambda Z, Y: F.kl_div(F.log_softmax(Z, dim=1), Y, reduction="sum"),
    ),
    hinge: (of_signs, lambda Z, Y: torch.relu(1 - Y * Z).sum()),
    quantile(0.5): (of_any, lambda Z, Y: F.l1_loss(Z, Y, reduction="sum") / 2),
    quantile(0.1): (
        of_any,
        lambda Z, Y: (0.1 * torch.relu(Y - Z) + 0.9 * torch.relu(Z - Y)).sum(),
    ),
}
every = pytest.mark.parametrize("loss", REFERENCES, ids=repr)


@every
@given(rng=rngs, n=sizes, k=sizes)
def test_value_and_gradient_are_those_of_torch(loss, rng, n, k):
    draw, reference = REFERENCES[loss]
    Z, Y = rng.normal(0, 3, (n, k)), draw(rng, (n, k))
    Z_torch = torch.tensor(Z, requires_grad=True)
    cost = reference(Z_torch, torch.tensor(Y)) / n
    cost.backward()
    assert loss(Z, Y) == pytest.approx(cost.item(), rel=1e-10, abs=1e-12)
    assert_close(loss.gradient(Z, Y), Z_torch.grad)


@every
@given(rng=rngs, n=sizes, k=sizes)
def test_gradient_is_the_limit_of_differences(loss, rng, n, k):
    Z, Y = rng.normal(0, 3, (n, k)), REFERENCES[loss][0](rng, (n, k))
    expected = central_difference(lambda Z: loss(Z, Y), Z)
    np.testing.assert_allclose(loss.gradient(Z, Y), expected, rtol=1e-7, atol=1e-7)


@every
@given(rng=rngs, n=sizes, k=sizes)
def test_cost_is_the_mean_over_the_samples(loss, rng, n, k):
    Z, Y = rng.normal(0, 3, (n, k)), REFERENCES[loss][0](rng, (n, k))
    of_samples = loss.of_samples(Z, Y)
    assert of_samples.shape == (n,)
    assert loss(Z, Y) == pytest.approx(of_samples.mean(), rel=1e-12, abs=1e-15)
    for i in range(n):
        one = slice(i, i + 1)
        assert loss(Z[one], Y[one]) == pytest.approx(of_samples[i], rel=1e-12, abs=1e-15)
        np.testing.assert_allclose(
            n * loss.gradient(Z, Y)[one], loss.gradient(Z[one], Y[one]), rtol=1e-12, atol=1e-15
        )


@pytest.mark.parametrize("loss", [squared_error, absolute_error, binary_cross_entropy, hinge])
def test_one_output_may_come_without_an_axis(loss):
    rng = np.random.default_rng(0)
    Z, Y = rng.normal(size=(5, 1)), REFERENCES[loss][0](rng, (5, 1))
    assert loss(Z[:, 0], Y[:, 0]) == pytest.approx(loss(Z, Y), rel=1e-14)
    np.testing.assert_array_equal(loss.gradient(Z[:, 0], Y[:, 0]), loss.gradient(Z, Y)[:, 0])


@pytest.mark.parametrize("loss", [softmax_cross_entropy, kl_divergence])
def test_labels_stand_for_one_hot_rows(loss):
    Z, y = np.random.default_rng(0).normal(size=(4, 3)), np.array([2, 0, 1, 2])
    for labels in (y, y.tolist(), y.astype(np.uint8)):
        assert loss(Z, labels) == loss(Z, np.eye(3)[y])
        np.testing.assert_array_equal(loss.gradient(Z, labels), loss.gradient(Z, np.eye(3)[y]))


@pytest.mark.parametrize("loss", [squared_error, binary_cross_entropy, softmax_cross_entropy])
def test_matched_pairs_have_the_error_for_a_gradient(loss):
    """δ = ŷ − y, and so D = (Ŷ − Y) / N."""
    rng = np.random.default_rng(0)
    Z, Y = rng.normal(size=(4, 3)), np.eye(3)[rng.integers(0, 3, 4)]
    np.testing.assert_allclose(loss.gradient(Z, Y), (loss.unit(Z) - Y) / 4, rtol=1e-14)


@given(rng=rngs, n=sizes)
def test_identities(rng, n):
    z, y = rng.normal(0, 5, n), rng.integers(0, 2, n)
    one_sigmoid = binary_cross_entropy(z, y)
    two_softmax = softmax_cross_entropy(np.stack([np.zeros(n), z], axis=1), y)
    assert one_sigmoid == pytest.approx(two_softmax, rel=1e-10)
    Z, P = rng.normal(size=(n, 3)), rng.dirichlet(np.ones(3), n)
    entropy = -np.mean(np.sum(P * np.log(P), axis=1))
    assert kl_divergence(Z, P) == pytest.approx(softmax_cross_entropy(Z, P) - entropy, abs=1e-12)
    assert kl_divergence(np.log(P), P) == pytest.approx(0, abs=1e-15)


def test_logits_far_out_give_exact_losses():
    Z = np.array([[-1000.0], [1000.0], [-1000.0]])
    Y = np.array([[1.0], [0.0], [0.0]])
    np.testing.assert_array_equal(binary_cross_entropy.of_samples(Z, Y), [1000, 1000, 0])
    np.testing.assert_array_equal(binary_cross_entropy.gradient(Z, Y) * 3, [[-1], [1], [0]])
    Z = np.array([[-1000.0, 0.0], [1000.0, 0.0]])
    np.testing.assert_array_equal(softmax_cross_entropy.of_samples(Z, [0, 0]), [1000, 0])
    Z = np.array([[-np.inf, 0.0]])  # a class that is ruled out, and rightly: 0 · log 0 is 0
    assert softmax_cross_entropy(Z, [1]) == kl_divergence(Z, [1]) == 0
    sure = np.array([[-np.inf], [np.inf]])
    np.testing.assert_array_equal(binary_cross_entropy.of_samples(sure, [[0.0], [1.0]]), 0)
    np.testing.assert_array_equal(binary_cross_entropy.gradient(sure, [[0.0], [1.0]]), 0)
    np.testing.assert_array_equal(binary_cross_entropy.of_samples(sure, [[1.0], [0.0]]), np.inf)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_binary_cross_entropy_is_precise_where_it_is_small(dtype):
    Z = np.linspace(-80, 80, 161, dtype=dtype)[:, None]
    exact = np.log1p(np.exp(-np.abs(Z.astype(float))))
    right = (Z > 0).astype(dtype)
    eps = np.finfo(dtype).eps
    np.testing.assert_allclose(binary_cross_entropy.of_samples(Z, right), exact[:, 0], rtol=4 * eps)
    gradient = binary_cross_entropy.gradient(Z, 0 * right) * len(Z)
    np.testing.assert_allclose(gradient, 1 / (1 + np.exp(-Z.astype(float))), rtol=20 * eps)


def test_kinks_have_a_gradient_between_those_of_the_sides():
    for loss, z, y in ((absolute_error, 2.0, 2.0), (quantile(0.3), 2.0, 2.0), (hinge, 1.0, 1.0)):
        assert loss.gradient([z], [y]) == 0


@every
def test_a_logit_that_is_nan_has_no_gradient_of_0(loss):
    Z, Y = np.array([[np.nan, 1.0]]), np.array([[1.0, 0.0]])
    Y = 2 * Y - 1 if loss is hinge else Y
    assert np.isnan(loss(Z, Y))
    assert loss.gradient(Z, Y)[0, 0] != 0


@given(rngs)
def test_the_best_constant_is_the_statistic_that_the_loss_is_for(rng):
    y = np.sort(rng.exponential(size=101))
    costs = {
        loss: [loss(np.full(101, c), y) for c in y] for loss in (absolute_error, quantile(0.9))
    }
    for (_, values), index in zip(costs.items(), (50, 90), strict=True):
        assert np.argmin(values) == index  # the median, the quantile 0.9
    c = y.mean()
    assert abs(squared_error.gradient(np.full(101, c), y).sum()) < 1e-14


@every
def test_float32_stays_float32(loss):
    rng = np.random.default_rng(0)
    Z, Y = (
        a.astype(np.float32) for a in (rng.normal(size=(4, 3)), REFERENCES[loss][0](rng, (4, 3)))
    )
    assert loss.gradient(Z, Y).dtype == np.float32


def test_units():
    assert squared_error.unit is absolute_error.unit is quantile(0.1).unit is identity
    assert binary_cross_entropy.unit is logistic
    assert softmax_cross_entropy.unit is kl_divergence.unit is softmax
    np.testing.assert_array_equal(hinge.unit([-0.3, 2]), [-1, 1])


def test_a_loss_prints_as_its_name():
    assert repr(quantile(0.25)) == "quantile(0.25)"
    assert repr(hinge) == "hinge"


def test_l2_penalty_is_summed_in_float64():
    layer = Linear(4, 4, np.random.default_rng(0)).astype(np.float16)
    layer.weight[...] = 300
    assert l2_penalty(layer, 2.0) == 16 * 300**2


def test_l2_penalty_is_on_weights_not_biases():
    rng = np.random.default_rng(0)
    net = Sequential(Linear(3, 2, rng), tanh, Linear(2, 1, rng))
    net[0].bias[:] = 7
    W = [net[0].weight, net[2].weight]
    assert l2_penalty(net, 0.1) == pytest.approx(0.05 * sum((w**2).sum() for w in W), rel=1e-14)
    for gradient in net.gradients().values():
        gradient[...] = 1
    add_l2_gradient(net, 0.1)
    for i, w in zip((0, 2), W, strict=True):
        np.testing.assert_allclose(net[i].weight_grad, 1 + 0.1 * w)
        np.testing.assert_array_equal(net[i].bias_grad, 1)
    for f in (l2_penalty, add_l2_gradient):
        with pytest.raises(TypeError, match=r"^net must be of type Layer"):
            f(W, 0.1)
        with pytest.raises(TypeError, match=r"^lam must be real numbers"):
            f(net, None)


@every
def test_bad_arrays_are_named(loss):
    rng = np.random.default_rng(0)
    Y = REFERENCES[loss][0](rng, (4, 2))
    for g in (loss, loss.gradient, loss.of_samples):
        for Z in (1.0, np.ones((0, 2)), np.ones((2, 2, 2))):
            with pytest.raises(
                ValueError, match=r"^Z must have shape \(N,\) or \(N, K\), but has "
            ):
                g(Z, Y)
        for bad in (Y[:3], Y[:, :1], Y[:, 0, None], 1.0, Y[None]):
            with pytest.raises(ValueError, match=r"^Y must have shape \(4, 2\), but has shape \("):
                g(np.ones((4, 2)), bad)
        with pytest.raises(TypeError, match=r"^Y must be real numbers"):
            g(np.ones((4, 2)), Y.astype(object))


def test_targets_of_one_axis_do_not_meet_outputs_of_two():
    for loss in (squared_error, absolute_error, binary_cross_entropy, hinge, quantile(0.5)):
        with pytest.raises(ValueError, match=r"^Y must have shape \(4, 1\), but has shape \(4,\)"):
            loss(np.ones((4, 1)), np.ones(4))
        with pytest.raises(ValueError, match=r"^Y must have shape \(4,\), but has shape \(4, 1\)"):
            loss(np.ones(4), np.ones((4, 1)))


def test_bad_targets_are_named():
    Z = np.ones((2, 3))
    for bad in ([[0, 0, 2], [0, 0, 0]], [[0, -1, 0], [0, 0, 0]], np.full((2, 3), np.nan)):
        with pytest.raises(ValueError, match=r"^Y must be from 0 to 1, but has "):
            binary_cross_entropy(Z, bad)
    for bad in (np.zeros((2, 3)), np.full((2, 3), np.nan)):
        with pytest.raises(ValueError, match=r"^Y must be -1 or 1, but has the values \["):
            hinge(Z, bad)
    for loss in (softmax_cross_entropy, kl_divergence):
        for bad in (Z, -Z, np.zeros((2, 3)), np.full((2, 3), np.nan)):
            with pytest.raises(
                ValueError, match=r"^Y must be labels \(N,\), or rows of probabiliti"
            ):
                loss(Z, bad)
        for bad in ([0, 3], [-1, 0]):
            with pytest.raises(ValueError, match=r"^Y must be labels from 0 to 2, but has "):
                loss(Z, bad)
        with pytest.raises(TypeError, match=r"^Y must be integer labels, but has dtype float64"):
            loss(Z, [0.0, 1.0])
        with pytest.raises(ValueError, match=r"^Y must have shape \(2,\), but has shape \(3,\)"):
            loss(Z, [0, 1, 2])
        with pytest.raises(ValueError, match=r"^Z must have shape \(N, K\), but has shape \(2,\)"):
            loss(Z[:, 0], [0, 1])
    for tau in (0, 1, -0.5, np.nan):
        with pytest.raises(ValueError, match=r"^tau must be between 0 and 1, not "):
            quantile(tau)


def test_a_sum_in_float16_does_not_overflow():
    Z, Y = np.full((3000, 1), 9, np.float16), np.zeros((3000, 1), np.float16)
    assert squared_error(Z, Y) == 40.5
    assert binary_cross_entropy(Z, Y) == pytest.approx(9.0001, abs=0.01)
