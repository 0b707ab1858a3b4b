import signal

import numpy as np
import pytest

from nnlib import (
    SGD,
    Adam,
    BatchNorm,
    Dropout,
    Linear,
    Sequential,
    accuracy,
    binary_cross_entropy,
    clip_grad_norm,
    fit,
    predict,
    relu,
    softmax_cross_entropy,
    squared_error,
    tanh,
)

X = np.random.default_rng(0).normal(size=(50, 3))
Y = np.sin(X @ np.random.default_rng(1).normal(size=(3, 2)))


def network(seed=0, *, outputs=2):
    rng = np.random.default_rng(seed)
    return Sequential(Linear(3, 8, rng), tanh, Linear(8, outputs, rng))


def train(net, *, X=X, Y=Y, loss=squared_error, lr=0.1, epochs=3, **options):
    return fit(net, X, Y, loss, SGD(net, lr), epochs=epochs, **{"progress": False} | options)


def assert_same_parameters(net, other):
    for name, parameter in net.parameters().items():
        np.testing.assert_array_equal(parameter, other.parameters()[name], err_msg=name)


@pytest.mark.parametrize("seed", [None, 5])
def test_fit_is_the_loop_that_one_would_write(seed):
    net, other = network(), network()
    rng = None if seed is None else np.random.default_rng(seed)
    history = train(net, batch_size=8, rng=rng)

    rng = None if seed is None else np.random.default_rng(seed)
    optimizer, costs = SGD(other, lr=0.1), []
    for _ in range(3):
        order = np.arange(50) if rng is None else rng.permutation(50)
        for start in range(0, 50, 8):  # the last of the mini-batches has two samples
            batch = order[start : start + 8]
            other.backward(squared_error.gradient(other(X[batch]), Y[batch]))
            optimizer.step()
        costs.append(squared_error(other(X), Y))
    assert_same_parameters(net, other)
    np.testing.assert_allclose(history["cost"], costs, rtol=1e-14)


def test_history_has_a_value_for_each_epoch():
    net = network()
    validation = X[:10], Y[:10]
    history = train(
        net,
        epochs=4,
        validation=validation,
        measures={"norm": lambda net: np.linalg.norm(net[0].weight)},
    )
    assert {name: len(values) for name, values in history.items()} == {
        "cost": 4,
        "validation_cost": 4,
        "norm": 4,
    }
    assert history["cost"] == sorted(history["cost"], reverse=True)
    assert history["cost"][-1] == squared_error(net(X), Y)
    assert history["validation_cost"][-1] == squared_error(net(X[:10]), Y[:10])
    assert history["norm"][-1] == np.linalg.norm(net[0].weight)
    assert history.best_epoch == 4
    assert not history.interrupted
    assert train(net, training_cost=False) == {}


def test_labels_and_single_outputs():
    y = (X[:, 0] > 0).astype(int)
    net = network()
    train(net, Y=y, loss=softmax_cross_entropy, lr=1, epochs=40)
    assert accuracy(predict(net, X), y) > 0.95
    net = network(outputs=1)
    train(net, Y=y[:, None], loss=binary_cross_entropy, lr=1, epochs=40)
    assert accuracy((predict(net, X) > 0)[:, 0], y) > 0.95


def test_xor_is_learned():
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    rng = np.random.default_rng(0)
    net = Sequential(Linear(2, 8, rng), relu, Linear(8, 1, rng))
    fit(
        net,
        X,
        [[0], [1], [1], [0]],
        binary_cross_entropy,
        Adam(net, 0.05),
        epochs=200,
        progress=False,
    )
    np.testing.assert_array_equal(predict(net, X) > 0, [[False], [True], [True], [False]])


def test_early_stopping_brings_back_the_best_parameters():
    states = []
    net = Sequential(BatchNorm(3), *network().layers)
    history = train(
        net,
        lr=3.0,  # far too much: the cost goes up and down
        epochs=50,
        validation=(X[:20], -Y[:20]),  # the opposite of what is learned
        patience=4,
        measures={"state": lambda net: states.append(net.astype(np.float64).state_dict()) or 0},
    )
    costs = history["validation_cost"]
    assert history.best_epoch == 1 + np.argmin(costs)
    assert len(costs) == history.best_epoch + 4 < 50
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value, states[history.best_epoch - 1][name])
    assert squared_error(predict(net, X[:20]), -Y[:20]) == min(costs)


def test_without_patience_the_last_parameters_stay():
    net, other = network(), network()
    history = train(net, lr=3.0, epochs=5, validation=(X[:20], -Y[:20]))
    train(other, lr=3.0, epochs=5)
    assert history.best_epoch < 5
    assert_same_parameters(net, other)


@pytest.fixture
def interrupt_in_epoch_3():
    """A function for `on_gradients`. Python ignores Ctrl-C if started in the background."""
    calls = []
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)

    def on_gradients(net):
        calls.append(net)
        if len(calls) == 2 * 5 + 2:  # the second of the five mini-batches
            signal.raise_signal(signal.SIGINT)  # Ctrl-C

    yield on_gradients
    signal.signal(signal.SIGINT, handler)


def test_ctrl_c_returns_what_has_been_learned(interrupt_in_epoch_3):
    net, other = network(), network()
    history = train(net, epochs=100, batch_size=10, on_gradients=interrupt_in_epoch_3)
    assert history.interrupted
    assert len(history["cost"]) == 2
    assert not net.training
    train(other, epochs=2, batch_size=10)
    other.set_gradients(squared_error.gradient(other(X[:10]), Y[:10]))
    SGD(other, 0.1).step()  # and the first mini-batch of the third epoch
    assert_same_parameters(net, other)


def test_ctrl_c_with_patience_brings_back_the_best(interrupt_in_epoch_3):
    net, other = network(), network()
    options = {"batch_size": 10, "validation": (X, Y), "patience": 9}
    train(net, epochs=100, on_gradients=interrupt_in_epoch_3, **options)
    train(other, epochs=2, **options)
    assert_same_parameters(net, other)


def test_on_gradients_can_clip_and_record():
    net, norms = network(), []
    before = net[0].weight.copy()
    train(net, lr=1, epochs=1, on_gradients=lambda net: norms.append(clip_grad_norm(net, 1e-3)))
    assert len(norms) == 2  # mini-batches of 32 and 18
    assert min(norms) > 1e-3
    assert 0 < np.linalg.norm(net[0].weight - before) <= 2e-3


def test_a_network_in_float32_is_trained_in_float32():
    net = network().astype(np.float32)
    seen = set()
    train(net, on_gradients=lambda net: seen.add(net[0].A_prev.dtype))
    assert seen == {np.dtype(np.float32)}
    assert predict(net, X).dtype == np.float32


def test_modes():
    rng = np.random.default_rng(0)
    net = Sequential(Linear(3, 2, rng), BatchNorm(2), Dropout(0.5, rng))
    modes = []
    train(
        net.eval(),
        measures={"cost again": lambda net: squared_error(predict(net, X), Y)},
        on_gradients=lambda net: modes.append(net.training),
    )
    assert all(modes)
    assert not net.training
    np.testing.assert_array_equal(predict(net.train(), X), net.eval()(X))


def test_a_layer_stays_in_evaluation_by_a_train_of_its_own():
    class FrozenBatchNorm(BatchNorm):
        def train(self, mode=True):
            return super().train(False)

    for kind, mean in ((FrozenBatchNorm, 3), (BatchNorm, "moved")):
        norm = kind(3)
        norm.running_mean += 3
        net = Sequential(norm, Linear(3, 2, np.random.default_rng(0)))
        norm.eval()
        train(net)
        assert not norm.training
        assert (norm.running_mean == 3).all() == (mean == 3)
        assert (norm.weight != 1).all()  # it learns nonetheless


def test_predict_goes_through_the_samples_in_parts():
    net = network()
    for batch_size in (1, 7, 50, 1000):
        np.testing.assert_allclose(predict(net, X, batch_size), net(X), rtol=1e-14)
    rng = np.random.default_rng(0)
    net = Sequential(Linear(3, 2, rng), Dropout(0.5, rng))
    predict(net, X)
    assert net.training  # the mode is put back


def test_the_order_in_memory_does_not_matter():
    net, other = network(), network()
    train(net, X=X, Y=Y)
    train(other, X=np.asfortranarray(X), Y=np.asfortranarray(Y))
    assert_same_parameters(net, other)


def test_the_data_is_left_alone():
    before = X.copy(), Y.copy()
    train(network(), rng=np.random.default_rng(0))
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(Y, before[1])


def test_progress_is_shown_unless_it_is_not_wanted(capsys):
    train(network(), epochs=2, progress=True)
    shown = capsys.readouterr().err
    assert "4/4" in shown  # batches
    assert "cost=" in shown
    train(network(), epochs=2)
    assert capsys.readouterr() == ("", "")


def test_predict_leaves_each_layer_in_its_mode_and_forgets():
    rng = np.random.default_rng(0)
    net = Sequential(Linear(3, 4, rng), BatchNorm(4), Dropout(0.5, rng), Linear(4, 2, rng))
    net[1].eval()  # frozen
    modes = [layer.training for _, layer in net.walk()]
    D = np.ones(net(X).shape)
    predict(net, 2 * X)
    assert [layer.training for _, layer in net.walk()] == modes
    for part in (net, net[0]):
        with pytest.raises(RuntimeError, match="needs a forward pass, and after it no predict"):
            part.backward(D)


def test_predict_copies_nothing_and_changes_nothing():
    for given in (X.copy(), X[::2], X[:, :3]):
        predict(network(), given)
        given += 0  # still to be written to


def test_an_optimizer_follows_what_is_assigned():
    net, other, twin = network(), network(seed=1), network(seed=1)
    optimizer = SGD(net, 0.1)
    for i in (0, 2):
        net[i].weight, net[i].bias = other[i].weight, other[i].bias
    assert_same_parameters(net, other)
    fit(net, X, Y, squared_error, optimizer, epochs=2, progress=False)
    train(twin, epochs=2)
    assert_same_parameters(net, twin)


def test_bad_arguments_are_named():
    net = network()
    for epochs, error in ((0, ValueError), (-1, ValueError), (1.0, TypeError)):
        with pytest.raises(error, match=r"^epochs must be "):
            train(net, epochs=epochs)
    for name in ("batch_size", "patience"):
        with pytest.raises(ValueError, match=rf"^{name} must be at least 1, not 0"):
            train(net, validation=(X, Y), **{name: 0})
    with pytest.raises(ValueError, match=r"^validation must be given with patience"):
        train(net, patience=3)
    with pytest.raises(TypeError, match=r"^validation must be a pair \(X, Y\), not "):
        train(net, validation=X)
    with pytest.raises(TypeError, match=r"^rng must be of type Generator"):
        train(net, rng=0)
    for name in ("on_gradients", "measures"):
        with pytest.raises(TypeError, match=rf"^{name} must be "):
            train(net, **{name: 3})
    with pytest.raises(TypeError, match=r"^loss must be of type Loss, such as nnlib.squared_error"):
        train(net, loss=np.square)
    with pytest.raises(TypeError, match=r"^optimizer must be of type Optimizer, such as nnlib.SGD"):
        fit(net, X, Y, squared_error, SGD, epochs=1)
    with pytest.raises(ValueError, match=r"^optimizer must be made for net, but is for another"):
        fit(net, X, Y, squared_error, SGD(network(), 0.1), epochs=1)
    with pytest.raises(TypeError, match=r"^net must be of type Layer, such as nnlib.Linear"):
        fit([net], X, Y, squared_error, SGD(net, 0.1), epochs=1)
    with pytest.raises(TypeError, match=r"^net must be of type Layer, such as nnlib.Linear"):
        predict(lambda X: X, X)


def test_bad_data_is_named_before_anything_is_changed():
    net, untouched = network(), network()
    infinite = np.where(np.arange(50) == 3, np.inf, 0.0)[:, None]
    for options, message in (
        (
            {"X": X[:, :2]},
            r"X must fit the network, but has shape \(1, 2\): A must have shape \(N, 3\), but has",
        ),
        ({"X": X[:0], "Y": Y[:0]}, r"X must have shape \(N, \.\.\.\), but has shape \(0, 3\)"),
        ({"X": X + infinite}, r"X must be finite, but is inf at index \(3, 0\)"),
        ({"Y": Y + np.nan}, r"Y must be finite, but is nan at index \(0, 0\)"),
        ({"Y": Y[:-1]}, r"Y must have shape \(50, 2\), but has shape \(49, 2\)"),
        ({"Y": Y[:, 0]}, r"Y must have shape \(50, 2\), but has shape \(50,\)"),
        (
            {"Y": np.full(50, 2), "loss": softmax_cross_entropy},
            r"Y must be labels from 0 to 1, but has 2 to 2",
        ),
    ):
        with pytest.raises(ValueError, match=rf"^{message}"):
            train(net, **options)
        assert_same_parameters(net, untouched)
        if "loss" not in options:
            with pytest.raises(ValueError, match=rf"^{message}") as caught:
                train(net, validation=(options.get("X", X), options.get("Y", Y)))
            assert caught.value.__notes__ == ["X and Y are those of validation"]
            assert_same_parameters(net, untouched)
    with pytest.raises(TypeError, match=r"^X must be real numbers, but has dtype object"):
        train(net, X=X.astype(object))
    narrow = network(outputs=1)
    with pytest.raises(ValueError, match=r"^Y must have shape \(50, 1\), but has shape \(50,\)"):
        train(narrow, Y=Y[:, 0])
    rng = np.random.default_rng(0)
    net = Sequential(Linear(3, 2, rng), BatchNorm(2))
    before = {name: value.copy() for name, value in net.state_dict().items()}
    for batch_size in (49, 7, 1):  # 50 = 49 + 1
        with pytest.raises(ValueError, match=r"^batch_size must leave more than one sample"):
            train(net, batch_size=batch_size)
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value, before[name])
    train(net, batch_size=48)
    single = network().astype(np.float32)
    for options in ({"X": X * 1e39}, {"Y": Y * 1e39}):
        with pytest.raises(ValueError, match=r" must be finite, but is .*e\+3\d .* for float32$"):
            train(single, **options)


def test_the_last_mini_batch_may_be_left_out():
    seen = []
    net, twin = network(), network()
    options = {"batch_size": 16, "drop_last": True, "epochs": 1}
    train(net, on_gradients=lambda net: seen.append(len(net[0].A_prev)), **options)
    assert seen == [16, 16, 16]  # of 50
    train(twin, X=X[:48], Y=Y[:48], batch_size=16, epochs=1)
    assert_same_parameters(net, twin)
    rng = np.random.default_rng(0)
    train(Sequential(Linear(3, 2, rng), BatchNorm(2)), batch_size=49, drop_last=True)
    with pytest.raises(ValueError, match=r"^batch_size must be at most 50 with drop_last, not 51"):
        train(net, batch_size=51, drop_last=True)


def test_after_an_error_the_network_is_in_evaluation_mode():
    net = network()
    with pytest.raises(ZeroDivisionError):
        train(net, on_gradients=lambda net: 1 / 0)
    assert not any(layer.training for _, layer in net.walk())
