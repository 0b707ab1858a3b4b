"""Training in mini-batches, and weights on disk."""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from nnlib.checks import FloatArray, count, finite, floats, instance
from nnlib.layers import Layer
from nnlib.losses import Loss
from nnlib.optimizers import Optimizer


class History(dict[str, list[float]]):
    """What `fit` saw: for each measure its value after every epoch, such as `history["cost"]`."""

    best_epoch = 0  # the one of the lowest validation cost, counted from 1; 0 without validation
    interrupted = False  # by Ctrl-C

    def record(self, values: Mapping[str, float]) -> None:
        """Append the values of one epoch."""
        for name, value in values.items():
            self.setdefault(name, []).append(value)


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
    training_cost: bool = True,
    progress: bool = True,
) -> History:
    """Change the parameters of `net`, mini-batch by mini-batch, and return the history.

    Each epoch takes all samples once, in an order drawn from `rng`, or as they stand without one.
    After each epoch the history records "cost", of all samples, unless `training_cost` is false;
    "validation_cost", if `validation` is a pair (X, Y); and `measures`, functions of the network.
    With `patience`, training stops after that many epochs without a lower validation cost, and the
    network gets its best parameters back. `on_gradients` is called with the network before each
    step: to clip the gradients, or to look at them.

    Ctrl-C ends the training and keeps what has been learned. In the end the network is in
    evaluation mode.
    """
    instance("net", net, Layer, "nnlib.Linear(2, 3, rng)")
    instance("loss", loss, Loss, "nnlib.squared_error")
    instance("optimizer", optimizer, Optimizer, "nnlib.SGD(net, lr=0.1)")
    if optimizer.net is not net:
        raise ValueError("optimizer must be made for net, but is for another network")
    if rng is not None:
        instance("rng", rng, np.random.Generator, "np.random.default_rng(0)")
    epochs, batch_size = count("epochs", epochs), count("batch_size", batch_size)
    if patience is not None and validation is None:
        raise ValueError("validation must be given with patience: its cost is what stops")
    if patience is not None:
        patience = count("patience", patience)
    X, Y = _samples("", net, loss, X, Y)
    costs = {"cost": (X, Y)} if training_cost else {}
    if validation is not None:
        costs["validation_cost"] = _samples("validation ", net, loss, *validation)

    from tqdm.auto import tqdm  # here, because loading it takes a while

    history, lowest, best_state = History(), np.inf, net.state_dict()
    batches = -(-len(X) // batch_size)
    try:
        with tqdm(total=epochs * batches, unit="batch", disable=not progress) as bar:
            for epoch in range(1, epochs + 1):
                net.train()
                order = np.arange(len(X)) if rng is None else rng.permutation(len(X))
                for i in range(batches):
                    batch = order[i * batch_size : (i + 1) * batch_size]
                    net.set_gradients(loss.unchecked_gradient(net.forward(X[batch]), Y[batch]))
                    if on_gradients is not None:
                        on_gradients(net)
                    optimizer.step()
                    bar.update()
                values = {name: _cost(net, loss, *samples) for name, samples in costs.items()}
                values |= {name: float(f(net)) for name, f in (measures or {}).items()}
                history.record(values)
                bar.set_postfix(values)
                if values.get("validation_cost", np.inf) < lowest:
                    lowest, history.best_epoch = values["validation_cost"], epoch
                    best_state = (
                        {name: value.copy() for name, value in net.state_dict().items()}
                        if patience is not None
                        else best_state
                    )
                if patience is not None and epoch - history.best_epoch >= patience:
                    break
    except KeyboardInterrupt:
        history.interrupted = True
    if patience is not None:
        for name, value in net.state_dict().items():
            value[...] = best_state[name]
    net.eval()
    return history


def predict(net: Layer, X: npt.ArrayLike, batch_size: int = 1000) -> FloatArray:
    """The output of the network in evaluation mode, computed in parts that fit in memory."""
    instance("net", net, Layer, "nnlib.Linear(2, 3, rng)")
    X, batch_size = floats("X", X, ("N", "...")), count("batch_size", batch_size)
    was_training = net.training
    net.eval()
    try:
        parts = [net.forward(X[i : i + batch_size]) for i in range(0, len(X), batch_size)]
    finally:
        net.train(was_training)
    return np.concatenate(parts)


def _cost(net: Layer, loss: Loss, X: FloatArray, Y: FloatArray) -> float:
    return loss(predict(net, X), Y)


def _samples(
    prefix: str, net: Layer, loss: Loss, X: npt.ArrayLike, Y: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """X and Y checked once for all epochs, in the precision of the network."""
    X = finite(f"{prefix}X", X, ("N", "..."))
    dtypes = [parameter.dtype for parameter in net.parameters().values()]
    X = X.astype(dtypes[0] if dtypes else X.dtype, copy=False)
    one_output = predict(net, X[:1])
    outputs = np.broadcast_to(one_output, (len(X), *one_output.shape[1:]))
    Y = loss.target(outputs, Y)
    return X, finite(f"{prefix}Y", Y).astype(X.dtype, copy=False)
