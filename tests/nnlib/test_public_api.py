"""Whatever comes in, an answer of the right shape or an error that names the argument comes out."""

import doctest
import inspect
import re
import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matplotlib.figure import Figure

import nnlib
from nnlib import (
    Linear,
    Neuron,
    Sequential,
    data,
    diagrams,
    elu,
    gelu,
    hard_tanh,
    logistic,
    plots,
    softplus,
    step,
    swish,
)
from nnlib.autodiff import Variable, grad, hvp, logsumexp, softmax
from nnlib.dual import Dual, jvp
from nnlib.symbolic import Symbol, derivative, value

anything = st.one_of(
    hnp.arrays(
        st.sampled_from([np.float64, np.float32, np.int64, np.bool_, np.complex128, object, "U1"]),
        hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
    ),
    hnp.arrays(np.float64, st.sampled_from([(2,), (3, 2), (3,), (3, 1), (1, 3), (2, 2)])),
    st.none() | st.text(max_size=2) | st.floats() | st.integers() | st.lists(st.integers()),
    st.lists(st.lists(st.floats(), max_size=2), max_size=2),
)


def answer(arguments, call):
    """What the call returns, or None after an error that names one of the arguments."""
    try:
        with np.errstate(all="ignore"):
            return call()
    except (TypeError, ValueError) as error:
        if not re.match(rf"({arguments})(, the bias of one neuron,)? must ", str(error)):
            raise
        return None


@given(w=anything, b=anything, X=anything, y=anything)
def test_neuron_takes_anything(w, b, X, y):
    answer("w|b|X", lambda: Neuron(w, b, logistic)(X))
    neuron = Neuron([1.0, -1.0], 0.5, logistic)
    a = answer("X", lambda: neuron(X))
    if a is not None:
        assert np.shape(a) == np.shape(X)[:-1]
    gradient = answer("X|y", lambda: neuron.gradient(X, y))
    if gradient is not None:
        assert np.shape(y) == np.shape(X)[:-1]
        assert gradient[0].shape == (2,)
        assert gradient[1].shape == ()


@pytest.mark.parametrize(
    "f", [logistic, gelu, swish(2), elu(), hard_tanh, softplus, step], ids=lambda f: f.name
)
@given(z=anything)
def test_activations_take_anything(f, z):
    for g in (f, f.df):
        a = answer("z", lambda g=g: g(z))
        if a is not None:
            assert np.shape(a) == np.shape(z)


@given(Z=anything)
def test_softmax_takes_anything(Z):
    for g in (nnlib.softmax, nnlib.log_softmax):
        P = answer("Z", lambda g=g: g(Z))
        if P is not None:
            assert P.shape == np.shape(Z)


IMAGES = (3, 2, 4, 4)  # what fits the layers below, beside (3, 2)
images = hnp.arrays(np.float64, st.sampled_from([IMAGES, (1, 2, 4, 4), (3, 2, 1, 4), (3, 1, 4, 4)]))


def layers():
    """Each kind of layer, with an input that it takes."""
    rng = np.random.default_rng(0)
    rows, maps = np.ones((3, 2)), np.ones(IMAGES)
    return [
        (Linear(2, 3, rng), rows),
        (nnlib.Activate(logistic), rows),
        (nnlib.PReLU(2), rows),
        (nnlib.Maxout(2, 3, 2, rng), rows),
        (nnlib.Dropout(0.5, rng), rows),
        (nnlib.Flatten(), maps),
        (nnlib.BatchNorm(2), rows),
        (nnlib.BatchNorm(2), maps),
        (nnlib.Conv2d(2, 2, 3, rng, padding=1), maps),
        (nnlib.MaxPool2d(2), maps),
        (nnlib.Residual(Linear(2, 2, rng)), rows),
        (Sequential(Linear(2, 3, rng), logistic, Linear(3, 2, rng)), rows),
    ]


@pytest.mark.parametrize("i", range(len(layers())), ids=lambda i: type(layers()[i][0]).__name__)
@given(A=anything | images, D=anything | images)
def test_layers_take_anything(i, A, D):
    layer, fitting = layers()[i]
    Z = answer("A", lambda: layer(A))
    if Z is None:
        layer(fitting)
    else:
        assert len(Z) == len(A)
        assert np.all(np.isfinite(Z)) or not np.all(np.abs(A) < 1e100)
    for back in (layer.backward, layer.set_gradients):
        A_grad = answer("D", lambda back=back: back(D))
        if A_grad is not None:
            assert A_grad.shape == np.shape(fitting if Z is None else A)


LOSSES = [
    nnlib.squared_error,
    nnlib.absolute_error,
    nnlib.binary_cross_entropy,
    nnlib.softmax_cross_entropy,
    nnlib.kl_divergence,
    nnlib.hinge,
    nnlib.quantile(0.1),
]


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
@given(Z=anything, Y=anything)
def test_losses_take_anything(loss, Z, Y):
    for z, y in ((Z, Y), (np.ones((3, 2)), Y)):
        cost = answer("Z|Y", lambda z=z, y=y: loss(z, y))
        assert cost is None or isinstance(cost, float)
        for g, axes in ((loss.gradient, None), (loss.of_samples, 1)):
            result = answer("Z|Y", lambda g=g, z=z, y=y: g(z, y))
            assert (result is None) == (cost is None)
            assert result is None or result.shape == np.shape(z)[:axes]


METRICS = [
    nnlib.accuracy,
    nnlib.precision,
    nnlib.recall,
    nnlib.f1,
    nnlib.auc,
    nnlib.mean_squared_error,
    nnlib.root_mean_squared_error,
    lambda y_hat, y: nnlib.top_k_accuracy(y_hat, y, 2),
    lambda y_hat, y: nnlib.confusion_matrix(y_hat, y).sum(),
]
labels = hnp.arrays(np.int64, st.sampled_from([3, (3, 1)]), elements=st.integers(-1, 2))


@pytest.mark.parametrize("metric", METRICS)
@given(y_hat=anything | labels, y=anything | labels)
def test_metrics_take_anything(metric, y_hat, y):
    result = answer("y_hat|y|y and y_hat|scores|k", lambda: metric(y_hat, y))
    assert result is None or not np.isnan(result)


@given(A=anything | images, weight=anything | images, bias=anything)
def test_conv2d_takes_anything(A, weight, bias):
    for image, kernel in ((A, weight), (np.ones((1, 2, 4, 4)), weight), (A, np.ones((3, 2, 2, 2)))):
        answer("A|weight|bias", lambda a=image, w=kernel: nnlib.conv2d(a, w, bias))
        answer("A|weight|bias", lambda a=image, w=kernel: nnlib.conv2d(a, w, np.zeros(3)))


@settings(max_examples=150)
@given(X=anything, Y=anything, validation=anything, number=anything)
def test_training_takes_anything(X, Y, validation, number):
    net = Sequential(Linear(2, 2, np.random.default_rng(0)))
    sgd = nnlib.SGD(net, 0.1)
    fine = np.ones((3, 2))

    def fit(X=fine, Y=fine, epochs=1, **options):
        nnlib.fit(net, X, Y, nnlib.squared_error, sgd, epochs=epochs, progress=False, **options)
        net.astype(np.float64)

    answer("X|Y", lambda: fit(X, Y))
    answer("X|Y", lambda: fit(Y=Y))
    answer("X|Y|validation", lambda: fit(validation=validation))
    answer("X|Y", lambda: fit(validation=(X, Y)))
    answer("X", lambda: nnlib.predict(net, X))
    answer("X|Y", lambda: nnlib.backprop(net, X, Y, nnlib.squared_error))
    number = number if not isinstance(number, int) else min(number, 3)
    answer("epochs", lambda: fit(epochs=number))
    answer("batch_size", lambda: fit(batch_size=number))
    answer("measures", lambda: fit(measures=number))
    answer("rng", lambda: fit(rng=number))
    for optimizer in (nnlib.SGD, nnlib.Momentum, nnlib.RMSprop, nnlib.Adam):
        answer("lr|weight_decay", lambda o=optimizer: o(net, number))
        answer("weight_decay", lambda o=optimizer: o(net, 0.1, weight_decay=number))


@given(bad=anything)
def test_constructors_take_anything(bad):
    rng = np.random.default_rng(0)
    bad = min(bad, 5) if isinstance(bad, int) else bad  # no layer of 10¹⁸ units
    for names, call in (
        ("in_features|out_features", lambda: Linear(bad, bad, rng)),
        ("rng", lambda: Linear(1, 1, bad)),
        ("init", lambda: Linear(1, 1, rng, init=bad)),
        ("what init returns", lambda: Linear(2, 3, rng, init=lambda rng, shape: bad)),
        ("kernel_size|in_channels|out_channels", lambda: nnlib.Conv2d(bad, bad, bad, rng)),
        ("stride|padding", lambda: nnlib.Conv2d(1, 1, 1, rng, stride=bad, padding=bad)),
        ("kernel_size", lambda: nnlib.MaxPool2d(bad)),
        ("num_features", lambda: nnlib.BatchNorm(bad)),
        ("eps", lambda: nnlib.BatchNorm(1, eps=bad)),
        ("p", lambda: nnlib.Dropout(bad, rng)),
        ("num_parameters", lambda: nnlib.PReLU(bad)),
        ("init", lambda: nnlib.PReLU(1, bad)),
        ("pieces", lambda: nnlib.Maxout(1, 1, bad, rng)),
        ("layers", lambda: Sequential(bad)),
        ("f", lambda: nnlib.Activate(bad)),
        ("net", lambda: nnlib.SGD(bad, 0.1)),
        ("tau", lambda: nnlib.quantile(bad)),
        ("beta", lambda: swish(bad)),
        ("std", lambda: nnlib.normal(bad)),
        ("value", lambda: nnlib.constant(bad)),
        ("dtype", lambda: Linear(1, 1, rng).astype(bad)),
        ("max_norm", lambda: nnlib.clip_grad_norm(Linear(1, 1, rng), bad)),
        ("lam", lambda: nnlib.l2_penalty(Linear(1, 1, rng), bad)),
    ):
        answer(names, call)


@given(x=anything, gradient=anything, number=anything)
def test_differences_take_anything(x, gradient, number):
    for difference in (nnlib.forward_difference, nnlib.central_difference):
        result = answer("x|f\\(x\\)", lambda d=difference: d(np.sum, x))
        assert result is None or np.shape(result) == np.shape(x)
        answer("f\\(x\\)", lambda d=difference: d(lambda x: number, [1.0]))
        answer("h", lambda d=difference: d(np.sum, [1.0], h=number))
    check = answer("x|f\\(x\\)|gradient", lambda: nnlib.gradcheck(np.sum, x, gradient))
    assert check is None or repr(check).startswith("the gradient ")
    answer("rtol|floor", lambda: nnlib.gradcheck(np.sum, [1], [1], rtol=number, floor=number))


BINARY = [np.add, np.multiply, np.divide, np.matmul, np.maximum, np.logaddexp, np.power]


@pytest.mark.parametrize("f", BINARY, ids=lambda f: f.__name__)
@given(a=anything, b=anything)
def test_differentiation_takes_anything(f, a, b):
    x = answer("value", lambda: Variable(a))
    if x is None:
        return
    for left, right in ((x, b), (b, x)):
        y = answer(f"{f.__name__}|an input of {f.__name__}", lambda u=left, v=right: f(u, v))
        if y is not None:
            assert answer("", lambda y=y: grad(np.sum(y), x)).shape == x.shape
    answer(f"{f.__name__}|an input of {f.__name__}|v", lambda: jvp(lambda x: f(x, b), a, a))
    answer("vs", lambda: hvp(np.sum(x**2), x, b))
    answer("x|v", lambda: jvp(np.sum, a, b))
    answer("tangent", lambda: Dual(x.value, b))
    for g in (softmax, logsumexp):
        y = answer("softmax|logsumexp", lambda g=g: g(x))
        assert y is None or answer("", lambda y=y: grad(np.sum(y), x)).shape == x.shape


@given(bad=anything)
def test_formulas_take_anything(bad):
    x = Symbol("x")
    answer("an input of multiply", lambda: x * bad)
    answer("y|x", lambda: derivative(bad, x))
    answer("x", lambda: derivative(x, bad))
    answer(r"at\[x\]|sin", lambda: value(np.sin(x), {x: bad}))
    answer("y|xs", lambda: grad(bad, Variable(1.0)))
    answer("xs", lambda: grad(Variable(1.0), bad))


@given(bad=anything)
def test_data_take_anything(bad):
    rng = np.random.default_rng(0)
    bad = min(bad, 9) if isinstance(bad, int) else bad
    for names, call in (
        ("n", lambda: data.moons(bad, rng)),
        ("rng", lambda: data.rings(1, bad)),
        ("noise", lambda: data.moons(1, rng, noise=bad)),
        ("classes", lambda: data.spirals(1, rng, classes=bad)),
        ("turns", lambda: data.spirals(1, rng, turns=bad)),
        ("centers", lambda: data.blobs(1, rng, centers=bad)),
        ("spread", lambda: data.blobs(1, rng, spread=bad)),
        ("xlim", lambda: data.curve(1, rng, xlim=bad)),
        (r"f\(x\)", lambda: data.curve(1, rng, lambda x: bad)),
        ("X|y|held_out", lambda: data.split(bad, np.ones(3), 1, rng)),
        ("y", lambda: data.split(np.ones(3), bad, 1, rng)),
        ("held_out", lambda: data.split(np.ones(3), np.ones(3), bad, rng)),
        ("images", lambda: data.rows(bad, 16)),
        ("scale", lambda: data.rows(np.ones((1, 2, 2)), bad)),
    ):
        answer(names, call)


@settings(max_examples=20)
@given(bad=anything)
def test_plots_take_anything(bad):
    ax = Figure().subplots()
    fine = Neuron([1.0, -1.0], 0.5, logistic)
    if isinstance(bad, list) and all(isinstance(n, int) for n in bad):
        bad = [min(n, 9) for n in bad]  # no layer of 10¹⁸ units
    for names, call in (
        ("f", lambda: plots.activation(ax, bad)),
        ("zlim", lambda: plots.activation(ax, logistic, bad)),
        (r"f\(X\)", lambda: plots.decision(ax, lambda X: bad)),
        ("xlim", lambda: plots.decision(ax, fine, bad)),
        ("ylim", lambda: plots.decision(ax, fine, (0, 1), bad)),
        ("values", lambda: plots.decision(ax, fine, values=bad)),
        ("X|y", lambda: plots.points(ax, bad, [0, 1])),
        ("y", lambda: plots.points(ax, [[0, 1], [1, 2]], bad)),
        (r"series\['cost'\]", lambda: plots.curves(ax, {"cost": bad})),
        ("series", lambda: plots.curves(ax, bad)),
        (r"networks\['tanh'\]", lambda: plots.gradient_norms(ax, {"tanh": bad})),
        ("networks", lambda: plots.gradient_norms(ax, bad)),
        ("stack", lambda: plots.images(ax, bad)),
        ("stack", lambda: plots.images(ax, bad, signed=True)),
        ("columns", lambda: plots.images(ax, np.ones((2, 3, 3)), columns=bad)),
        ("stack", lambda: plots.kernels(ax, bad)),
        ("counts", lambda: plots.confusion_matrix(ax, bad)),
        ("names", lambda: plots.confusion_matrix(ax, [[1, 0], [0, 1]], bad)),
        ("y", lambda: diagrams.computation_graph(ax, bad)),
        ("notes", lambda: diagrams.computation_graph(ax, Variable(1.0), bad)),
        ("sizes|the length of sizes", lambda: diagrams.network(ax, bad)),
        ("labels", lambda: diagrams.network(ax, [2, 1], bad)),
        ("units", lambda: diagrams.network(ax, [2, 1], units=bad)),
        ("notes", lambda: diagrams.network(ax, [2, 1], notes=bad)),
        ("edges", lambda: diagrams.network(ax, [2, 1], edges=bad)),
        ("inputs|weights", lambda: diagrams.neuron(ax, bad)),
    ):
        ax.clear()
        answer(names, call)


MODULES = [nnlib, *(import_module(f"nnlib.{m.name}") for m in iter_modules(nnlib.__path__))]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_are_true(module):
    taken = {"np": np} | {name: getattr(nnlib, name) for name in nnlib.__all__}
    result = doctest.testmod(module, globs=taken | vars(module))
    assert not result.failed


def public():
    """What `help` shows of the names of nnlib: each docstring, and how far it is indented."""
    for name in nnlib.__all__:
        item = getattr(nnlib, name)
        if isinstance(item, type) or inspect.isfunction(item):
            yield name, inspect.getdoc(item), 4
        if isinstance(item, type):
            for method, each in vars(item).items():
                if not method.startswith("_") and callable(each) and each.__doc__:
                    yield f"{name}.{method}", inspect.getdoc(each), 9


def test_help_fits_a_terminal():
    too_wide = {
        name: line
        for name, text, indent in public()
        for line in text.splitlines()
        if indent + len(line) > 80
    }
    assert not too_wide
    assert not [name for name, text, _ in public() if text.splitlines()[1:2] not in ([], [""])]


def test_help_has_types_in_the_words_of_the_source():
    """As `from __future__ import annotations` keeps them: FloatArray, not what stands behind it."""
    for name in nnlib.__all__:
        item = getattr(nnlib, name)
        called = item.__init__ if isinstance(item, type) else item
        if inspect.isfunction(called):
            kinds = {type(each) for each in called.__annotations__.values() if each is not None}
            assert kinds <= {str}, name


def test_import_is_light():
    heavy = "{'matplotlib', 'IPython', 'torch'} & set(sys.modules)"
    code = f"import sys, nnlib; sys.exit(str({heavy}) if {heavy} else 0)"
    subprocess.run([sys.executable, "-c", code], check=True)
