"""Training: mini-batches, validation, early stopping, and what was seen on the way."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import numpy.typing as npt

from nnlib.checks import FloatArray, count, finite, floats, generator, instance
from nnlib.layer import Layer
from nnlib.losses import Loss
from nnlib.optimizers import Optimizer


class History(dict[str, list[float]]):
    """What `fit` saw: of each measure the values after every epoch, such as
    `history["cost"]`.
    """

    interrupted = False  # by Ctrl-C

    def record(self, values: Mapping[str, float]) -> None:
        """Append the values of one epoch."""
        for name, value in values.items():
            self.setdefault(name, []).append(value)

    @property
    def best_epoch(self) -> int:
        """The epoch of the lowest validation cost, counted from 1."""
        costs = np.array(self["validation_cost"])
        return 1 + int(np.argmin(np.where(np.isnan(costs), np.inf, costs)))


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
    validation: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    patience: int | None = None,
    measures: Mapping[str, Callable[[Layer], float]] | None = None,
    on_gradients: Callable[[Layer], object] | None = None,
    drop_last: bool = False,
    training_cost: bool = True,
    progress: bool = True,
) -> History:
    """Change the parameters of `net`, mini-batch by mini-batch, and return the
    history.

    X (N, …) is what the network takes, Y the targets as the loss takes them,
    all of them finite. Each epoch takes all samples once, in an order drawn
    from `rng`, or as they stand without one; with `drop_last`, those of the
    last mini-batch are left out where they do not fill it. After each epoch
    the history records "cost", of all samples, unless `training_cost` is
    false; "validation_cost", if `validation` is a pair (X, Y); and `measures`,
    functions of the network. With `patience`, training stops after that many
    epochs without a lower validation cost, and the network gets its best
    parameters back. `on_gradients` is called with the network before each
    step: to clip the gradients, or to look at them.

    Ctrl-C ends the training and keeps what has been learned. In the end, or
    after an error, the network is in evaluation mode.

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
    if not callable(on_gradients) and on_gradients is not None:
        raise TypeError(f"on_gradients must be a function of the network, not {on_gradients!r}")
    measures = {} if measures is None else measures
    instance("measures", measures, Mapping, "{'norm': norm}")
    epochs, batch_size = count("epochs", epochs), count("batch_size", batch_size)
    if patience is not None and validation is None:
        raise ValueError("validation must be given with patience: its cost is what stops")
    stopping = None if patience is None else _EarlyStopping(net, count("patience", patience))

    X, Y = _samples(net, loss, X, Y)
    costs = {"cost": (X, Y)} if training_cost else {}
    if validation is not None:
        costs["validation_cost"] = _validation_samples(net, loss, validation)
    n = len(X) // batch_size * batch_size if drop_last else len(X)  # samples of an epoch
    if not n:
        raise ValueError(f"batch_size must be at most {len(X)} with drop_last, not {batch_size}")
    _check_last_batch(net, X[:n], batch_size)

    from tqdm.auto import tqdm  # here, because loading it takes a while

    history = History()
    steps = epochs * -(-n // batch_size)
    try:
        with tqdm(total=steps, unit="batch", disable=not progress) as bar:
            for _ in range(epochs):
                for _ in _steps(net, X, Y, n, loss, optimizer, batch_size, rng, on_gradients):
                    bar.update()
                values = {name: loss(predict(net, A), T) for name, (A, T) in costs.items()}
                values |= {name: float(measure(net)) for name, measure in measures.items()}
                history.record(values)
                bar.set_postfix(values)
                if stopping is not None and stopping.is_due(values["validation_cost"]):
                    break
    except KeyboardInterrupt:
        history.interrupted = True
    finally:
        net.eval()
    if stopping is not None:
        stopping.restore_best()
    return history


def _steps(
    net: Layer,
    X: FloatArray,
    Y: FloatArray,
    n: int,
    loss: Loss,
    optimizer: Optimizer,
    batch_size: int,
    rng: np.random.Generator | None,
    on_gradients: Callable[[Layer], object] | None,
) -> Iterator[None]:
    """One epoch: one step for each mini-batch of n of the samples."""
    net.train()
    order = np.arange(len(X)) if rng is None else rng.permutation(len(X))
    for start in range(0, n, batch_size):
        batch = order[start : start + batch_size]
        D = loss.unchecked_gradient(net.feed(X.take(batch, axis=0)), Y.take(batch, axis=0))
        net.set_gradients(D)
        if on_gradients is not None:
            on_gradients(net)
        optimizer.step()
        yield


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
            self.lowest, self.waited = cost, 0
            self._keep()
        return self.waited >= self.patience

    def restore_best(self) -> None:
        self.net.load_state_dict(self.state)


def predict(net: Layer, X: npt.ArrayLike, batch_size: int = 1000) -> FloatArray:
    """The output for X (N, …) in evaluation mode, computed in parts that fit in
    memory.

    Afterwards each layer is in the mode that it was in, and remembers no
    forward pass.
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


def _samples(
    net: Layer, loss: Loss, X: npt.ArrayLike, Y: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """X and Y checked once for all epochs, in the precision of the network."""
    dtype = next((parameter.dtype for parameter in net.parameters().values()), None)
    # Row after row in memory, else `take` would copy it all for each mini-batch.
    X = np.ascontiguousarray(finite("X", X, ("N", "..."), dtype=dtype))
    output = predict(net, X[:1])
    Y = loss.target(np.broadcast_to(output, (len(X), *output.shape[1:])), Y)
    return X, finite("Y", Y, dtype=X.dtype)


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
) -> tuple[FloatArray, FloatArray]:
    if not isinstance(validation, tuple | list) or len(validation) != 2:
        raise TypeError(f"validation must be a pair (X, Y), not {type(validation).__name__}")
    try:
        return _samples(net, loss, *validation)
    except (TypeError, ValueError) as error:
        error.add_note("X and Y are those of validation")
        raise
