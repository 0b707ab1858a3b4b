import contextlib
import functools
import gzip
import hashlib
import http.server
import os
import re
import socket
import threading
import time
import urllib.request
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib import data, download
from nnlib.data import (
    blobs,
    curve,
    digits,
    mnist,
    moons,
    rings,
    rows,
    spirals,
    split,
    xor,
)

CLOUDS = {
    "moons": (moons, 2),
    "rings": (functools.partial(rings, classes=3), 3),
    "spirals": (functools.partial(spirals, classes=3), 3),
    "blobs": (functools.partial(blobs, centers=4), 4),
    "blobs of given centers": (functools.partial(blobs, centers=[[0, 1], [2, 3]]), 2),
}
cloud = pytest.mark.parametrize(("draw", "classes"), CLOUDS.values(), ids=CLOUDS)


def rng():
    return np.random.default_rng(0)


@cloud
@given(n=st.integers(1, 50), seed=st.integers(0, 99))
def test_points_of_classes(draw, classes, n, seed):
    X, y = draw(n, np.random.default_rng(seed))
    assert X.shape == (n, 2)
    assert X.dtype == np.float64
    assert np.isfinite(X).all()
    assert y.dtype == np.int64
    np.testing.assert_array_equal(y, np.arange(n) % classes)
    again, _ = draw(n, np.random.default_rng(seed))
    np.testing.assert_array_equal(X, again)


def test_where_the_points_are():
    X, y = xor()
    np.testing.assert_array_equal(y, X[:, 0] != X[:, 1])

    X, y = moons(500, rng(), noise=0)
    centers = np.array([[0, 0], [1, 0.5]])[y]
    np.testing.assert_allclose(np.linalg.norm(X - centers, axis=1), 1)
    assert np.all(np.where(y == 0, X[:, 1] >= 0, X[:, 1] <= 0.5))

    X, y = rings(500, rng(), classes=3, noise=0)
    np.testing.assert_allclose(np.linalg.norm(X, axis=1), y + 1)

    X, y = spirals(500, rng(), classes=3, turns=2, noise=0)
    r = np.linalg.norm(X, axis=1)
    turned = np.arctan2(X[:, 1], X[:, 0]) / (2 * np.pi) - 2 * r - y / 3
    np.testing.assert_allclose(turned, np.round(turned), atol=1e-12)
    assert 0.9 < r.max() <= 1

    X, y = blobs(5000, rng(), spread=0.5)
    for k, angle in enumerate([0, 2 * np.pi / 3, 4 * np.pi / 3]):
        np.testing.assert_allclose(X[y == k].mean(0), [np.cos(angle), np.sin(angle)], atol=0.05)
        np.testing.assert_allclose(X[y == k].std(0), 0.5, rtol=0.05)
    X, y = blobs(6, rng(), centers=[[1, 2, 3]], spread=0)
    np.testing.assert_array_equal(X, [[1, 2, 3]] * 6)


def test_noise_has_its_standard_deviation():
    for draw in (moons, rings, spirals):
        clean, _ = draw(5000, rng(), noise=0)
        noisy, _ = draw(5000, rng(), noise=0.2)
        np.testing.assert_allclose((noisy - clean).std(axis=0), 0.2, rtol=0.05)


def test_curve():
    X, Y = curve(5000, rng(), np.cos, xlim=(0, 1), noise=0.2)
    assert X.shape == Y.shape == (5000, 1)
    assert 0 <= X.min() < 0.01 < 0.99 < X.max() <= 1
    assert np.all(np.diff(X[:, 0]) >= 0)
    np.testing.assert_allclose((Y - np.cos(X)).std(), 0.2, rtol=0.05)


@given(n=st.integers(2, 20), seed=st.integers(0, 99), draw=st.data())
def test_split_deals_every_sample_once(n, seed, draw):
    held_out = draw.draw(st.integers(1, n - 1))
    X, y = np.arange(n)[:, np.newaxis], np.arange(n)
    (X_kept, y_kept), (X_out, y_out) = split(X, y, held_out, np.random.default_rng(seed))
    assert len(X_out) == held_out
    for X_part, y_part in ((X_kept, y_kept), (X_out, y_out)):
        np.testing.assert_array_equal(X_part[:, 0], y_part)
    np.testing.assert_array_equal(np.sort(np.concatenate([y_kept, y_out])), y)


def test_digits():
    """The published counts of each digit, and the sum that says that no pixel has changed."""
    images, labels = digits()
    assert images.shape == (1797, 8, 8)
    assert images.dtype == np.uint8
    assert (images.min(), images.max(), images.sum()) == (0, 16, 561718)
    assert labels.dtype == np.int64
    assert list(np.bincount(labels)) == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    images[:] = 0  # each call has its own
    assert digits().images.max() == 16


def test_the_digits_are_small_and_attributed():
    package = resources.files("nnlib")
    assert len(package.joinpath("digits.npz").read_bytes()) <= 60_000
    for text in (package.joinpath("digits.txt").read_text("utf8"), digits.__doc__):
        assert "Alpaydin and" in text.replace("E. ", "")
        assert "https://doi.org/10.24432/C50P49" in text
        assert "CC BY 4.0" in text


def test_rows():
    images = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    X = rows(images, 256)
    assert X.dtype == np.float32
    np.testing.assert_array_equal(X, np.arange(24).reshape(2, 12) / 256)
    assert rows(images[:0], 255).shape == (0, 12)


# MNIST: files of the published form, but small, sent by a server that may misbehave.


@pytest.fixture
def published(monkeypatch):
    """The four files by name."""
    shapes = [(20, 2, 3), (20,), (5, 2, 3), (5,)]
    files = {}
    for name, shape in zip(data.MNIST_FILES, shapes, strict=True):
        array = np.random.default_rng(len(files)).integers(0, 10, shape, np.uint8)
        header = bytes([0, 0, 8, len(shape)]) + np.array(shape, ">u4").tobytes()
        files[name] = header + array.tobytes()
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    monkeypatch.setattr(data, "MNIST_FILES", hashes)
    return files


class Mirrors(http.server.BaseHTTPRequestHandler):
    """http://…/<how it behaves>/<file>.gz"""

    def do_GET(self):
        how, name = self.path.strip("/").split("/")
        self.server.requests.append((how, name))
        content = gzip.compress(self.server.files[name.removesuffix(".gz")])
        getattr(self, how)(content)

    def good(self, content, length=None):
        self.send_response(200)
        self.send_header("Content-Length", str(length or len(content)))
        self.end_headers()
        self.wfile.write(content)

    def missing(self, content):
        self.send_error(404)

    def broken(self, content):
        self.send_error(500)

    def wrong(self, content):
        self.good(gzip.compress(b"another file"))

    def portal(self, content):
        self.good(b"<html>Please log in</html>")

    def cut(self, content):
        self.good(content[: len(content) // 2], length=len(content))

    def shortened(self, content):
        self.good(content[: len(content) // 2])

    def flipped(self, content):
        self.good(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])

    def silent(self, content):
        with contextlib.suppress(ConnectionError):
            self.connection.recv(1)  # until the other side gives up

    def hangs_up(self, content):
        self.connection.close()

    def trickles(self, content):
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            for byte in content:
                self.wfile.write(bytes([byte]))
                time.sleep(0.02)

    def endless(self, content):
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            while True:
                self.wfile.write(bytes(1 << 16))

    def log_message(self, *_):
        pass


@pytest.fixture
def server(published, monkeypatch):
    """Mirrors. Those that are too slow soon are; the others may take their time."""
    urlopen = urllib.request.urlopen

    def patiently(request, timeout):
        assert timeout == download.TIMEOUT
        how = request.full_url.split("/")[3]
        monkeypatch.setattr(download, "PATIENCE", 0.2 if how == "trickles" else 60)
        return urlopen(request, timeout=0.2 if how == "silent" else 60)

    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(urllib.request, "urlopen", patiently)
    monkeypatch.setattr(download, "LIMIT", 1_000_000)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirrors) as server:
        server.files, server.requests = published, []
        server.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def same(mnist, published, validation=5):
    def array(name, shape):
        return np.frombuffer(published[name], np.uint8)[-np.prod(shape) :].reshape(shape)

    n = 20 - validation
    images = array("train-images-idx3-ubyte", (20, 2, 3))
    labels = array("train-labels-idx1-ubyte", (20,))
    np.testing.assert_array_equal(mnist.train.images, images[:n])
    np.testing.assert_array_equal(mnist.train.labels, labels[:n])
    np.testing.assert_array_equal(mnist.validation.images, images[n:])
    np.testing.assert_array_equal(mnist.validation.labels, labels[n:])
    np.testing.assert_array_equal(mnist.test.images, array("t10k-images-idx3-ubyte", (5, 2, 3)))
    np.testing.assert_array_equal(mnist.test.labels, array("t10k-labels-idx1-ubyte", (5,)))


def test_mnist_is_downloaded_once(server, published, tmp_path, capsys):
    folder = tmp_path / "not" / "there" / "yet"
    mirrors = [f"{server.url}/good"]
    same(mnist(folder, validation=5, mirrors=mirrors), published)
    assert {path.name for path in folder.iterdir()} == {f"{name}.gz" for name in published}
    assert len(server.requests) == 4
    assert "downloading train-images-idx3-ubyte into" in capsys.readouterr().err
    same(mnist(folder, validation=5, mirrors=mirrors), published)
    assert len(server.requests) == 4
    assert capsys.readouterr().err == ""


BAD = [
    ("missing", "HTTP Error 404"),
    ("broken", "HTTP Error 500"),
    ("wrong", "the content, 12 bytes, has another SHA-256"),
    ("portal", "the content, 26 bytes, has another SHA-256"),
    ("cut", "a damaged .gz file"),
    ("shortened", "a damaged .gz file"),
    ("flipped", "a damaged .gz file"),
    ("silent", "timed out"),
    ("hangs_up", ""),
    ("trickles", "only [0-9]+ bytes in [0-9]+ seconds"),
    ("endless", "more than 1000000 bytes"),
]


@pytest.mark.parametrize(("how", "reason"), BAD)
def test_a_mirror_that_fails_leaves_nothing_and_says_what_to_do(server, tmp_path, how, reason):
    url = f"{server.url}/{how}"
    with pytest.raises(ConnectionError) as caught:
        mnist(tmp_path, mirrors=[url])
    assert not list(tmp_path.iterdir())
    name = "train-images-idx3-ubyte"
    assert re.fullmatch(
        rf"{name} is not in {tmp_path}, and could not be downloaded:\n"
        rf"{url}/{name}\.gz: .*{reason}.*\n"
        r"Try again with a network\. Without one, put .* or set the environment variable "
        r"NNLIB_DATA .*",
        str(caught.value),
    )
    assert server.requests == [(how, f"{name}.gz")] * download.ATTEMPTS


@pytest.mark.parametrize("how", [how for how, _ in BAD])
def test_another_mirror_helps(server, published, tmp_path, how):
    mirrors = [f"{server.url}/{how}", f"{server.url}/good"]
    same(mnist(tmp_path, validation=5, mirrors=mirrors), published)
    assert len(list(tmp_path.iterdir())) == 4


def test_offline(published, tmp_path):
    with socket.socket() as taken:  # a port on which nobody listens
        taken.bind(("127.0.0.1", 0))
        mirror = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ConnectionError, match=r"Connection refused[^\n]*\nTry again with a n"):
            mnist(tmp_path, mirrors=[mirror])
    assert not list(tmp_path.iterdir())


def test_what_has_come_is_kept_for_the_next_try(server, published, tmp_path):
    *first, last = published
    lost = server.files.pop(last)
    with pytest.raises(ConnectionError, match=f"^{last} is not in "):
        mnist(tmp_path, mirrors=[f"{server.url}/good"])
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.gz" for name in first}
    server.files[last] = lost
    server.requests.clear()
    same(mnist(tmp_path, validation=5, mirrors=[f"{server.url}/good"]), published)
    assert server.requests == [("good", f"{last}.gz")]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_an_interrupted_write_leaves_nothing(server, tmp_path, monkeypatch, error):
    def fsync(_):
        raise error

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(type(error) if isinstance(error, OSError) else error):
        mnist(tmp_path, mirrors=[f"{server.url}/good"])
    assert not list(tmp_path.iterdir())


def read_only(tmp_path):
    tmp_path.chmod(0o500)
    return tmp_path


def in_a_file(tmp_path):
    (tmp_path / "file").touch()
    return tmp_path / "file" / "folder"


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(read_only, marks=pytest.mark.skipif(os.geteuid() == 0, reason="root may")),
        in_a_file,
    ],
)
def test_a_folder_that_cannot_be_written(server, tmp_path, place):
    folder = place(tmp_path)
    with pytest.raises(
        OSError, match=r"^the folder for MNIST must be one to write in, but .* NNLIB"
    ):
        mnist(folder, mirrors=[f"{server.url}/good"])
    assert not server.requests


@pytest.mark.parametrize("form", ["", ".gz", "npz", "mixed", "7-Zip", "Kaggle", "Kaggle, dotted"])
def test_mnist_is_read_as_it_is_stored(published, tmp_path, monkeypatch, form):
    monkeypatch.setenv("NNLIB_DATA", str(tmp_path))
    if form == "npz":
        save_npz(tmp_path, published)
    for i, (name, content) in enumerate(published.items()):
        dotted, inside = name.replace("-idx", ".idx"), tmp_path / name
        if form == "7-Zip":
            (tmp_path / dotted).write_bytes(content)
        elif form.startswith("Kaggle"):
            inside.mkdir()
            (inside / (dotted if "dotted" in form else name)).write_bytes(content)
        elif form == ".gz" or (form == "mixed" and i % 2):
            (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content))
        elif form != "npz":
            (tmp_path / name).write_bytes(content)
    for validation in (5, 0, 20):
        same(mnist(validation=validation, mirrors=[]), published, validation)
    with pytest.raises(ValueError, match=r"^validation must be at most 20, not 21"):
        mnist(validation=21, mirrors=[])
    mnist(validation=0, mirrors=[]).train.images[:] = 0  # it can be written to


def save_npz(folder, published, **changes):
    names = "x_train", "y_train", "x_test", "y_test"
    arrays = dict(zip(names, map(data._array, published.values()), strict=True))
    np.savez(folder / "mnist.npz", **(arrays | changes))


def test_a_damaged_file_is_named(published, tmp_path):
    for name, content in published.items():
        (tmp_path / name).write_bytes(content)
    last = tmp_path / name
    for damaged in (b"", content[:-1], content + b"\0", gzip.compress(content)[:-1], b"<html>"):
        last.write_bytes(damaged)
        with pytest.raises(
            ValueError, match=r"must hold MNIST as it was published, but does not"
        ) as e:
            mnist(tmp_path, mirrors=[])
        assert str(e.value).startswith(str(last))
        assert str(e.value).endswith("Delete it, and mnist() will download it.")


def test_a_damaged_archive_is_named(published, tmp_path):
    archive = tmp_path / "mnist.npz"
    match = rf"^{archive} must hold MNIST as it was published, but does not: .*\. Delete it, and"

    def refused():
        with pytest.raises(ValueError, match=match):
            mnist(tmp_path, mirrors=[])

    save_npz(tmp_path, published)
    whole = archive.read_bytes()
    for damaged in (b"", b"<html>", whole[: len(whole) // 2], whole[:200] + b"x" + whole[201:]):
        archive.write_bytes(damaged)
        refused()
    with archive.open("wb") as file:
        np.save(file, np.ones(3))
    refused()
    for y in (np.zeros(20, np.uint8), np.zeros(20, np.int64), np.array([None]), np.array(1.0)):
        save_npz(tmp_path, published, y_train=y)
        refused()
    np.savez(archive, x_train=np.ones(3))
    refused()


def test_where_mnist_is_kept(published, tmp_path, monkeypatch):
    monkeypatch.delenv("NNLIB_DATA", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    folder = tmp_path / ".cache" / "nnlib"
    with pytest.raises(ConnectionError, match=f" is not in {folder}, and"):
        mnist(mirrors=[])
    monkeypatch.setenv("NNLIB_DATA", str(tmp_path / "data"))
    with pytest.raises(ConnectionError, match=f" is not in {tmp_path / 'data'}, and"):
        mnist(mirrors=[])
    monkeypatch.setenv("NNLIB_DATA", "~/data")
    with pytest.raises(ConnectionError, match=f" is not in {tmp_path / 'data'}, and"):
        mnist(mirrors=[])
    with pytest.raises(ConnectionError, match=f" is not in {tmp_path / 'other'}, and"):
        mnist("~/other", mirrors=[])
    with pytest.raises(ConnectionError, match=f" is not in {tmp_path / 'other'}, and"):
        mnist(tmp_path / "other", mirrors=[])


@pytest.mark.skipif("NNLIB_DATA" not in os.environ, reason="NNLIB_DATA says where MNIST is")
def test_the_real_mnist():
    train, validation, test = mnist()
    assert [len(part.images) for part in (train, validation, test)] == [50_000, 10_000, 10_000]
    assert train.images.shape[1:] == (28, 28)
    assert list(train.labels[:5]) == [5, 0, 4, 1, 9]
    assert list(test.labels[:5]) == [7, 2, 1, 0, 4]


def test_bad_arguments_are_named():
    for draw in (moons, rings, spirals, blobs, curve):
        for n, error in ((0, ValueError), (-1, ValueError), (2.5, TypeError), (None, TypeError)):
            with pytest.raises(error, match=r"^n must be "):
                draw(n, rng())
        for bad in (0, None, np.random):
            with pytest.raises(TypeError, match=r"^rng must be of type Generator"):
                draw(3, bad)
    for draw in (moons, rings, spirals, curve):
        for bad in (-0.1, np.nan, np.inf):
            with pytest.raises(ValueError, match=r"^noise must be a finite number from 0 on, not"):
                draw(3, rng(), noise=bad)
    for draw in (rings, spirals):
        with pytest.raises(ValueError, match=r"^classes must be at least 1, not 0"):
            draw(3, rng(), classes=0)
    with pytest.raises(TypeError, match=r"^turns must be real numbers"):
        spirals(3, rng(), turns="a")
    with pytest.raises(ValueError, match=r"^spread must be a finite number from 0 on, not -1"):
        blobs(3, rng(), spread=-1)
    with pytest.raises(ValueError, match=r"^centers must be at least 1, not 0"):
        blobs(3, rng(), centers=0)
    for bad in ([1, 2], 2.0, np.ones((0, 2))):
        with pytest.raises(ValueError, match=r"^centers must have shape \(K, D\), but has shape"):
            blobs(3, rng(), centers=bad)
    for bad in ((1, 1), (2, 1), (np.nan, 1), (0, np.inf)):
        with pytest.raises(
            ValueError, match=r"^xlim must be two finite numbers, the smaller first"
        ):
            curve(3, rng(), xlim=bad)
    with pytest.raises(ValueError, match=r"^xlim must have shape \(2,\), but has shape \(3,\)"):
        curve(3, rng(), xlim=(1, 2, 3))
    with pytest.raises(ValueError, match=r"^f\(x\) must have shape \(3, 1\), but has shape \(\)"):
        curve(3, rng(), np.sum)

    X, y = xor()
    for bad in (y[:3], np.array(1)):
        with pytest.raises(ValueError, match=r"^y must have as many rows as X, \(4, 2\), but has"):
            split(X, bad, 1, rng())
    with pytest.raises(TypeError, match=r"^X must be of type ndarray"):
        split([1, 2], y, 1, rng())
    for bad in (4, 5):
        with pytest.raises(ValueError, match=r"^held_out must be less than the 4 samples, not"):
            split(X, y, bad, rng())
    with pytest.raises(ValueError, match=r"^held_out must be at least 1, not 0"):
        split(X, y, 0, rng())
    with pytest.raises(TypeError, match=r"^rng must be of type Generator"):
        split(X, y, 1, 0)

    with pytest.raises(ValueError, match=r"^images must be numbers of shape \(N, H, W\), but are"):
        rows(np.ones((2, 3)), 16)
    with pytest.raises(TypeError, match=r"^images must be of type ndarray"):
        rows([[[1]]], 16)
    with pytest.raises(ValueError, match=r"^scale must be greater than 0, not 0"):
        rows(np.ones((1, 2, 3)), 0)

    with pytest.raises(ValueError, match=r"^validation must be at least 0, not -1"):
        mnist(validation=-1)
    for bad in (5, 0, []):
        with pytest.raises(TypeError, match=r"^folder must be a path, not "):
            mnist(bad)
    for bad in ("https://example.org", None):
        with pytest.raises(TypeError, match=r"^mirrors must be a list of addresses, not "):
            mnist(mirrors=bad)
