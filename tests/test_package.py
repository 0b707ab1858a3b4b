"""What `pip install` takes: the two packages, whole and alone."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_string
from pathlib import Path
from textwrap import dedent

import pytest

import nnlib

ROOT = Path(__file__).parents[1]
PACKAGES = "nnlib", "nncheck"
BUILD = """
import sys
from setuptools import build_meta
folder = sys.argv[1]  # setuptools changes it
build_meta.build_sdist(folder)
build_meta.build_wheel(folder)
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with wheel and sdist, built from a copy: setuptools writes beside the source."""
    copy, dist = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("dist")
    for name in (*PACKAGES, "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "MANIFEST.in"):
        shutil.copy(ROOT / name, copy)
    subprocess.run([sys.executable, "-c", BUILD, dist], cwd=copy, check=True, capture_output=True)
    return dist


def sources() -> set[str]:
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.*")]
    return {
        path.relative_to(ROOT).as_posix() for path in paths if path.parent.name != "__pycache__"
    }


def test_the_wheel_has_the_packages_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    about = f"nnlib-{nnlib.__version__}.dist-info/"
    files = {"METADATA", "WHEEL", "RECORD", "top_level.txt", "licenses/LICENSE"}
    assert names == sources() | {about + name for name in files}


def test_the_sdist_has_what_builds_the_wheel(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as packed:
        names = {member.name.partition("/")[2] for member in packed if member.isfile()}
    made = {name for name in names if name.startswith("nnlib.egg-info/")}
    files = {"pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "MANIFEST.in"}
    assert names - made == sources() | files | {"PKG-INFO", "setup.cfg"}


def test_what_it_says_of_itself(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        (name,) = (name for name in packed.namelist() if name.endswith("/METADATA"))
        about = message_from_string(packed.read(name).decode())
    assert about["Version"] == nnlib.__version__
    assert about["License-Expression"] == "BSD-3-Clause"
    assert "Typing :: Typed" in about.get_all("Classifier")
    needed = {re.split(r"[<>=]", each)[0] for each in about.get_all("Requires-Dist")}
    assert needed == {"numpy", "matplotlib", "tqdm", "ipywidgets"}


TRY = """
import nnlib, nnlib.plots
from nnlib.data import digits
from nnlib.measured import published_results
nnlib.plots.use_style()
print(nnlib.__file__, len(digits().labels), bool(published_results()))
"""


def test_it_works_without_the_book(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "site")}
    command = [sys.executable, "-c", TRY]
    run = subprocess.run(
        command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    assert run.stdout.split() == [str(tmp_path / "site/nnlib/__init__.py"), "1797", "True"]


def test_the_example_in_the_readme_is_true(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(
        r"(?:^(?:    .*)?\n)+", (ROOT / "README.md").read_text("utf8"), re.MULTILINE
    )
    english, chinese = (dedent(block) for block in blocks if "import numpy" in block)
    assert english == chinese
    exec(english, {})
    said = capsys.readouterr().out
    assert float(said.split()[-1]) == pytest.approx(0.97, abs=0.01)


def test_the_version_stands_in_one_place_and_has_its_changes() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text("utf8")
    releases = re.findall(r"^## \[(\d.*)\] - \d{4}-\d\d-\d\d$", changes, re.MULTILINE)
    assert releases[0] == nnlib.__version__
    for name in ("pyproject.toml", "CITATION.cff", "README.md"):
        assert nnlib.__version__ not in (ROOT / name).read_text("utf8"), name
