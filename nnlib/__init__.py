"""Neural networks in NumPy, written to be read beside the book: the code line is the equation.

Mathematics has one sample in a column, code has samples in rows: `Z = A @ W.T + b`.

>>> import numpy as np
>>> from nnlib import Neuron, step
>>> nand = Neuron(w=[-2, -2], b=3, f=step)
>>> nand(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]))
array([1., 1., 1., 0.])

Imported on their own are `nnlib.data`, the ways to differentiate (`nnlib.autodiff`, `nnlib.dual`,
`nnlib.symbolic`) and the figures of `nnlib.plots` and `nnlib.diagrams`: matplotlib takes a second
to load. The examples that stand with the names take `import numpy as np` and `from nnlib import *`
for granted.
"""

from nnlib.activations import (
    Activation,
    elu,
    gelu,
    gelu_tanh,
    hard_logistic,
    hard_tanh,
    identity,
    leaky_relu,
    log_softmax,
    logistic,
    relu,
    softmax,
    softplus,
    step,
    swish,
    tanh,
)
from nnlib.backprop import LayerRecord, backprop
from nnlib.convolution import Conv2d, MaxPool2d, conv2d
from nnlib.initializers import constant, he, normal, scaled_normal, xavier, zeros
from nnlib.layer import Layer
from nnlib.layers import (
    Activate,
    Dropout,
    Flatten,
    Linear,
    Maxout,
    PReLU,
    Residual,
    Sequential,
)
from nnlib.losses import (
    Loss,
    absolute_error,
    add_l2_gradient,
    binary_cross_entropy,
    hinge,
    kl_divergence,
    l2_penalty,
    quantile,
    softmax_cross_entropy,
    squared_error,
)
from nnlib.metrics import (
    accuracy,
    auc,
    confusion_matrix,
    f1,
    mean_squared_error,
    precision,
    recall,
    root_mean_squared_error,
    top_k_accuracy,
)
from nnlib.neuron import Neuron
from nnlib.normalization import BatchNorm
from nnlib.numdiff import central_difference, forward_difference, gradcheck, jacobian
from nnlib.optimizers import (
    SGD,
    Adam,
    Momentum,
    Nesterov,
    Optimizer,
    RMSprop,
    clip_grad_norm,
    clip_grad_value,
)
from nnlib.proof import prove
from nnlib.schedules import (
    CosineAnnealingLR,
    LambdaLR,
    LinearLR,
    LRScheduler,
    SequentialLR,
    StepLR,
)
from nnlib.training import History, fit, predict
from nnlib.weights import load_weights, save_weights

__version__ = "0.1.0"

__all__ = [
    "SGD",
    "Activate",
    "Activation",
    "Adam",
    "BatchNorm",
    "Conv2d",
    "CosineAnnealingLR",
    "Dropout",
    "Flatten",
    "History",
    "LRScheduler",
    "LambdaLR",
    "Layer",
    "LayerRecord",
    "Linear",
    "LinearLR",
    "Loss",
    "MaxPool2d",
    "Maxout",
    "Momentum",
    "Nesterov",
    "Neuron",
    "Optimizer",
    "PReLU",
    "RMSprop",
    "Residual",
    "Sequential",
    "SequentialLR",
    "StepLR",
    "absolute_error",
    "accuracy",
    "add_l2_gradient",
    "auc",
    "backprop",
    "binary_cross_entropy",
    "central_difference",
    "clip_grad_norm",
    "clip_grad_value",
    "confusion_matrix",
    "constant",
    "conv2d",
    "elu",
    "f1",
    "fit",
    "forward_difference",
    "gelu",
    "gelu_tanh",
    "gradcheck",
    "hard_logistic",
    "hard_tanh",
    "he",
    "hinge",
    "identity",
    "jacobian",
    "kl_divergence",
    "l2_penalty",
    "leaky_relu",
    "load_weights",
    "log_softmax",
    "logistic",
    "mean_squared_error",
    "normal",
    "precision",
    "predict",
    "prove",
    "quantile",
    "recall",
    "relu",
    "root_mean_squared_error",
    "save_weights",
    "scaled_normal",
    "softmax",
    "softmax_cross_entropy",
    "softplus",
    "squared_error",
    "step",
    "swish",
    "tanh",
    "top_k_accuracy",
    "xavier",
    "zeros",
]
