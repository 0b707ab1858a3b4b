"""Environments that only these tests need, and that `make test-live` sets up."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect, sync_playwright

InLab = Callable[[list[nbformat.NotebookNode]], AbstractContextManager[Page]]

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


@pytest.fixture(scope="session")
def in_lab(jupyter_lab: str, jupyter_path: str, tmp_path_factory: pytest.TempPathFactory) -> InLab:
    """`with in_lab(cells) as page:` shows a notebook of these cells in JupyterLab."""

    @contextmanager
    def in_lab(cells: list[nbformat.NotebookNode]) -> Iterator[Page]:
        folder = tmp_path_factory.mktemp("notebooks")
        notebook = nbformat.v4.new_notebook(cells=cells)
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(notebook, folder / "notebook.ipynb")
        options = ["--no-browser", "--allow-root", "--ServerApp.port=0", f"--notebook-dir={folder}"]
        own = {"JUPYTER_PATH": jupyter_path, "JUPYTER_CONFIG_DIR": str(folder)}
        with subprocess.Popen(
            [jupyter_lab, *options], env={**os.environ, **own}, stderr=subprocess.PIPE, text=True
        ) as server:
            try:
                with opened(address_of_notebook(server)) as page:
                    yield page
            finally:
                server.terminate()

    return in_lab


def address_of_notebook(server: subprocess.Popen[str]) -> str:
    for line in server.stderr or ():
        if found := re.search(r"(http://127\.0\.0\.1:\d+/)lab\S*(\?token=\w+)", line):
            return f"{found[1]}doc/tree/notebook.ipynb{found[2]}"
    pytest.fail("JupyterLab did not start")


@contextmanager
def opened(address: str) -> Iterator[Page]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        page = browser.new_page()
        page.set_default_timeout(60_000)
        expect.set_options(timeout=60_000)
        page.goto(address)
        yield page
        browser.close()
