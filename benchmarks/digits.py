"""A whole process, as speed.py times it: `python benchmarks/digits.py nnlib`, `torch` or `jax`.

From the start of Python to the share of the bundled digits that a [64, 32, 10] network gets right
after ten epochs, which is printed.
"""

import os
import sys
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # before NumPy is loaded

import numpy as np

LR, BATCH, EPOCHS, TRAINING = 0.1, 32, 10, 1440  # whole mini-batches: JAX would compile twice


def data() -> tuple[np.ndarray, np.ndarray]:
    """Images (N, 64) from 0 to 1, and labels."""
    with np.load(Path(__file__).parents[1] / "nnlib" / "digits.npz") as file:
        return file["images"].reshape(-1, 64).astype(np.float32) / 16, file["labels"].astype(int)


def by_nnlib(X: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> float:
    import nnlib

    net = nnlib.Sequential(nnlib.Linear(64, 32, rng), nnlib.relu, nnlib.Linear(32, 10, rng))
    net = net.astype(np.float32)
    loss, optimizer = nnlib.softmax_cross_entropy, nnlib.SGD(net, LR)
    options = {"epochs": EPOCHS, "batch_size": BATCH, "training_cost": False, "progress": False}
    nnlib.fit(net, X[:TRAINING], y[:TRAINING], loss, optimizer, rng=rng, **options)
    return nnlib.accuracy(nnlib.predict(net, X[TRAINING:]), y[TRAINING:])


def by_torch(X: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> float:
    import torch

    torch.set_num_threads(1)
    net = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))
    optimizer = torch.optim.SGD(net.parameters(), LR)
    X_t, y_t = torch.tensor(X), torch.tensor(y)
    for _ in range(EPOCHS):
        for chosen in torch.tensor(rng.permutation(TRAINING)).split(BATCH):  # type: ignore[no-untyped-call]
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(net(X_t[chosen]), y_t[chosen]).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    with torch.no_grad():
        return float((net(X_t[TRAINING:]).argmax(dim=1) == y_t[TRAINING:]).float().mean())


def by_jax(X: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> float:
    import jax
    from jax import numpy as jnp

    theta = [
        (jnp.array(rng.normal(0, m**-0.5, (k, m)), jnp.float32), jnp.zeros(k))
        for m, k in ((64, 32), (32, 10))
    ]

    def output(theta, X):  # type: ignore[no-untyped-def]
        (W1, b1), (W2, b2) = theta
        return jax.nn.relu(X @ W1.T + b1) @ W2.T + b2

    def cost(theta, X, Y):  # type: ignore[no-untyped-def]
        return -(Y * jax.nn.log_softmax(output(theta, X))).sum() / len(X)

    def step(theta, chosen):  # type: ignore[no-untyped-def]
        gradient = jax.grad(cost)(theta, X_j[chosen], Y_j[chosen])
        return jax.tree.map(lambda parameter, each: parameter - LR * each, theta, gradient), None

    X_j, Y_j = jnp.array(X), jnp.array(np.eye(10, dtype=np.float32)[y])
    epoch = jax.jit(lambda theta, order: jax.lax.scan(step, theta, order)[0])
    for _ in range(EPOCHS):
        theta = epoch(theta, rng.permutation(TRAINING).reshape(-1, BATCH))
    return float(np.mean(np.array(output(theta, X[TRAINING:])).argmax(axis=1) == y[TRAINING:]))


if __name__ == "__main__":
    train = {"nnlib": by_nnlib, "torch": by_torch, "jax": by_jax}[sys.argv[1]]
    print(f"{train(*data(), np.random.default_rng(0)):.3f}")
