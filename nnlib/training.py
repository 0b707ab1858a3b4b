"""Training: mini-batches, validation, early stopping, and what was seen on the way."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from nnlib.checks import (
    FloatArray,
    IntArray,
    count,
    finite,
    floats,
    generator,
    instance,
    integers,
    number,
)
from nnlib.layer import Layer
from nnlib.losses import Loss
from nnlib.optimizers import Optimizer
from nnlib.schedules import LRScheduler

Function = TypeVar("Function", bound=Callable[..., float])
_Samples = tuple[FloatArray, FloatArray, npt.NDArray[Any]]


class History(dict[str, list[float]]):
    """What `fit` saw: of each measure the values after every epoch.

    They are under its name, such as `history["cost"]`.
    """

    interrupted = False  # by Ctrl-C

    def record(self, values: Mapping[str, float]) -> None:
        """Append the values of one epoch."""
        for name, value in values.items():
            self.setdefault(name, []).append(value)

    @property
    def best_epoch(self) -> int:
        """The epoch of the lowest validation cost, counted from 1.

        It is 0 if no cost was finite.
        """
        costs = np.array([np.inf, *self["validation_cost"]])
        return int(np.argmin(np.where(np.isnan(costs), np.inf, costs)))


def fit(
    net: Layer,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    loss: Loss,
    optimizer: Optimizer,
    *,
    epochs: int,
    batch_size: int = 32,
    rng: np.random.Generator | None = None,
    order: Callable[[int], npt.ArrayLike] | None = None,
    validation: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    patience: int | None = None,
    metrics: Mapping[str, Callable[[Any, Any], float]] | None = None,
    measures: Mapping[str, Callable[[Layer], float]] | None = None,
    scheduler: LRScheduler | None = None,
    on_gradients: Callable[[Layer], object] | None = None,
    on_step: Callable[[int, int], object] | None = None,
    drop_last: bool = False,
    training_cost: bool = True,
    progress: bool = True,
) -> History:
    """Train `net`, mini-batch by mini-batch, and return the history.

    X (N, …) is what the network takes, Y the targets as the loss takes them,
    all of them finite. Each epoch takes all samples once, in an order drawn
    from `rng`, or as they stand without one; one's own is a function `order`,
    from the epoch, counted from 1, to the indices (N,). With `drop_last`, the
    samples of the last mini-batch are left out where they do not fill it.

    After each epoch the history records "cost", of all samples, unless
    `training_cost` is false; "validation_cost", if `validation` is a pair
    (X, Y); beside each of them `metrics`, functions such as `accuracy` of the
    same output and Y, as "accuracy" and "validation_accuracy"; and `measures`,
    functions of the network. Then `scheduler` makes its step.

    With `patience`, training stops after that many epochs without a lower
    validation cost, and the network gets its best parameters back: those of
    `history.best_epoch`, or those from the start if that is 0.
    Each epoch begins with `net.train()`, as in PyTorch, which wakes a layer
    that was put into evaluation mode by hand. One that is to stay in it, as
    batch norm that keeps its running statistics, is of a class of one's own,
    whose method `train(self, mode=True)` returns `super().train(False)`.

    `on_gradients` is called with the network before each step, to clip the
    gradients or to look at them, and `on_step` after it with the epoch and the
    number of steps so far.

    Ctrl-C ends the training and keeps what has been learned. In the end, or
    after an error on the way, which says where, the network is in evaluation
    mode.

    >>> rng = np.random.default_rng(0)
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    >>> net = Sequential(Linear(2, 8, rng), tanh, Linear(8, 2, rng))
    >>> history = fit(net, X, y, softmax_cross_entropy,
    ...               Adam(net, 0.05), epochs=200, progress=False)
    >>> len(history["cost"])
    200
    >>> accuracy(predict(net, X), y)
    1.0
    """
    instance("net", net, Layer, "nnlib.Linear(2, 3, rng)")
    instance("loss", loss, Loss, "nnlib.squared_error")
    instance("optimizer", optimizer, Optimizer, "nnlib.SGD(net, lr=0.1)")
    if optimizer.net is not net:
        raise ValueError("optimizer must be made for net, but is for another network")
    if rng is not None:
        generator("rng", rng)
    if order is not None and rng is not None:
        raise ValueError("order must be given without rng, which draws another")
    if scheduler is not None:
        instance("scheduler", scheduler, LRScheduler, "nnlib.StepLR(optimizer, 10)")
        if scheduler.optimizer is not optimizer:
            raise ValueError("scheduler must be made for optimizer, but is for another")
    functions = {"order": order, "on_gradients": on_gradients, "on_step": on_step}
    for name, function in functions.items():
        if not callable(function) and function is not None:
            raise TypeError(f"{name} must be a function, not {function!r}")
    metrics = _by_name("metrics", metrics, taken=["cost", "validation_cost"])
    names = ["cost", *metrics]
    measures = _by_name("measures", measures, taken=names + [f"validation_{m}" for m in names])
    epochs, batch_size = count("epochs", epochs), count("batch_size", batch_size)
    if patience is not None and validation is None:
        raise ValueError("validation must be given with patience: its cost is what stops")
    stopping = None if patience is None else _EarlyStopping(net, count("patience", patience))

    X, Y, given = _samples(net, loss, X, Y)
    seen = {"": (X, Y, given)} if training_cost else {}
    if validation is not None:
        seen["validation_"] = _validation_samples(net, loss, validation)
    if metrics and not seen:
        raise ValueError("metrics must have samples: training_cost or validation")
    n = len(X) // batch_size * batch_size if drop_last else len(X)  # samples of an epoch
    if not n:
        raise ValueError(f"batch_size must be at most {len(X)} with drop_last, not {batch_size}")
    _check_last_batch(net, X[:n], batch_size)

    from tqdm.auto import tqdm  # here, because loading it takes a while

    history, rows = History(), list[dict[str, float]]()
    epoch, batch, batches = 0, 0, -(-n // batch_size)
    try:
        with tqdm(total=epochs * batches, unit="batch", disable=not progress) as bar:
            for epoch in range(1, epochs + 1):
                net.train()
                batch = 1  # whose order comes first
                indices = _order(len(X), rng, order, epoch)[:n]
                for batch, start in enumerate(range(0, n, batch_size), 1):
                    some = indices[start : start + batch_size]
                    Z = net.feed(X.take(some, axis=0))
                    net.set_gradients(loss.unchecked_gradient(Z, Y.take(some, axis=0)))
                    if on_gradients is not None:
                        on_gradients(net)
                    optimizer.step()
                    if on_step is not None:
                        on_step(epoch, (epoch - 1) * batches + batch)
                    bar.update()
                batch = 0
                values = _evaluated(net, loss, seen, metrics)
                for name, measure in measures.items():
                    values[name] = number(f"measures[{name!r}]", measure(net))
                due = stopping is not None and stopping.is_due(values["validation_cost"])
                rows.append(values)  # at once, so that Ctrl-C leaves whole epochs
                bar.set_postfix(values)
                if scheduler is not None:
                    scheduler.step()
                if due:
                    break
    except KeyboardInterrupt:
        history.interrupted = True
    except Exception as error:
        if epoch:
            place = f"in mini-batch {batch}" if batch else "at the end"
            error.add_note(f"{place} of epoch {epoch}")
        raise
    finally:
        net.eval()
    if stopping is not None and rows:
        stopping.restore_best()
    for values in rows:
        history.record(values)
    return history


def _by_name(
    argument: str, functions: Mapping[str, Function] | None, taken: list[str]
) -> Mapping[str, Function]:
    """The functions whose values the history is to record, each under a name of its own."""
    functions = {} if functions is None else functions
    instance(argument, functions, Mapping, "{'accuracy': nnlib.accuracy}")
    for name, function in functions.items():
        if not isinstance(name, str) or not callable(function):
            raise TypeError(f"{argument} must be functions by name, not {name!r}: {function!r}")
        if name in taken:
            raise ValueError(f"{argument} must have other names than {taken}, but one is {name!r}")
    return functions


def _order(
    n: int,
    rng: np.random.Generator | None,
    order: Callable[[int], npt.ArrayLike] | None,
    epoch: int,
) -> IntArray:
    """The order of n samples in an epoch."""
    if order is not None:
        given = order(epoch)
        if np.asarray(given).dtype == bool:
            raise TypeError(f"order({epoch}) must be indices, but is a mask of booleans")
        return integers(f"order({epoch})", given, (n,), below=n)
    return np.arange(n) if rng is None else rng.permutation(n)


def _evaluated(
    net: Layer,
    loss: Loss,
    seen: Mapping[str, _Samples],
    metrics: Mapping[str, Callable[[Any, Any], float]],
) -> dict[str, float]:
    """Cost and metrics of each set of samples, all from one prediction."""
    values = {}
    for prefix, (X, Y, given) in seen.items():
        Z = predict(net, X)
        Z.setflags(write=False)  # no metric changes it for the next one
        values[f"{prefix}cost"] = loss(Z, Y)
        for name, metric in metrics.items():
            values[f"{prefix}{name}"] = number(f"metrics[{name!r}]", metric(Z, given))
    return values


class _EarlyStopping:
    """The network's state when its validation cost was lowest, and how long ago that is."""

    def __init__(self, net: Layer, patience: int) -> None:
        self.net, self.patience = net, patience
        self.lowest, self.waited = np.inf, 0
        self._keep()

    def _keep(self) -> None:
        self.state = {name: value.copy() for name, value in self.net.state_dict().items()}

    def is_due(self, cost: float) -> bool:
        """Whether to stop after an epoch that ended with this validation cost."""
        self.waited += 1
        if cost < self.lowest:
            self._keep()
            self.lowest, self.waited = cost, 0
        return self.waited >= self.patience

    def restore_best(self) -> None:
        self.net.load_state_dict(self.state)


def predict(net: Layer, X: npt.ArrayLike, batch_size: int = 1000) -> FloatArray:
    """The output for X (N, …) in evaluation mode.

    It is computed in parts that fit in memory. Afterwards each layer is in the
    mode that it was in, and remembers no forward pass.
    """
    instance("net", net, Layer, "nnlib.Linear(2, 3, rng)")
    X, batch_size = floats("X", X, ("N", "...")), count("batch_size", batch_size)
    modes = [(part, part.training) for _, part in net.walk()]
    net.eval()
    try:
        parts = [net.feed(X[i : i + batch_size]) for i in range(0, len(X), batch_size)]
    except ValueError as error:
        raise ValueError(f"X must fit the network, but has shape {X.shape}: {error}") from error
    finally:
        for part, mode in modes:
            part.training = mode
            part.forget()  # X, which has not been copied
    return np.concatenate(parts)


def _samples(net: Layer, loss: Loss, X: npt.ArrayLike, Y: npt.ArrayLike) -> _Samples:
    """X and Y checked once for all epochs, in the precision of the network; Y as it came, too."""
    dtype = next((parameter.dtype for parameter in net.parameters().values()), None)
    # Row after row in memory, else `take` would copy them all for each mini-batch.
    X = np.ascontiguousarray(finite("X", X, ("N", "..."), dtype=dtype))
    output = predict(net, X[:1])
    targets = loss.target(np.broadcast_to(output, (len(X), *output.shape[1:])), Y)
    given = np.asarray(Y).view()
    given.setflags(write=False)  # no metric changes the targets
    return X, np.ascontiguousarray(finite("Y", targets, dtype=X.dtype)), given


def _check_last_batch(net: Layer, X: FloatArray, batch_size: int) -> None:
    """Raise ValueError if the last mini-batch is one sample and batch norm cannot train on it."""
    if (len(X) - 1) % batch_size == 0:
        try:
            copy.deepcopy(net).train().forward(X[:1])
        except ValueError as error:
            raise ValueError(
                f"batch_size must leave more than one sample for the last mini-batch of {len(X)}, "
                f"but is {batch_size}: {error}; drop_last leaves that one out"
            ) from None


def _validation_samples(
    net: Layer, loss: Loss, validation: tuple[npt.ArrayLike, npt.ArrayLike]
) -> _Samples:
    if not isinstance(validation, tuple | list) or len(validation) != 2:
        raise TypeError(f"validation must be a pair (X, Y), not {type(validation).__name__}")
    try:
        return _samples(net, loss, *validation)
    except (TypeError, ValueError) as error:
        error.add_note("X and Y are those of validation")
        raise
