"""Weights on disk: a NumPy archive (.npz) of `state_dict()`, without pickle."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import numpy as np

from nnlib.checks import instance
from nnlib.layer import Layer


def save_weights(net: Layer, path: str | os.PathLike[str]) -> None:
    """Write the parameters and buffers of `net` into a file.

    It is the whole file, or on failure none at all.
    Raises OSError where the file cannot be written.
    """
    instance("net", net, Layer, "nnlib.Linear(2, 3, rng)")
    content, state = io.BytesIO(), dict[str, Any](net.state_dict())
    np.savez(content, **state)

    from nnlib.download import write  # here, because it loads what the network needs

    write(Path(path).expanduser(), content.getvalue())


def load_weights(net: Layer, path: str | os.PathLike[str]) -> None:
    """Read into `net` what `save_weights` wrote of such a network.

    Raises ValueError for a file that is damaged, of another kind or of another
    network, and then leaves the network as it was.
    """
    instance("net", net, Layer, "nnlib.Linear(2, 3, rng)")
    content = io.BytesIO(Path(path).expanduser().read_bytes())
    try:
        with np.load(content, allow_pickle=False) as file:
            saved = {name: file[name] for name in file.files}
    except Exception as error:  # damage shows in a dozen ways
        raise ValueError(f"{path} must be a whole file of save_weights, but: {error}") from None
    try:
        net.load_state_dict(saved)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path} must hold this network: {error}") from None
