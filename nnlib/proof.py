"""Equations proved: a printed gradient beside central differences and automatic differentiation."""

from __future__ import annotations

from collections.abc import Callable

import numpy.typing as npt

from nnlib.checks import FloatArray, floats, positive
from nnlib.numdiff import GradientCheck, compare, jacobian


def prove(
    equation: str,
    formula: Callable[..., npt.ArrayLike],
    *arguments: object,
    of: Callable[[FloatArray], npt.ArrayLike],
    at: npt.ArrayLike,
    autograd: Callable[[], npt.ArrayLike],
    rtol: float = 1e-6,
) -> None:
    """Print that `formula(*arguments)` is the derivative of `of` at x.

    The formula is what the equation of that number writes. `of` computes a
    number or an array from `at`; the derivative has the shape of `of(at)`,
    then that of `at`. It is compared with central differences, to `rtol`, and
    with `autograd()`, the same derivative by automatic differentiation in
    float64, to 1e-10. Where a library that `autograd` imports is not
    installed, a last line says so.
    Raises AssertionError where one of them differs, and says in which
    elements.

    >>> def derivative_of_square(x):
    ...     return 2 * x
    >>> prove("1.1", derivative_of_square, 3.0,
    ...       of=lambda x: x**2, at=3.0, autograd=lambda: 6.0)
    (1.1) derivative_of_square = central differences = autograd
    """
    at = floats("at", at)
    differences = jacobian(of, at)
    derived = floats(f"{formula.__name__}(…)", formula(*arguments), differences.shape)
    others = {"central differences": (differences, positive("rtol", rtol))}
    absent = ""
    try:
        others["autograd"] = (floats("autograd", autograd(), differences.shape), 1e-10)
    except ImportError as error:
        absent = f"\n({equation}) autograd was not asked: {error}"
    for name, (other, tolerance) in others.items():
        check: GradientCheck = compare(derived, other, name, rtol=tolerance)
        if not check.ok:
            raise AssertionError(f"({equation}) {formula.__name__}: {check}")
    print(f"({equation}) {formula.__name__} = {' = '.join(others)}{absent}")
