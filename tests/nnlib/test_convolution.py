import itertools

import numpy as np
import pytest
import torch
from against import assert_close, assert_gradients_are_limits, assert_same_as_torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnlib import Conv2d, MaxPool2d, conv2d, normal

sizes = st.integers(1, 3)
rngs = st.integers(0, 999).map(np.random.default_rng)
sides = st.integers(1, 7)


@given(rngs, sizes, sizes, sizes, sides, sides, st.integers(1, 4), sizes, st.integers(0, 2))
def test_conv2d_is_that_of_torch(rng, n, c, o, height, width, k, stride, padding):
    assume(min(height, width) + 2 * padding >= k)
    layer = Conv2d(c, o, k, rng, stride=stride, padding=padding, bias_init=normal())
    A = rng.normal(size=(n, c, height, width))
    assert_same_as_torch(layer, torch.nn.Conv2d(c, o, k, stride=stride, padding=padding), A)


@settings(max_examples=25)
@given(rngs, sizes, sizes, sizes, st.integers(1, 3), sizes, st.integers(0, 2))
def test_conv2d_is_its_definition(rng, n, c, o, k, stride, padding):
    layer = Conv2d(c, o, k, rng, stride=stride, padding=padding, bias_init=normal())
    A = rng.normal(size=(n, c, 4, 3))
    assert_close(layer(A), conv2d(A, layer.weight, layer.bias, stride, padding))


@settings(max_examples=15)
@given(rngs, sizes, st.integers(1, 2), st.integers(1, 2), st.integers(1, 3), sizes, sizes)
def test_gradients_of_conv2d_are_limits(rng, n, c, o, k, stride, padding):
    layer = Conv2d(c, o, k, rng, stride=stride, padding=padding)
    assert_gradients_are_limits(layer, rng.normal(size=(n, c, 4, 3)))


def test_the_kernel_is_not_turned_round():
    A = np.zeros((1, 1, 3, 3))
    A[0, 0, 1, 1] = 1
    kernel = np.arange(9.0).reshape(1, 1, 3, 3)
    np.testing.assert_array_equal(conv2d(A, kernel, [0.0], padding=1), kernel[..., ::-1, ::-1])


@given(rngs, sizes, sizes, sides, sides, st.integers(1, 4))
def test_max_pooling_is_that_of_torch_with_ties_too(rng, n, c, height, width, k):
    assume(min(height, width) >= k)
    A = rng.integers(0, 3, (n, c, height, width)) / 2  # a blank background: most blocks tie
    assert_same_as_torch(MaxPool2d(k), torch.nn.MaxPool2d(k), A)
    assert_same_as_torch(MaxPool2d(k), torch.nn.MaxPool2d(k), rng.normal(size=A.shape))


@settings(max_examples=15)
@given(rngs, sizes, sizes, st.integers(1, 3))
def test_gradients_of_max_pooling_are_limits(rng, n, c, k):
    assert_gradients_are_limits(MaxPool2d(k), rng.normal(size=(n, c, 4, 5)))


def test_of_equal_values_the_first_gets_the_gradient():
    layer = MaxPool2d(2)
    layer(np.zeros((1, 1, 2, 2)))
    np.testing.assert_array_equal(layer.backward([[[[5.0]]]]), [[[[5, 0], [0, 0]]]])
    layer([[[[0.0, 1.0], [1.0, 0.0]]]])  # row by row: not the first column
    np.testing.assert_array_equal(layer.backward([[[[5.0]]]]), [[[[0, 5], [0, 0]]]])


def test_nan_is_the_greatest_as_in_torch():
    A = np.array([[[[1.0, 2.0, 5.0, 6.0], [np.nan, 3.0, 7.0, 4.0]]]])
    D = np.array([[[[1.0, 2.0]]]])
    layer, A_torch = MaxPool2d(2), torch.tensor(A, requires_grad=True)
    Z = torch.nn.MaxPool2d(2)(A_torch)
    Z.backward(torch.tensor(D))
    np.testing.assert_array_equal(layer(A), Z.detach())
    np.testing.assert_array_equal(layer.backward(D), A_torch.grad)
    np.testing.assert_array_equal(layer.backward(D)[0, 0, 1], [1, 0, 2, 0])


@pytest.mark.parametrize("make", [lambda rng: Conv2d(3, 4, 2, rng), lambda rng: MaxPool2d(2)])
def test_the_order_in_memory_does_not_matter(make):
    rng = np.random.default_rng(0)
    layer = make(rng)
    A = rng.normal(size=(2, 3, 4, 5))
    Z = layer(A)
    D = rng.normal(size=Z.shape)
    A_grad, gradients = layer.backward(D), [each.copy() for each in layer.gradients().values()]
    for axes in itertools.permutations(range(4)):
        back = np.argsort(axes)
        other_A, other_D = (each.transpose(axes).copy().transpose(back) for each in (A, D))
        np.testing.assert_array_equal(layer(other_A), Z)
        np.testing.assert_array_equal(layer.backward(other_D), A_grad)
        for gradient, expected in zip(layer.gradients().values(), gradients, strict=True):
            np.testing.assert_array_equal(gradient, expected)


def test_float32_stays_float32():
    rng = np.random.default_rng(0)
    A = rng.normal(size=(2, 1, 4, 4)).astype(np.float32)
    for layer in (Conv2d(1, 2, 3, rng).astype(np.float32), MaxPool2d(2)):
        Z = layer(A)
        assert Z.dtype == layer.backward(Z).dtype == np.float32


def test_initial_kernels_have_the_variance_of_a_window():
    layer = Conv2d(10, 500, 3, np.random.default_rng(0))
    assert layer.weight.std() == pytest.approx(1 / np.sqrt(90), rel=1e-2)


def test_bad_arguments_are_named():
    rng = np.random.default_rng(0)
    for bad, error in ((0, ValueError), (-1, ValueError), (2.0, TypeError), ((2, 2), TypeError)):
        for name, build in (
            ("in_channels", lambda bad: Conv2d(bad, 1, 1, rng)),
            ("out_channels", lambda bad: Conv2d(1, bad, 1, rng)),
            ("kernel_size", lambda bad: Conv2d(1, 1, bad, rng)),
            ("stride", lambda bad: Conv2d(1, 1, 1, rng, stride=bad)),
            ("kernel_size", MaxPool2d),
        ):
            with pytest.raises(error, match=rf"^{name} must be "):
                build(bad)
    with pytest.raises(ValueError, match=r"^padding must be at least 0, not -1"):
        Conv2d(1, 1, 1, rng, padding=-1)
    with pytest.raises(TypeError, match=r"^rng must be of type Generator"):
        Conv2d(1, 1, 1, 0)

    layer = Conv2d(2, 1, 3, rng)
    for A in (1.0, np.ones((2, 5, 5)), np.ones((1, 1, 5, 5)), np.ones((0, 2, 5, 5))):
        with pytest.raises(
            ValueError, match=r"^A must have shape \(N, 2, H, W\), but has shape \("
        ):
            layer(A)
    with pytest.raises(
        ValueError, match=r"^A must be at least 3 x 3 with its padding, but has sha"
    ):
        layer(np.ones((1, 2, 2, 5)))
    with pytest.raises(
        ValueError, match=r"^A must be at least 2 x 2, but has shape \(1, 1, 2, 1\)"
    ):
        MaxPool2d(2)(np.ones((1, 1, 2, 1)))
    with pytest.raises(
        ValueError, match=r"^A must have shape \(N, C, H, W\), but has shape \(2, 2"
    ):
        MaxPool2d(2)(np.ones((2, 2, 2)))
    A, weight = np.ones((1, 2, 3, 3)), np.ones((1, 2, 2, 2))
    with pytest.raises(ValueError, match=r"^weight must have shape \(O, 2, k, k\), but has shape"):
        conv2d(A, weight[:, :1], [0])
    with pytest.raises(ValueError, match=r"^bias must have shape \(1,\), but has shape \(2,\)"):
        conv2d(A, weight, [0, 0])
    with pytest.raises(ValueError, match=r"^A must be no smaller than the kernel, but has shape"):
        conv2d(A[..., :1], weight, [0])
