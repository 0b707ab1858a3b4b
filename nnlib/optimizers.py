"""Optimizers: how the parameters θ change, given the gradient ∇C.

Names, defaults and definitions are those of `torch.optim`, but for weight decay: it acts on weights
and kernels only, not on biases, and W ← (1 − η λ) W apart from the gradient. For SGD that is
the L2 penalty (λ/2)‖W‖²; for the others it is decoupled weight decay (Loshchilov and Hutter, 2019),
so that `Adam` with it is `torch.optim.AdamW`.
"""

from __future__ import annotations

import numpy as np

from nnlib.checks import FloatArray, instance, number, positive
from nnlib.layer import Layer, check_different, is_weight, norm


class Optimizer:
    """What all optimizers share: `step()` changes the parameters once.

    The learning rate `lr` is not negative, so that no step goes uphill by
    accident. `maximize` makes it climb.

    >>> net = Linear(1, 1, np.random.default_rng(0))
    >>> net.weight = [[3.0]]
    >>> optimizer = SGD(net, lr=0.5)
    >>> for _ in range(2):
    ...     D = squared_error.gradient(net([[1.0]]), [[0.0]])
    ...     net.set_gradients(D)
    ...     optimizer.step()
    >>> net.weight
    array([[1.5]])
    """

    def __init__(
        self, net: Layer, lr: float, *, weight_decay: float = 0.0, maximize: bool = False
    ) -> None:
        instance("net", net, Layer, "nnlib.Linear(2, 3, rng)")
        check_different(net)
        self.net = net
        self.lr = number("lr", lr)
        if not self.lr >= 0:
            raise ValueError(f"lr must be at least 0, not {lr}; to go uphill, pass maximize=True")
        self.weight_decay = number("weight_decay", weight_decay)
        if not self.weight_decay >= 0:
            raise ValueError(f"weight_decay must be at least 0, not {weight_decay}")
        self.maximize = maximize
        self.steps = 0
        self._layers = [part for _, part in net.walk() if part.parameter_names]
        gradients = net.gradients()
        self._pairs = [(each, gradients[name]) for name, each in net.parameters().items()]

    def step(self) -> None:
        """Change each parameter by what the last backward pass has left."""
        self.steps += 1
        lr = -self.lr if self.maximize else self.lr
        for i, (parameter, gradient) in enumerate(self._pairs):
            if self.weight_decay and is_weight(parameter):
                parameter *= 1 - self.lr * self.weight_decay
            parameter -= lr * self._direction(i, gradient)
        for layer in self._layers:
            layer.forget()

    def _direction(self, i: int, gradient: FloatArray) -> FloatArray:
        """What to subtract η times from parameter i."""
        raise NotImplementedError

    def _memory(self) -> list[FloatArray]:
        """Zeros in the shape of each parameter."""
        return [np.zeros_like(parameter) for parameter, _ in self._pairs]

    def _checked_eps(self, eps: float) -> float:
        """ε, which must not be 0 in the precision of a parameter either: 0 / 0 is NaN."""
        eps = positive("eps", eps)
        for parameter, _ in self._pairs:
            if parameter.dtype.type(eps) == 0:
                raise ValueError(f"eps must be greater than 0 in {parameter.dtype}, but {eps} is 0")
        return eps


class SGD(Optimizer):
    """θ ← θ − η ∇C: gradient descent.

    It is stochastic if the gradient is that of a mini-batch.
    η is the learning rate, `lr`.
    """

    def _direction(self, i: int, gradient: FloatArray) -> FloatArray:
        return gradient


class Momentum(Optimizer):
    """v ← μ v + ∇C, θ ← θ − η v: `torch.optim.SGD` with momentum (Polyak, 1964)."""

    def __init__(
        self,
        net: Layer,
        lr: float,
        momentum: float = 0.9,
        *,
        weight_decay: float = 0.0,
        maximize: bool = False,
    ) -> None:
        super().__init__(net, lr, weight_decay=weight_decay, maximize=maximize)
        self.momentum = _share("momentum", momentum)
        self.velocity = self._memory()

    def _direction(self, i: int, gradient: FloatArray) -> FloatArray:
        self.velocity[i] *= self.momentum
        self.velocity[i] += gradient
        return self.velocity[i]


class Nesterov(Momentum):
    """v ← μ v + ∇C, θ ← θ − η (∇C + μ v).

    The step that the next one will make is in it already.
    `torch.optim.SGD` with momentum and nesterov=True.
    """

    def _direction(self, i: int, gradient: FloatArray) -> FloatArray:
        return gradient + self.momentum * super()._direction(i, gradient)


class RMSprop(Optimizer):
    """s ← α s + (1 − α) ∇C², θ ← θ − η ∇C / (√s + ε).

    Element by element, as `torch.optim.RMSprop` (Hinton, 2012). Where ∇C²
    overflows, in float32 from 2e19 on, s stays infinite and θ where it is, as
    in PyTorch: NumPy warns of an overflow, and clipped gradients prevent it.
    """

    def __init__(
        self,
        net: Layer,
        lr: float = 0.01,
        alpha: float = 0.99,
        *,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        maximize: bool = False,
    ) -> None:
        super().__init__(net, lr, weight_decay=weight_decay, maximize=maximize)
        self.alpha, self.eps = _share("alpha", alpha), self._checked_eps(eps)
        self.square = self._memory()

    def _direction(self, i: int, gradient: FloatArray) -> FloatArray:
        self.square[i] *= self.alpha
        self.square[i] += (1 - self.alpha) * gradient**2
        return gradient / (np.sqrt(self.square[i]) + self.eps)


class Adam(Optimizer):
    """m ← β₁ m + (1 − β₁) ∇C, s ← β₂ s + (1 − β₂) ∇C², θ ← θ − η m̂ / (√ŝ + ε).

    m̂ = m / (1 − β₁ᵗ) and ŝ = s / (1 − β₂ᵗ) undo the start from 0 (Kingma and
    Ba, 2015). For ∇C² that overflows see `RMSprop`.
    """

    def __init__(
        self,
        net: Layer,
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        *,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        maximize: bool = False,
    ) -> None:
        super().__init__(net, lr, weight_decay=weight_decay, maximize=maximize)
        if not isinstance(betas, tuple | list) or len(betas) != 2:
            raise TypeError(f"betas must be two numbers, not {betas}")
        self.betas = _share("betas[0]", betas[0]), _share("betas[1]", betas[1])
        self.eps = self._checked_eps(eps)
        self.mean, self.square = self._memory(), self._memory()

    def _direction(self, i: int, gradient: FloatArray) -> FloatArray:
        beta1, beta2 = self.betas
        self.mean[i] *= beta1
        self.mean[i] += (1 - beta1) * gradient
        self.square[i] *= beta2
        self.square[i] += (1 - beta2) * gradient**2
        mean: FloatArray = self.mean[i] / (1 - beta1**self.steps)
        square: FloatArray = self.square[i] / (1 - beta2**self.steps)
        return mean / (np.sqrt(square) + self.eps)


def clip_grad_norm(net: Layer, max_norm: float) -> float:
    """Scale all gradients together to a norm of at most `max_norm`.

    Returns the norm that they had.
    As `torch.nn.utils.clip_grad_norm_`, with its 1e-6 in the denominator.

    >>> net = Linear(1, 1, np.random.default_rng(0))
    >>> net.weight_grad, net.bias_grad = [[3.0]], [4.0]
    >>> clip_grad_norm(net, max_norm=1.0)
    5.0
    >>> net.weight_grad.round(2)
    array([[0.6]])
    """
    instance("net", net, Layer, "nnlib.Linear(2, 3, rng)")
    gradients = net.gradients().values()
    before = norm(gradients)
    scale = positive("max_norm", max_norm) / (before + 1e-6)
    if not scale >= 1:  # NaN too: it shows in all of them
        for gradient in gradients:
            gradient *= scale
    return before


def clip_grad_value(net: Layer, clip_value: float) -> None:
    """Limit every element of every gradient to ±`clip_value`.

    As `torch.nn.utils.clip_grad_value_`.
    """
    instance("net", net, Layer, "nnlib.Linear(2, 3, rng)")
    bound = positive("clip_value", clip_value)
    for gradient in net.gradients().values():
        np.clip(gradient, -bound, bound, out=gradient)


def _share(name: str, value: float) -> float:
    """`value` as a float that is at least 0 and less than 1."""
    value = number(name, value)
    if not 0 <= value < 1:
        raise ValueError(f"{name} must be at least 0 and less than 1, not {value}")
    return value
