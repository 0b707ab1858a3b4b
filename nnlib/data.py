"""Data: points of the plane, curves, handwritten digits, and results of training on them.

Whatever is random is drawn from the Generator that is given. Points X are (N, 2), one in a row;
their classes y are integers (N,), dealt in turn (0, 1, 0, 1, ...), so that all are about as many.
Images are the published bytes, (N, height, width); `rows` makes the input of a network of them.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import math
import os
import struct
import sys
import tempfile
import zlib
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from nnlib.checks import FloatArray, count, floats, generator, instance, interval, number, positive
from nnlib.download import LIMIT, fetch

Labels = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Points = tuple[FloatArray, Labels]


def xor() -> Points:
    """Exclusive or: the four points X (4, 2) of 0 and 1, with y = 1 where one of the two is 1."""
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return X, np.array([0, 1, 1, 0])


def moons(n: int, rng: np.random.Generator, *, noise: float = 0.1) -> Points:
    """Two half circles of radius 1, each with an end inside the other.

    >>> X, y = moons(4, np.random.default_rng(0))
    >>> X.shape
    (4, 2)
    >>> y
    array([0, 1, 0, 1])
    """
    y = _dealt(n, 2, rng)
    upper = _polar(1, rng.uniform(0, np.pi, n))
    X = np.where(y[:, np.newaxis] == 0, upper, [1, 0.5] - upper)
    return _noisy(X, noise, rng), y


def rings(n: int, rng: np.random.Generator, *, classes: int = 2, noise: float = 0.1) -> Points:
    """Circles around the origin: class k has the radius k + 1."""
    y = _dealt(n, classes, rng)
    return _noisy(_polar(y + 1, rng.uniform(0, 2 * np.pi, n)), noise, rng), y


def spirals(
    n: int,
    rng: np.random.Generator,
    *,
    classes: int = 2,
    turns: float = 1,
    noise: float = 0.02,
) -> Points:
    """Arms that wind out of the origin, so many `turns` until they end at the radius 1."""
    y = _dealt(n, classes, rng)
    r = np.sqrt(rng.uniform(0, 1, n))  # as dense at the outer end as at the inner
    X = _polar(r, 2 * np.pi * (number("turns", turns) * r + y / classes))
    return _noisy(X, noise, rng), y


def blobs(
    n: int,
    rng: np.random.Generator,
    *,
    centers: int | npt.ArrayLike = 3,
    spread: float = 0.3,
) -> Points:
    """Round normal clouds around centers (K, D), of standard deviation `spread`; X is (N, D).

    A number K of centers stands for K points on the unit circle.
    """
    if isinstance(centers, int | np.integer):
        angle = np.arange(count("centers", cast(int, centers))) / centers
        centers = _polar(1, 2 * np.pi * angle)
    centers = floats("centers", centers, ("K", "D"))
    y = _dealt(n, len(centers), rng)
    return _noisy(centers[y], spread, rng, "spread"), y


def curve(
    n: int,
    rng: np.random.Generator,
    f: Callable[[FloatArray], npt.ArrayLike] = np.sin,
    *,
    xlim: tuple[float, float] = (-np.pi, np.pi),
    noise: float = 0.1,
) -> tuple[FloatArray, FloatArray]:
    """Points of the curve y = f(x) with noise on y: X (N, 1), ascending between xlim, and Y (N, 1).

    f takes and returns an array of that shape.
    """
    count("n", n)
    generator("rng", rng)
    X = np.sort(rng.uniform(*interval("xlim", xlim), (n, 1)), axis=0)
    return X, _noisy(floats("f(x)", f(X), X.shape), noise, rng)


Pair = tuple[npt.NDArray[Any], npt.NDArray[Any]]


def split(
    X: npt.NDArray[Any], y: npt.NDArray[Any], held_out: int, rng: np.random.Generator
) -> tuple[Pair, Pair]:
    """(X, y) of all samples but `held_out` of them, and (X, y) of these, which
    are drawn by lot.

    >>> X, y = xor()
    >>> rng = np.random.default_rng(0)
    >>> (X_train, y_train), (X_test, y_test) = split(X, y, 1, rng)
    >>> len(X_train), len(X_test)
    (3, 1)
    """
    instance("X", X, np.ndarray, "an array with a sample in each row")
    instance("y", y, np.ndarray, "an array with a target in each row")
    generator("rng", rng)
    if X.ndim == 0 or y.shape[:1] != (len(X),):
        raise ValueError(f"y must have as many rows as X, {X.shape}, but has shape {y.shape}")
    if count("held_out", held_out) >= len(X):
        raise ValueError(f"held_out must be less than the {len(X)} samples, not {held_out}")
    order = rng.permutation(len(X))
    kept, out = order[held_out:], order[:held_out]
    return (X[kept], y[kept]), (X[out], y[out])


def _dealt(n: int, classes: int, rng: np.random.Generator) -> Labels:
    """Classes 0, 1, ..., 0, 1, ... of n samples."""
    generator("rng", rng)
    return np.arange(count("n", n)) % count("classes", classes)


def _polar(r: npt.ArrayLike, angle: FloatArray) -> FloatArray:
    """Points (N, 2) from N polar coordinates."""
    return np.stack([r * np.cos(angle), r * np.sin(angle)], axis=1)


def _noisy(
    X: FloatArray, noise: float, rng: np.random.Generator, name: str = "noise"
) -> FloatArray:
    if not 0 <= number(name, noise) < np.inf:
        raise ValueError(f"{name} must be a finite number from 0 on, not {noise}")
    return X + rng.normal(0, noise, X.shape)


class Images(NamedTuple):
    """Images (N, height, width) of bytes, 0 for paper, and what each shows: labels (N,)."""

    images: Bytes
    labels: Labels


def rows(images: Bytes, scale: float) -> npt.NDArray[np.float32]:
    """X (N, height · width) in float32: the pixels of each image in a row,
    divided by `scale`.

    The pixels of `digits` go up to 16, those of `mnist` up to 255. Nielsen's
    networks were trained on MNIST / 256.

    >>> rows(digits().images, 16).shape
    (1797, 64)
    """
    instance("images", images, np.ndarray, "digits().images")
    if images.dtype.kind not in "buif" or images.ndim != 3:
        came = f"{images.dtype} of shape {images.shape}"
        raise ValueError(f"images must be numbers of shape (N, H, W), but are {came}")
    X = images.reshape(len(images), math.prod(images.shape[1:])).astype(np.float32)
    X /= positive("scale", scale)
    return X


def digits() -> Images:
    """1,797 handwritten digits, 8 x 8 images of 0 to 16, which come with the package.

    13 people wrote them: in parts drawn by lot, the same hands are in the one and in the other.
    Source: Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine
    Learning Repository, https://doi.org/10.24432/C50P49, CC BY 4.0; the test set, as bytes.
    """
    with resources.files("nnlib").joinpath("digits.npz").open("rb") as file:
        archive = np.load(file, allow_pickle=False)
        return Images(archive["images"], archive["labels"].astype(np.int64))


class MNIST(NamedTuple):
    """The three parts, each with its images and labels."""

    train: Images
    validation: Images
    test: Images


# The published files, by the SHA-256 of what is in them.
MNIST_FILES = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist",
    "https://storage.googleapis.com/cvdf-datasets/mnist",
    "https://raw.githubusercontent.com/fgnt/mnist/master",
)


def mnist(
    folder: str | os.PathLike[str] | None = None,
    *,
    validation: int = 10_000,
    mirrors: Sequence[str] = MIRRORS,
) -> MNIST:
    """70,000 handwritten digits, 28 x 28 images of 0 to 255: 50,000, 10,000 and 10,000 to test.

    The validation part is the end of the published training set, as in Nielsen's book, and may have
    another length; with 0 the training part has all 60,000.

    They are read from `folder`, or that of the environment variable NNLIB_DATA, or ~/.cache/nnlib:
    the four original files, with or without .gz, also as 7-Zip and Kaggle leave them (a dot before
    idx, a folder of its own for each), or Keras's mnist.npz. What is not there is downloaded once,
    11 MB in all, and kept there. In any case the content is checked to be the published one.
    Raises ValueError if it is not, OSError if it cannot be had or kept, and says what to do.
    Source: LeCun, Cortes and Burges (1998), The MNIST database of handwritten digits.
    """
    count("validation", validation, at_least=0)
    if isinstance(mirrors, str) or not isinstance(mirrors, Sequence):
        raise TypeError(f"mirrors must be a list of addresses, not {mirrors!r}")
    if folder is None:
        folder = os.environ.get("NNLIB_DATA") or Path.home() / ".cache" / "nnlib"
    try:
        place = Path(folder).expanduser()
    except TypeError:
        raise TypeError(f"folder must be a path, not {folder!r}") from None
    paths = {name: _stored(place, name) for name in MNIST_FILES}
    archive = place / "mnist.npz"
    if None in paths.values() and archive.is_file():
        contents = _from_archive(archive)
    else:
        contents = [
            _from_file(path or _downloaded(place, name, mirrors), name)
            for name, path in paths.items()
        ]
    images, labels, test_images, test_labels = map(_array, contents)
    if validation > len(images):
        raise ValueError(f"validation must be at most {len(images)}, not {validation}")
    n = len(images) - validation
    return MNIST(
        train=Images(images[:n], labels[:n].astype(np.int64)),
        validation=Images(images[n:], labels[n:].astype(np.int64)),
        test=Images(test_images, test_labels.astype(np.int64)),
    )


def _stored(folder: Path, name: str) -> Path | None:
    dotted = name.replace("-idx", ".idx")  # the name that is written in the .gz, as 7-Zip keeps it
    names = name, f"{name}.gz", dotted, f"{dotted}.gz"
    places = [folder / inside / each for inside in ("", name, dotted) for each in names]
    return next((path for path in places if path.is_file()), None)


def _downloaded(folder: Path, name: str, mirrors: Sequence[str]) -> Path:
    path = folder / f"{name}.gz"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):  # before the download, not after it
            pass
    except OSError as error:
        raise OSError(
            f"the folder for MNIST must be one to write in, but {folder} is not: {error}. "
            "Set the environment variable NNLIB_DATA to another."
        ) from None
    print(f"downloading {name} into {folder}", file=sys.stderr)
    try:
        urls = [f"{mirror}/{path.name}" for mirror in mirrors]
        fetch(urls, path, lambda packed: _published(packed, name))
    except ConnectionError as error:
        raise ConnectionError(
            f"{name} is not in {folder}, and could not be downloaded:\n{error}\n"
            "Try again with a network. Without one, put the four files of MNIST there, or Keras's "
            "mnist.npz, or set the environment variable NNLIB_DATA to a folder that has them. "
            "nnlib.data.digits() needs no network."
        ) from None
    return path


def _from_file(path: Path, name: str) -> bytes:
    try:
        return _published(path.read_bytes(), name)
    except ValueError as error:
        raise _damaged(path, error) from None


def _from_archive(path: Path) -> list[bytes]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = [archive[name] for name in ("x_train", "y_train", "x_test", "y_test")]
        headers = [struct.pack(f">HBB{a.ndim}I", 0, 8, a.ndim, *a.shape) for a in arrays]
        packed = [header + a.tobytes() for header, a in zip(headers, arrays, strict=True)]
        return [_published(each, name) for each, name in zip(packed, MNIST_FILES, strict=True)]
    except Exception as error:  # whatever is wrong with a foreign file
        raise _damaged(path, error) from None


def _damaged(path: Path, error: Exception) -> ValueError:
    return ValueError(
        f"{path} must hold MNIST as it was published, but does not: {error}. "
        "Delete it, and mnist() will download it."
    )


def _published(packed: bytes, name: str) -> bytes:
    """The content of the published file of that name, from the file itself or its .gz."""
    try:
        if packed.startswith(b"\x1f\x8b"):
            with gzip.open(io.BytesIO(packed)) as file:
                packed = file.read(LIMIT)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"a damaged .gz file, {error}") from None
    if hashlib.sha256(packed).hexdigest() != MNIST_FILES[name]:
        raise ValueError(f"the content, {len(packed)} bytes, has another SHA-256")
    return packed


def _array(content: bytes) -> Bytes:
    """The array in an IDX file of bytes: 0, 0, 8, the number of axes, their lengths, the values."""
    axes = content[3]
    shape = struct.unpack_from(f">{axes}I", content, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape).copy()
