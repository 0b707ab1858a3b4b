"""A process cut off: no network, one empty folder to write to, some files hidden."""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

UNSHARE = (
    "unshare --user --map-root-user --net --ipc --pid --mount --fork --kill-child --mount-proc"
)
SETUP = """
cut -d' ' -f2 /proc/self/mounts | while read -r point; do
  mount -o remount,bind,ro "$point" 2>/dev/null
done
while [ "$1" != -- ]; do
  if [ -d "$1" ]; then mount -t tmpfs tmpfs "$1"; else mount --bind /dev/null "$1"; fi || exit 1
  shift
done
mount -t tmpfs -o size=64m tmpfs "$PWD" && cd "$PWD" && [ ! -w /etc ] && shift && exec "$@"
"""


def isolation(hidden: Sequence[Path]) -> list[str]:
    """How to start a process that is cut off; [] if this system does not let us."""
    files = [str(path.resolve()) for path in hidden if path.exists()]
    command = [*UNSHARE.split(), "sh", "-c", SETUP, "sh", *files, "--"]
    with tempfile.TemporaryDirectory() as folder:
        try:
            tried = subprocess.run([*command, "true"], cwd=folder, capture_output=True, timeout=20)
        except (OSError, subprocess.TimeoutExpired):
            return []
    return command if tried.returncode == 0 else []


def environment(folder: str) -> dict[str, str]:
    own = {"HOME": folder, "TMPDIR": folder, "MPLBACKEND": "agg", "MPLCONFIGDIR": folder}
    fixed = {"OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"} | own | fixed
