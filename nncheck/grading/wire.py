"""What passes between the grader's process and the learner's: data (JSON), never code."""

import base64
import json
from typing import Any

import numpy as np

from nncheck.answers import Unknown

MEGABYTE = 1 << 20
LONGEST = 4 * MEGABYTE  # of one reply, a hundred times the longest that the book asks for
LONGEST_TEXT = 10_000  # characters
MOST = 200_000  # brackets and commas in one reply: an array of any size has a few


def encoded(value: Any) -> Any:
    """Numbers, arrays, texts, tuples and dictionaries as JSON has them; an array keeps each bit.

    TypeError for anything else.
    """
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "biuf":
        array = np.asarray(value, order="C")
        content = base64.b64encode(array.tobytes()).decode()
        return {"array": content, "dtype": array.dtype.str, "shape": array.shape}
    if isinstance(value, Unknown):
        return {"unknown": str(value)}
    if isinstance(value, list | tuple):
        return {"tuple": [encoded(each) for each in value]}
    if isinstance(value, dict):
        return {"keys": [*map(str, value)], "values": [encoded(each) for each in value.values()]}
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{type(value).__name__} is no data")


def decoded(value: Any) -> Any:
    """What `encoded` wrote; ValueError or TypeError for anything else."""
    match value:
        case {"array": str(content), "dtype": str(name), "shape": list(shape)}:
            if np.dtype(name).kind not in "biuf":
                raise ValueError(name)
            numbers = np.frombuffer(base64.b64decode(content), np.dtype(name))
            return numbers.reshape(shape).copy()
        case {"unknown": str(name)}:
            return Unknown(name)
        case {"tuple": list(values)}:
            return tuple(map(decoded, values))
        case {"keys": list(keys), "values": list(values)}:
            return dict(zip(map(str, keys), map(decoded, values), strict=True))
        case str() if len(value) > LONGEST_TEXT:
            raise ValueError("too long")
        case str() | int() | float() | None:
            return value
    raise ValueError(value)


def line_of(content: Any) -> bytes:
    """A request or a reply, as it is sent."""
    return json.dumps(content).encode() + b"\n"


def content_of(line: bytes) -> Any:
    """A reply, as it came; ValueError for what is none, or out of all proportion."""
    if sum(line.count(sign) for sign in (b"[", b"{", b",")) > MOST:
        raise ValueError("too many values")
    try:
        return json.loads(line)
    except RecursionError as error:
        raise ValueError("too deep") from error
