"""One neuron: net input, activation, gradient."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nnlib.activations import Activation
from nnlib.checks import FloatArray, floats, instance, number


class Neuron:
    """a = f(z) of z = wᵀx + b.

    Weights w of shape (D,), a bias b that is one number, an activation f.
    Every method takes one input x of shape (D,), or N of them in the rows of
    X, of shape (N, D).

    >>> neuron = Neuron(w=[2.0, 1.0], b=-1.0, f=relu)
    >>> neuron([[0.0, 0.0], [1.0, 1.0]])
    array([0., 2.])
    """

    def __init__(self, w: npt.ArrayLike, b: float, f: Activation) -> None:
        self.w = floats("w", w, ("D",)).copy()  # training changes w, but not the caller's array
        self.b = number("b, the bias of one neuron,", b)
        instance("f", f, Activation, "nnlib.logistic")
        self.f = f

    def net_input(self, X: npt.ArrayLike) -> FloatArray:
        """z = wᵀx + b: one number for one input, shape (N,) for N of them."""
        D = len(self.w)
        X = floats("X", X, (D,), ("N", D))
        return X @ self.w + self.b

    def __call__(self, X: npt.ArrayLike) -> FloatArray:
        """a = f(z): one number for one input, shape (N,) for N of them."""
        return self.f(self.net_input(X))

    def gradient(self, X: npt.ArrayLike, y: npt.ArrayLike) -> tuple[FloatArray, float]:
        """(∂ℓ/∂w, ∂ℓ/∂b) of the squared error ℓ = ½ (ŷ − y)².

        They are averaged over the N samples.
        The target y is one number for one input, of shape (N,) for N of them.

        >>> neuron = Neuron(w=[1.0], b=0.0, f=identity)
        >>> w_grad, b_grad = neuron.gradient([[2.0], [4.0]], [1.0, 4.0])
        >>> w_grad
        array([1.])
        """
        z = self.net_input(X)
        y = floats("y", y, np.shape(z))
        y_hat = self.f(z)
        delta = np.atleast_1d((y_hat - y) * self.f.df(z))  # ∂ℓ/∂z of each sample
        return delta @ np.atleast_2d(X) / len(delta), delta.mean()
