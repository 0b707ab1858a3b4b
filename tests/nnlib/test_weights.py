import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from nnlib import BatchNorm, Linear, Residual, Sequential, load_weights, save_weights, tanh


def network(seed):
    rng = np.random.default_rng(seed)
    net = Sequential(Linear(3, 4, rng), BatchNorm(4), Residual(Linear(4, 4, rng), tanh))
    for value in net.state_dict().values():
        value[...] = rng.normal(size=value.shape)
    return net


def state(net):
    return {name: value.copy() for name, value in net.state_dict().items()}


def assert_same(state, other):
    assert state.keys() == other.keys()
    for name, value in state.items():
        np.testing.assert_array_equal(value, other[name])


@pytest.fixture
def saved(tmp_path):
    save_weights(network(0), tmp_path / "net.npz")
    return tmp_path / "net.npz"


def test_what_is_saved_is_loaded(saved):
    net = network(1)
    held = net[0].weight
    load_weights(net, str(saved))
    assert_same(state(net), state(network(0)))
    assert net[0].weight is held  # in place, so that an optimizer keeps its hold
    assert [path.name for path in saved.parent.iterdir()] == ["net.npz"]


def test_a_state_is_copied_or_changes_nothing():
    net, other = network(1), network(0)
    net(np.ones((2, 3)))
    held, given = net[0].weight, state(other)
    net.load_state_dict(given)
    assert_same(state(net), state(other))
    assert net[0].weight is held
    given["0.weight"][...] = 0
    assert_same(state(net), state(other))
    with pytest.raises(RuntimeError, match="needs a forward pass"):
        net[0].backward(np.ones((2, 4)))
    rng, swapped = np.random.default_rng(0), {"0": "1", "1": "0"}
    twins = Sequential(Linear(2, 2, rng), Linear(2, 2, rng))
    before = state(twins)
    twins.load_state_dict({swapped[at[0]] + at[1:]: twins.state_dict()[at] for at in before})
    assert_same(state(twins), {swapped[at[0]] + at[1:]: before[at] for at in before})
    for wrong in ({"0.weight": np.ones((4, 4))}, {"more": np.ones(1)}):
        with pytest.raises(ValueError, match=r"^state(\['0.weight'\])? must "):
            network(1).load_state_dict(state(other) | wrong)
    with pytest.raises(ValueError, match=r"^state must be of this network, but lacks \['0.bias'"):
        net.load_state_dict({})


def test_a_path_may_begin_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    save_weights(network(0), "~/net.npz")
    assert (tmp_path / "net.npz").is_file()
    load_weights(net := network(1), "~/net.npz")
    assert_same(state(net), state(network(0)))


def test_the_network_keeps_its_precision(saved):
    net = network(1).astype(np.float32)
    load_weights(net, saved)
    assert net[0].weight.dtype == np.float32
    np.testing.assert_array_equal(net[0].weight, network(0)[0].weight.astype(np.float32))


def test_numpy_reads_it_without_pickle(saved):
    with np.load(saved, allow_pickle=False) as file:
        assert_same(dict(file), state(network(0)))


def test_a_truncated_file_is_refused_and_changes_nothing(saved):
    whole = saved.read_bytes()
    net = network(1)
    before = state(net)
    for length in {*range(0, len(whole), 97), *range(5), len(whole) - 1}:
        saved.write_bytes(whole[:length])
        with pytest.raises(
            ValueError, match=r"net.npz must be a whole file of save_weights, but: "
        ):
            load_weights(net, saved)
        assert_same(state(net), before)


def test_a_damaged_file_is_refused_or_the_damage_does_not_matter(saved):
    whole = saved.read_bytes()
    expected = state(network(0))
    for position in range(0, len(whole), 41):
        damaged = bytearray(whole)
        damaged[position] ^= 0xFF
        saved.write_bytes(damaged)
        net = network(1)
        before = state(net)
        try:
            load_weights(net, saved)
        except ValueError:
            assert_same(state(net), before)
        else:
            assert_same(state(net), expected)


def foreign_files(folder):
    for name, content in (("text", b"weights"), ("empty", b""), ("pickle", pickle.dumps([1]))):
        (folder / name).write_bytes(content)
        yield folder / name, "must be a whole file of save_weights"
    np.save(folder / "array.npy", np.ones(3))
    yield folder / "array.npy", "must be a whole file of save_weights"
    np.savez(folder / "objects.npz", **{"0.weight": np.array([None])})
    yield folder / "objects.npz", "must be a whole file of save_weights"
    np.savez(folder / "other.npz", weight=np.ones(2))
    yield (
        folder / "other.npz",
        r"this network, but lacks \['0.bias'.* and has \['weight'",
    )
    for bad, message in (
        (np.ones((3, 4)), r"have shape \(4, 3\), but has shape \(3, 4\)"),
        (np.ones((4, 3), complex), "be real numbers, but has dtype complex128"),
    ):
        np.savez(folder / "shape.npz", **(state(network(0)) | {"0.weight": bad}))
        yield folder / "shape.npz", rf"must hold this network: state\['0.weight'\] must {message}"


def test_a_foreign_file_is_refused_and_changes_nothing(tmp_path):
    net = network(1)
    before = state(net)
    for path, message in foreign_files(tmp_path):
        with pytest.raises(ValueError, match=message):
            load_weights(net, path)
        assert_same(state(net), before)
    with pytest.raises(FileNotFoundError):
        load_weights(net, tmp_path / "nowhere.npz")


@pytest.mark.parametrize("stop", [OSError("disk full"), KeyboardInterrupt()])
def test_an_interrupted_write_leaves_the_old_file(saved, monkeypatch, stop):
    before = saved.read_bytes()

    def fail(file):
        raise stop

    monkeypatch.setattr(os, "fsync", fail)  # when half of it may be on the disk
    with pytest.raises(type(stop)):
        save_weights(network(1), saved)
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == ["net.npz"]


def test_a_link_stays_a_link_and_a_file_keeps_its_permissions(saved):
    link = saved.with_name("link")
    link.symlink_to("net.npz")
    saved.chmod(0o600)
    save_weights(network(1), link)
    assert link.is_symlink()
    assert saved.stat().st_mode & 0o777 == 0o600
    load_weights(net := network(0), saved)
    assert_same(state(net), state(network(1)))
    saved.unlink()
    save_weights(network(1), link)  # a link to what is not there yet
    assert saved.is_file()


def test_what_is_no_file_is_left_alone(tmp_path):
    for path in (tmp_path, Path(os.devnull)):
        with pytest.raises(OSError, match=r" must be a file, or not be there$"):
            save_weights(network(0), path)
    assert not Path(os.devnull).is_file()


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        save_weights(network(0), tmp_path / "nowhere" / "net.npz")


def test_bad_arguments_are_named(tmp_path):
    for f in (save_weights, load_weights):
        with pytest.raises(TypeError, match=r"^net must be of type Layer"):
            f(network(0).state_dict(), tmp_path / "net.npz")
