import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nnlib import central_difference, forward_difference, gradcheck, jacobian, numdiff

EXACT = [
    (lambda x: (x**2).sum() / 2, lambda x: x),
    (lambda x: np.sin(x).sum(), np.cos),
    (lambda x: np.exp(-x).sum(), lambda x: -np.exp(-x)),
    (lambda x: np.sqrt(1 + (x**2).sum()), lambda x: x / np.sqrt(1 + (x**2).sum())),
]


@pytest.mark.parametrize(("f", "gradient"), EXACT)
@given(x=arrays(np.float64, array_shapes(max_dims=3, max_side=3), elements=st.floats(-3, 3)))
def test_gradient_of_any_shape(f, gradient, x):
    before = x.copy()
    for difference, tolerance in ((central_difference, 1e-8), (forward_difference, 1e-6)):
        result = difference(f, x)
        assert result.shape == x.shape
        np.testing.assert_allclose(result, gradient(x), rtol=tolerance, atol=tolerance)
        np.testing.assert_array_equal(x, before)


def test_a_number_has_a_number_for_derivative():
    result = central_difference(np.exp, 1)
    assert isinstance(result, float)
    assert result == pytest.approx(np.e, rel=1e-9)


def test_float32_is_differentiated_in_float64():
    x = np.array([0.1, 0.7], np.float32)
    result = central_difference(lambda x: np.sin(x).sum(), x)
    np.testing.assert_allclose(result, np.cos(x.astype(np.float64)), rtol=1e-9)


@pytest.mark.parametrize(
    ("difference", "ratio"), [(central_difference, 4), (forward_difference, 2)]
)
def test_error_falls_with_h_or_its_square(difference, ratio):
    coarse, fine = (abs(difference(np.sin, 1, h=h) - np.cos(1)) for h in (0.002, 0.001))
    assert coarse / fine == pytest.approx(ratio, rel=1e-3)


@pytest.mark.parametrize("difference", [central_difference, forward_difference])
def test_default_step_is_near_the_best(difference):
    steps = 10.0 ** np.arange(-12, 0)
    errors = [abs(difference(np.exp, 1, h=h) - np.e) for h in steps]
    assert abs(difference(np.exp, 1) - np.e) <= 10 * min(errors)


def test_steps_grow_with_the_elements():
    for x in (1e8, -1e8, 1e150):
        assert gradcheck(lambda x: x**2, x, 2 * x).ok
        assert forward_difference(lambda x: x**2, x) == pytest.approx(2 * x, rel=1e-6)
    x = np.array([1e8, 1.0, 0.0])
    np.testing.assert_allclose(jacobian(lambda x: x**3, x), np.diag(3 * x**2), rtol=1e-6, atol=1e-6)
    steps = []
    central_difference(lambda x: steps.append(x) or 0.0, 5.0, h=0.5)  # a step that is given stays
    assert steps == [5.5, 4.5]


def test_a_function_may_change_its_argument():
    def f(x):
        x *= 2
        return x.sum()

    for difference in (central_difference, forward_difference, jacobian):
        x = np.array([1.0, 3.0])
        np.testing.assert_allclose(difference(f, x), 2, rtol=1e-6)
        np.testing.assert_array_equal(x, [1, 3])


def test_a_function_may_return_the_same_array_every_time():
    out = np.empty(2)
    result = jacobian(lambda x: np.multiply(x, 3, out=out), np.ones(2))
    np.testing.assert_allclose(result, 3 * np.eye(2), atol=1e-9)


def test_forward_difference_takes_half_the_values():
    calls = []

    def f(x):
        calls.append(x)
        return x.sum()

    forward_difference(f, np.ones(5))
    assert len(calls) == 1 + 5


@given(x=arrays(np.float64, array_shapes(min_dims=0, max_dims=2), elements=st.floats(-3, 3)))
def test_gradcheck_accepts_the_gradient(x):
    check = gradcheck(lambda x: np.sin(x).sum(), x, np.cos(x))
    assert check.ok
    assert check.derived.shape == check.difference.shape == check.error.shape == x.shape
    assert repr(check).startswith("the gradient agrees with central differences (elements: ")


@settings(max_examples=50)
@given(
    x=arrays(np.float64, array_shapes(max_dims=2, max_side=4), elements=st.floats(-3, 3)),
    wrong=st.floats(2e-6, 1e6) | st.sampled_from([np.nan, np.inf]),
    data=st.data(),
)
def test_gradcheck_points_at_a_wrong_element(x, wrong, data):
    index = tuple(data.draw(st.integers(0, n - 1)) for n in x.shape)
    gradient = np.ones_like(x)
    gradient[index] += wrong
    check = gradcheck(np.sum, x, gradient)
    assert not check.ok
    first, _, line = repr(check).splitlines()
    assert first == f"the gradient differs from central differences in 1 of {x.size} elements:"
    assert line.strip().startswith(str(list(index)))


def test_gradcheck_shows_the_worst_first_and_not_all():
    check = gradcheck(lambda x: np.sum(x**2), np.ones((3, 3)), np.arange(9).reshape(3, 3))
    lines = repr(check).splitlines()
    assert lines[0] == "the gradient differs from central differences in 8 of 9 elements:"
    assert lines[2].split() == ["[0,", "0]", "0", "2", "1.0e+00"]
    assert [line.split()[2] for line in lines[2:-1]] == ["0", "8", "7", "6", "5"]
    assert lines[-1].split() == ["..."]


def test_gradcheck_says_nothing_that_rounding_decides():
    agrees = [gradcheck(np.sum, [1, 2], [1, 1 + error]) for error in (1e-9, 3e-8)]
    assert repr(agrees[0]) == repr(agrees[1])
    differs = [gradcheck(np.sum, [1, 2], [2 + error, 2 - error]) for error in (-1e-9, 1e-9)]
    assert repr(differs[0]) == repr(differs[1])


def test_gradcheck_of_nothing():
    assert repr(gradcheck(np.sum, [], [])) == (
        "the gradient agrees with central differences (elements: 0)"
    )


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match=r"^f\(x\) must be one number, but has shape \(2,\)"):
        central_difference(lambda x: x, [1, 2])
    with pytest.raises(TypeError, match=r"^f\(x\) must be real numbers, but has dtype object"):
        central_difference(lambda x: None, [1, 2])
    with pytest.raises(TypeError, match=r"^x must be real numbers, but has dtype complex128"):
        central_difference(np.sum, [1j])
    for difference in (central_difference, forward_difference):
        for h in (0, -1e-5, np.nan):
            with pytest.raises(ValueError, match=r"^h must be greater than 0, not "):
                difference(np.sum, [1], h=h)
        with pytest.raises(TypeError, match=r"^h must be real numbers"):
            difference(np.sum, [1], h="small")
    with pytest.raises(ValueError, match=r"^gradient must have shape \(2,\), but has shape \(1,\)"):
        gradcheck(np.sum, [1, 2], [1])
    for name in ("rtol", "floor"):
        with pytest.raises(ValueError, match=rf"^{name} must be greater than 0, not "):
            gradcheck(np.sum, [1], [1], **{name: 0})


def test_the_example_in_the_docstring_is_true():
    assert doctest.testmod(numdiff).failed == 0


def test_jacobian_has_the_outputs_axes_then_the_inputs():
    W, X = np.arange(6.0).reshape(2, 3), np.linspace(-1, 1, 12).reshape(4, 3)
    result = jacobian(lambda X: X @ W.T, X)
    assert result.shape == (4, 2, 4, 3)
    expected = np.einsum("nm,ki->nkmi", np.eye(4), W)
    np.testing.assert_allclose(result, expected, atol=1e-9)


def test_jacobian_of_a_function_whose_shape_changes():
    with pytest.raises(ValueError, match=r"f\(x\) must have shape"):
        jacobian(lambda x: np.ones(2) if x[0] > 1 else np.ones(3), np.ones(1))
