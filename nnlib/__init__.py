"""Neural networks in NumPy, written to be read beside the book: the code line is the equation.

Mathematics has one sample in a column, code has samples in rows: `Z = A @ W.T + b`.

>>> import numpy as np
>>> from nnlib import Neuron, step
>>> nand = Neuron(w=[-2, -2], b=3, f=step)
>>> nand(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]))
array([1., 1., 1., 0.])

Figures are drawn by `nnlib.plots`, which is imported on its own: matplotlib takes a second to load.
"""

from nnlib.activations import Activation, identity, logistic, relu, step, tanh
from nnlib.layers import Linear
from nnlib.neuron import Neuron
from nnlib.numdiff import central_difference

__version__ = "0.1.0"

__all__ = [
    "Activation",
    "Linear",
    "Neuron",
    "central_difference",
    "identity",
    "logistic",
    "relu",
    "step",
    "tanh",
]
