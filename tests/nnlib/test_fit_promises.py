"""Whatever stops a training, wherever it does: `fit` keeps the promises of its docstring."""

import dataclasses
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import (
    SGD,
    BatchNorm,
    Dropout,
    Linear,
    Sequential,
    StepLR,
    accuracy,
    fit,
    mean_squared_error,
    predict,
    softmax_cross_entropy,
    squared_error,
    tanh,
    training,
)

N, EPOCHS = 10, 4
X = np.random.default_rng(0).normal(size=(N, 2))
Y = np.sin(X)


class Stop(ValueError):
    """What user code raises."""


def network(seed=0):
    rng = np.random.default_rng(seed)
    return Sequential(Linear(2, 3, rng), BatchNorm(3), tanh, Dropout(0.2, rng), Linear(3, 2, rng))


def state(net):
    return {name: value.copy() for name, value in net.state_dict().items()}


def assert_same(mine, other):
    for name, value in mine.items():
        np.testing.assert_array_equal(value, other[name], err_msg=name)


class Script:
    """Code of the user that does `what` in its call number `when`, and else what it is to do."""

    def __init__(self, what, when):
        self.what, self.when, self.calls = what, when, 0

    def __call__(self, value=None):
        self.calls += 1
        if self.calls == self.when:
            if self.what == "Ctrl-C":
                raise KeyboardInterrupt
            if self.what == "error":
                raise Stop("no")
        if self.what == "NaN" and self.calls >= self.when and value is not None:
            return value * np.nan
        return value


PLACES = ["order", "gradient", "on_gradients", "on_step", "cost", "metric", "measure", "schedule"]
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "validation": st.just((X[::-1], -Y)),
        "drop_last": st.just(True),
        "training_cost": st.just(False),
    },
)


@settings(max_examples=300)
@given(
    place=st.sampled_from(PLACES),
    what=st.sampled_from(["Ctrl-C", "error", "NaN", "nothing"]),
    when=st.integers(1, 9),
    batch_size=st.sampled_from([4, 5, 10]),
    lr=st.sampled_from([0.1, 2.0]),
    patience=st.none() | st.integers(1, 3),
    options=OPTIONS,
)
def test_promises(place, what, when, batch_size, lr, patience, options):
    net, script, states, norms = network(), Script(what, when), [], []
    optimizer = SGD(net, lr)

    def at(here, value=None):
        return script(value) if place == here else value

    class Scheduler(StepLR):
        def step(self):
            at("schedule")
            super().step()

    class OfUser(type(squared_error)):
        def __call__(self, Z, Y):
            return at("cost", super().__call__(Z, Y))

    def measure(net):
        states.append(state(net))
        return at("measure", 1.0)

    fields = dataclasses.asdict(squared_error)
    fields["derivative"] = lambda Z, Y: at("gradient", squared_error.derivative(Z, Y))
    if patience is not None:
        options = {"validation": (X, Y)} | options | {"patience": patience}
    metrics = {"error": lambda Z, Y: at("metric", mean_squared_error(np.nan_to_num(Z), Y))}
    if options.get("training_cost") is False and "validation" not in options:
        metrics = {}
    start, history, caught = state(net), None, None
    try:
        history = fit(
            net, X, Y, OfUser(**fields), optimizer,
            epochs=EPOCHS, batch_size=batch_size, metrics=metrics, measures={"measure": measure},
            order=lambda epoch: np.roll(np.arange(N), at("order") or epoch),
            scheduler=Scheduler(optimizer, 2),
            on_gradients=lambda net: at("on_gradients"),
            on_step=lambda epoch, step: (norms.append((epoch, step)), at("on_step")),
            progress=False, **options,
        )  # fmt: skip
    except Stop as error:
        caught = error

    assert not any(layer.training for _, layer in net.walk())
    assert predict(net, X).shape == Y.shape
    hit = script.calls >= when and place in PLACES
    assert (caught is not None) == (what == "error" and hit)
    batches = N // batch_size if "drop_last" in options else -(-N // batch_size)
    assert [step for _, step in norms] == [*range(1, len(norms) + 1)]
    assert [epoch for epoch, _ in norms] == [(step - 1) // batches + 1 for _, step in norms]
    if caught:
        (note,) = caught.__notes__
        epoch, rest = divmod(optimizer.steps - (place == "on_step"), batches)
        if place in ("order", "gradient", "on_gradients", "on_step"):
            assert note == f"in mini-batch {rest + 1} of epoch {epoch + 1}"
        else:
            assert note == f"at the end of epoch {epoch}"
        return

    assert history.interrupted == (what == "Ctrl-C" and hit)
    names = {"measure"}
    if options.get("training_cost") is not False:
        names |= {"cost", *metrics}
    if "validation" in options:
        names |= {"validation_cost", *(f"validation_{name}" for name in metrics)}
    lengths = {len(values) for values in history.values()}
    assert len(lengths) <= 1
    assert history.keys() == (names if history else set())
    done = lengths.pop() if lengths else 0
    assert done * batches <= optimizer.steps <= min(done + 1, EPOCHS) * batches
    if patience is None:
        assert done == EPOCHS or history.interrupted
    elif history:
        best = history.best_epoch
        assert_same(state(net), states[best - 1] if best else start)
        assert done == EPOCHS or history.interrupted or done == best + patience
    elif optimizer.steps:
        with pytest.raises(AssertionError):
            assert_same(state(net), start)  # what has been learned is kept


@pytest.mark.parametrize("option", ["rng", "order"])
def test_an_order_of_ones_own_is_that_of_the_samples(option):
    net, seen = network(), []
    rng, other = np.random.default_rng(3), np.random.default_rng(3)
    order = {"rng": rng} if option == "rng" else {"order": lambda epoch: rng.permutation(N)}
    fit(
        net, X, Y, squared_error, SGD(net, 0.1), epochs=3, batch_size=4, progress=False,
        on_gradients=lambda net: seen.append(net[0].A_prev), **order,
    )  # fmt: skip
    np.testing.assert_array_equal(
        np.concatenate(seen), np.concatenate([X[other.permutation(N)] for _ in range(3)])
    )


def test_metrics_share_one_prediction_with_the_cost():
    forward = []

    class Seen(Linear):
        def _forward(self, A):
            forward.append(len(A))
            return super()._forward(A)

    net = Seen(2, 2, np.random.default_rng(0))
    given = []

    def metric(Z, y):
        given.append((Z, y))
        return 0

    history = fit(
        net, X, Y, squared_error, SGD(net, 0.1), epochs=2, batch_size=N, progress=False,
        metrics={"a": metric, "b": metric, "c": mean_squared_error}, validation=(X[:3], Y[:3]),
    )  # fmt: skip
    assert forward == [1, 1, N, N, 3, N, N, 3]  # two first looks; then train, cost, validation
    assert list(history) == [
        "cost", "a", "b", "c", "validation_cost", "validation_a", "validation_b", "validation_c",
    ]  # fmt: skip
    np.testing.assert_allclose(history["c"], history["cost"])  # of two outputs, with its ½
    np.testing.assert_array_equal(given[-1][0], predict(net, X[:3]))
    for changes_something in (lambda Z, Y: Z.sort() or 0, lambda Z, Y: Y.sort() or 0):
        with pytest.raises(ValueError, match="read-only") as caught:
            fit(
                net, X, Y, squared_error, SGD(net, 0.1), epochs=2, progress=False,
                metrics={"a": changes_something},
            )  # fmt: skip
        assert caught.value.__notes__ == ["at the end of epoch 1"]
    assert Y.flags.writeable  # for whom it belongs to


def test_metrics_see_the_labels_as_they_came():
    net, seen = network(), []
    labels = (X[:, 0] > 0).astype(np.int8)
    history = fit(
        net, X, labels, softmax_cross_entropy, SGD(net, 0.5), epochs=2, progress=False,
        metrics={"accuracy": accuracy, "labels": lambda Z, y: seen.append(y) or 0},
    )  # fmt: skip
    assert history["accuracy"][-1] == accuracy(predict(net, X), labels)
    assert seen[0].dtype == np.int8


def test_a_scheduler_makes_a_step_after_each_epoch_or_each_step():
    net = network()
    optimizer = SGD(net, 1.0)
    history = fit(
        net, X, Y, squared_error, optimizer, epochs=3, progress=False,
        scheduler=StepLR(optimizer, 1, 0.5), measures={"lr": lambda net: optimizer.lr},
    )  # fmt: skip
    assert history["lr"] == [1, 0.5, 0.25]
    optimizer = SGD(net, 1.0)
    schedule = StepLR(optimizer, 1, 0.5)
    fit(
        net, X, Y, squared_error, optimizer, epochs=2, batch_size=5, progress=False,
        on_step=lambda epoch, step: schedule.step(),
    )  # fmt: skip
    assert optimizer.lr == 1 / 16


def test_an_interrupted_first_epoch_keeps_what_has_been_learned():
    net, before = network(), state(network())

    def interrupt(epoch, step):
        raise KeyboardInterrupt

    history = fit(
        net, X, Y, squared_error, SGD(net, 0.1), epochs=3, progress=False,
        on_step=interrupt, validation=(X, Y), patience=1,
    )  # fmt: skip
    assert history.interrupted
    assert history == {}
    assert not np.array_equal(net[0].weight, before["0.weight"])


def interrupted_at(line):
    """A training with Ctrl-C at this line of those that nnlib.training executes, or None after."""
    net, states, count = network(), [], 0

    def trace(frame, event, argument):
        nonlocal count
        if frame.f_code.co_filename != training.__file__:
            return None
        count += event == "line"
        if event == "line" and count == line:
            raise KeyboardInterrupt
        return trace

    optimizer, history, before = SGD(net, 2.0), None, sys.gettrace()
    sys.settrace(trace)
    try:
        history = fit(
            net, X, Y, squared_error, optimizer, epochs=2, batch_size=5, progress=False,
            validation=(X, -Y), patience=1, metrics={"m": mean_squared_error},
            measures={"state": lambda net: states.append(state(net)) or 0},
        )  # fmt: skip
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(before)
    return None if count < line else (net, optimizer, history, states)


def test_ctrl_c_at_any_line():
    """Before training and in the last moment, when all is done, it is what it always is."""
    line, whole = 0, 0
    while result := interrupted_at(line := line + 1):
        net, optimizer, history, states = result
        assert optimizer.steps in (0, 4) if history is None else history.interrupted
        assert not any(part.training for _, part in net.walk()) or history is None
        if history:
            whole += 1
            assert len({len(values) for values in history.values()}) == 1
            assert_same(state(net), states[history.best_epoch - 1])
    assert whole > 50


def test_without_a_finite_cost_the_start_is_best():
    net, before = network(), state(network())

    def spoil(net):
        net[0].weight_grad[...] = np.nan

    history = fit(
        net, X, Y, squared_error, SGD(net, 0.1), epochs=9, progress=False,
        on_gradients=spoil, validation=(X, Y), patience=2,
    )  # fmt: skip
    assert np.isnan(history["validation_cost"]).all()
    assert len(history["cost"]) == 2
    assert history.best_epoch == 0
    assert_same(state(net), before)


def test_bad_arguments_are_named():
    net = network()
    optimizer, other = SGD(net, 0.1), SGD(network(), 0.1)
    rng = np.random.default_rng(0)
    for error, message, options in (
        (TypeError, "order must be a function", {"order": [0, 1]}),
        (ValueError, "order must be given without rng", {"order": np.arange, "rng": rng}),
        (ValueError, r"order\(1\) must have shape \(10,\)", {"order": np.arange}),
        (ValueError, r"order\(1\) must be labels from 0 to 9", {"order": lambda _: [10] * N}),
        (TypeError, r"order\(1\) must be integer", {"order": lambda _: np.ones(N)}),
        (TypeError, r"order\(1\) must be indices", {"order": lambda _: [True] * N}),
        (TypeError, "on_step must be a function", {"on_step": 3}),
        (TypeError, "scheduler must be of type LRScheduler", {"scheduler": 0.1}),
        (ValueError, "scheduler must be made for optimizer", {"scheduler": StepLR(other, 1)}),
        (TypeError, "metrics must be of type Mapping", {"metrics": [max]}),
        (TypeError, "metrics must be functions by name", {"metrics": {"a": 3}}),
        (TypeError, "measures must be functions by name", {"measures": {3: max}}),
        (ValueError, "metrics must have other names", {"metrics": {"cost": max}}),
        (ValueError, "measures must have other names", {"measures": {"validation_cost": max}}),
        (ValueError, "measures must have other names",
         {"metrics": {"a": max}, "measures": {"validation_a": max}}),
        (ValueError, "metrics must have samples", {"metrics": {"a": max}, "training_cost": False}),
        (ValueError, r"metrics\['a'\] must be one number", {"metrics": {"a": lambda Z, Y: Z}}),
        (TypeError, r"measures\['a'\] must be real", {"measures": {"a": lambda net: "b"}}),
    ):  # fmt: skip
        with pytest.raises(error, match=rf"^{message}"):
            fit(net, X, Y, squared_error, optimizer, epochs=1, progress=False, **options)
