import numpy as np
import pytest
import torch
from against import assert_close, assert_gradients_are_limits, assert_same_as_torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import BatchNorm

sizes = st.integers(1, 4)
rngs = st.integers(0, 999).map(np.random.default_rng)
shapes = st.one_of(
    st.tuples(st.integers(2, 6), sizes),
    st.tuples(sizes, sizes, st.integers(2, 3), sizes),
)


def layer_and_reference(rng, shape, **options):
    layer = BatchNorm(shape[1], **options)
    for value in layer.state_dict().values():
        value[:] = rng.uniform(0.5, 2, shape[1])
    kind = torch.nn.BatchNorm1d if len(shape) == 2 else torch.nn.BatchNorm2d
    return layer, kind(shape[1], **options)


@given(rngs, shapes, st.sampled_from([{}, {"eps": 1e-3, "momentum": 0.3}]))
def test_training_is_that_of_torch_with_the_running_statistics(rng, shape, options):
    layer, reference = layer_and_reference(rng, shape, **options)
    assert_same_as_torch(layer, reference, rng.normal(1, 2, shape))
    for _ in range(3):
        A = rng.normal(3, 2, shape)
        layer(A)
        reference(torch.tensor(A))
    assert_close(layer.running_mean, reference.running_mean)
    assert_close(layer.running_var, reference.running_var)


@given(rngs, shapes)
def test_evaluation_is_that_of_torch_and_leaves_the_statistics(rng, shape):
    layer, reference = layer_and_reference(rng, shape)
    before = layer.running_mean.copy(), layer.running_var.copy()
    assert_same_as_torch(layer.eval(), reference.eval(), rng.normal(size=shape))
    np.testing.assert_array_equal((layer.running_mean, layer.running_var), before)


@settings(max_examples=20)
@given(rngs, shapes, st.booleans())
def test_gradients_are_limits(rng, shape, training):
    layer, _ = layer_and_reference(rng, shape)
    assert_gradients_are_limits(layer.train(training), rng.normal(size=shape))


def test_backward_is_of_the_mode_of_the_forward_pass():
    layer = BatchNorm(2)
    A = np.random.default_rng(0).normal(size=(5, 2))
    Z = layer(A)
    expected = layer.backward(Z)
    layer.eval()
    np.testing.assert_array_equal(layer.backward(Z), expected)


def test_output_has_mean_bias_and_standard_deviation_weight():
    layer = BatchNorm(3)
    layer.weight[:], layer.bias[:] = [1, 2, 3], [4, 5, 6]
    Z = layer(np.random.default_rng(0).normal(7, 10, (1000, 3)))
    np.testing.assert_allclose(Z.mean(axis=0), layer.bias, rtol=1e-12)
    np.testing.assert_allclose(Z.std(axis=0), layer.weight, rtol=1e-6)


def test_bad_arguments_are_named():
    for bad, error in ((0, ValueError), (2.0, TypeError)):
        with pytest.raises(error, match=r"^num_features must be "):
            BatchNorm(bad)
    with pytest.raises(ValueError, match=r"^eps must be greater than 0, not 0"):
        BatchNorm(2, eps=0)
    with pytest.raises(ValueError, match=r"^momentum must be from 0 to 1, not 2"):
        BatchNorm(2, momentum=2)
    layer = BatchNorm(2)
    for A in (1.0, np.ones(2), np.ones((3, 3)), np.ones((3, 2, 2)), np.ones((0, 2))):
        with pytest.raises(
            ValueError, match=r"^A must have shape \(N, 2\) or \(N, 2, H, W\), but has shape \("
        ):
            layer(A)
    for one in (np.ones((1, 2)), np.ones((1, 2, 1, 1))):
        before = layer.running_mean.copy()
        with pytest.raises(
            ValueError, match=r"^A must have more than one value a channel in train"
        ):
            layer(one)
        np.testing.assert_array_equal(layer.running_mean, before)
        layer.eval()(one)  # in evaluation one is enough
        layer.train()
