"""Whatever comes in, an answer of the right shape or an error that names the argument comes out."""

import doctest
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import nnlib
from nnlib import Linear, Neuron, logistic

PACKAGE = Path(nnlib.__file__).parent

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


@given(A=anything, D=anything)
def test_linear_takes_anything(A, D):
    layer = Linear(2, 3, np.random.default_rng(0))
    Z = answer("A", lambda: layer(A))
    if Z is None:
        layer(np.ones((3, 2)))
    else:
        assert Z.shape == (len(A), 3)
    A_grad = answer("D", lambda: layer.backward(D))
    if A_grad is not None:
        assert A_grad.shape == layer.A_prev.shape


@given(z=anything)
def test_activations_take_anything(z):
    for g in (logistic, logistic.df):
        a = answer("z", lambda g=g: g(z))
        if a is not None:
            assert np.shape(a) == np.shape(z)


def test_the_example_in_the_docstring_is_true():
    result = doctest.testmod(nnlib)
    assert result.attempted > 0
    assert result.failed == 0


def test_import_is_light():
    heavy = "{'matplotlib', 'IPython', 'torch'} & set(sys.modules)"
    code = f"import sys, nnlib; sys.exit(str({heavy}) if {heavy} else 0)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_data_file_goes_into_the_wheel():
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf8"))
    packed = set(project["tool"]["setuptools"]["package-data"]["nnlib"])
    assert packed == {p.name for p in PACKAGE.iterdir() if p.is_file() and p.suffix != ".py"}
