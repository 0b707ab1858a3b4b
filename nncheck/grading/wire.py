"""What passes between the grader's process and the learner's: data (JSON), never code."""

from typing import Any

import numpy as np

from nncheck.answers import Unknown

MEGABYTE = 1 << 20


def encoded(value: Any) -> Any:
    """Numbers, arrays, texts and tuples as JSON has them; a float keeps its last digit."""
    if isinstance(value, np.ndarray | np.generic):
        return {"array": value.tolist(), "dtype": value.dtype.name, "shape": value.shape}
    if isinstance(value, Unknown):
        return {"unknown": str(value)}
    if isinstance(value, list | tuple):
        return {"tuple": [encoded(each) for each in value]}
    return value


def decoded(value: Any) -> Any:
    """What `encoded` wrote; ValueError or TypeError for anything else."""
    match value:
        case {"array": numbers, "dtype": str(name), "shape": list(shape)}:
            if np.dtype(name).kind not in "biuf":
                raise ValueError(name)
            return np.array(numbers, np.dtype(name)).reshape(shape)
        case {"unknown": str(name)}:
            return Unknown(name)
        case {"tuple": list(values)}:
            return tuple(map(decoded, values))
        case str() | int() | float() | None:
            return value
    raise ValueError(value)
