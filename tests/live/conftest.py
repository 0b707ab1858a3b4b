"""Environments that only these tests need, and that `make test-live` sets up."""

import json
import os
import sys
from pathlib import Path

import pytest

ENVIRONMENTS = Path(__file__).parents[2] / "_build" / "live"


def program(environment: str, name: str) -> str:
    path = Path(os.environ.get("LIVE_ENVIRONMENTS", ENVIRONMENTS), environment, "bin", name)
    if not path.exists():
        pytest.fail(f"{path} is missing: run make test-live.", pytrace=False)
    return str(path)


@pytest.fixture(scope="session")
def jupyter_lab() -> str:
    return program("lab", "jupyter-lab")


@pytest.fixture(scope="session")
def colab_python() -> str:
    return program("colab", "python")


@pytest.fixture(scope="session")
def jupyter_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where JupyterLab finds this environment's kernel and the front end of its widgets."""
    folder = tmp_path_factory.mktemp("jupyter")
    kernel = folder / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel.write_text(json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"}))
    return os.pathsep.join([str(folder), str(Path(sys.prefix, "share", "jupyter"))])
