"""What `print` and a notebook show of a network is what it computes."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from nnlib import (
    BatchNorm,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    Linear,
    Maxout,
    MaxPool2d,
    PReLU,
    Residual,
    Sequential,
    logistic,
    predict,
    relu,
    tanh,
)
from nnlib.summary import rows

RNG = np.random.default_rng(0)


def dense():
    return Sequential(Linear(784, 30, RNG), logistic, Linear(30, 10, RNG))


def convolutional():
    return Sequential(
        Conv2d(1, 8, 5, RNG, stride=2, padding=1),
        BatchNorm(8),
        relu,
        MaxPool2d(2),
        Flatten(),
        Dropout(0.5, RNG),
        Linear(288, 10, RNG),
    )


def residual():
    return Sequential(
        Linear(2, 16, RNG),
        relu,
        Residual(Linear(16, 16, RNG), tanh, Residual(Maxout(16, 16, 3, RNG))),
        PReLU(16),
        Sequential(Linear(16, 3, RNG)),
    )


def test_a_table():
    assert str(dense()) == (
        "   layer     output   parameters\n"
        "0  Linear    (N, 30)      23,550\n"
        "1  logistic  (N, 30)\n"
        "2  Linear    (N, 10)         310\n"
        "             total        23,860"
    )


def test_what_an_input_tells_is_shown_after_it():
    net = convolutional()
    unknown = [*["(N, 8, ?, ?)"] * 4, "(N, ?)", "(N, 288)", "(N, 10)"]
    lines = str(net).splitlines()
    assert lines[-1] == "(a forward pass tells what is ?)"
    assert all(shape in line for line, shape in zip(lines[1:], unknown, strict=False))
    predict(net, np.zeros((2, 1, 28, 28)))
    assert "?" not in str(net)
    assert "MaxPool2d(2)  (N, 8, 6, 6)" in str(net)


INPUTS = [(dense, (784,)), (convolutional, (1, 28, 28)), (residual, (2,))]


@pytest.mark.parametrize(("make", "shape"), INPUTS)
def test_shapes_and_sizes_are_those_of_the_layers(make, shape):
    net = make().eval()
    A = np.zeros((2, *shape))
    assert net.output_shape(("N", *shape)) == ("N", *net(A).shape[1:])
    first, found = rows(net)
    assert first == ("N", *shape)
    for _, layer, output in found:
        assert output == ("N", *layer._output_fits[0][1:])
    assert sum(p.size for _, layer, _ in found for p in layer.parameters().values()) == sum(
        p.size for p in net.parameters().values()
    )
    names = [f"{at}{name}" for at, layer, _ in found for name in layer.parameters()]
    assert names == list(net.parameters())


class FirstHalf(Layer):
    """A layer that says nothing of its shapes."""

    def _forward(self, A):
        return A[:, : A.shape[1] // 2]


def test_a_layer_that_says_nothing_of_its_shape():
    net = Sequential(FirstHalf(), relu)
    assert [shape for *_, shape in rows(net)[1]] == [("N", "...")] * 2
    assert net.output_shape(("N", 4)) == ("N", "...")
    net = Sequential(FirstHalf(), Linear(4, 3, RNG))
    assert [shape for *_, shape in rows(net)[1]] == [("N", 4), ("N", 3)]  # as the next one asks
    assert "?" in Conv2d(1, 2, 3, RNG).output_shape(("N", "..."))
    assert MaxPool2d(2).output_shape(("N", "...")) == ("N", "?", "?", "?")


SVG = "{http://www.w3.org/2000/svg}"


def drawn(net):
    return ET.fromstring(net._repr_html_())


@pytest.mark.parametrize(("make", "shape"), INPUTS)
def test_a_picture_is_light_and_in_the_ink_of_its_page(make, shape):
    for net in (make(), make().eval()):
        picture = drawn(net)
        assert len(net._repr_html_()) < 10_000
        assert picture.get("role") == "img"
        assert picture.get("stroke") == "currentColor"
        assert "Linear" in picture.get("aria-label")
        assert picture.get("style") == "max-width: 100%"  # a phone is narrower
        _, low, width, height = map(float, picture.get("viewBox").split())
        assert float(picture.get("width")) == width
        for text in picture.iter(f"{SVG}text"):
            assert 0 < float(text.get("x")) < width
            assert low < float(text.get("y")) < low + height
        net(np.zeros((2, *shape)))


def test_a_picture_of_units():
    picture = drawn(Sequential(Linear(2, 3, RNG), tanh, Linear(3, 9, RNG)))
    assert picture.get("aria-label") == "input: (N, 2); Linear, tanh: (N, 3); Linear: (N, 9)"
    assert len(list(picture.iter(f"{SVG}circle"))) == 2 + 3 + 6
    texts = [text.text for text in picture.iter(f"{SVG}text")]
    assert texts == ["⋮", "2", "input", "3", "Linear", "tanh", "9", "Linear"]
    edges = [path.get("d").count("L") for path in picture.iter(f"{SVG}path")]
    assert edges == [2 * 3, 3 * 7]  # the dots are joined, too


def test_a_picture_of_channels():
    net = convolutional()
    net.eval()(np.zeros((1, 1, 28, 28)))
    sides = [float(each.get("width")) for each in drawn(net).iter(f"{SVG}rect")]
    assert len(sides) == 1 + 4 + 4
    assert sides == sorted(sides, reverse=True)


def test_a_shortcut_goes_over_each_residual_block():
    paths = [path.get("d") for path in drawn(residual()).iter(f"{SVG}path")]
    assert sum("H" in path for path in paths) == 2


def test_printing_changes_nothing():
    net = convolutional()
    Z = net(np.zeros((2, 1, 28, 28)))
    str(net), net._repr_html_()
    net.backward(Z)  # the forward pass is still remembered
    assert net[1].training
