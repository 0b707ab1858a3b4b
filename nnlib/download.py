"""Files from the network: whole and unchanged, or not at all."""

from __future__ import annotations

import http.client
import os
import shutil
import time
import urllib.request
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

ATTEMPTS = 2  # at each address
TIMEOUT = 20.0  # seconds in which nothing comes
PATIENCE, SLOWEST = 30.0, 10_000.0  # seconds, and the bytes a second that are expected after them
LIMIT = 100_000_000  # bytes: more than any file here has


def fetch(urls: Sequence[str], path: Path, check: Callable[[bytes], object]) -> None:
    """Save at `path` what the first of the addresses sends that `check` accepts.

    Nothing is written before it has come and been checked as a whole. Raises ConnectionError that
    says what was wrong at each address; `check` refuses with a ValueError.
    """
    reasons = {}
    for url in [*urls] * ATTEMPTS:
        try:
            content = _received(url)
            check(content)
        except (OSError, ValueError, http.client.HTTPException) as error:
            reasons[url] = f"{url}: {error or type(error).__name__}"
        else:
            write(path, content)
            return
    raise ConnectionError("\n".join(reasons.values()))


def write(path: Path, content: bytes) -> None:
    """Write a file that is there as a whole or, after an error or Ctrl-C, not at all.

    Where the path is a link, the file it leads to; one that was there keeps its permissions.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        raise OSError(f"{path} must be a file, or not be there")
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _received(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"User-Agent": "nnlib"})
    start, content = time.monotonic(), bytearray()
    with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
        while some := response.read1(1 << 16):
            content += some
            seconds = time.monotonic() - start
            if seconds > PATIENCE and len(content) < SLOWEST * seconds:
                raise TimeoutError(f"only {len(content)} bytes in {seconds:.0f} seconds")
            if len(content) > LIMIT:
                raise ValueError(f"more than {LIMIT} bytes")
    return bytes(content)
