"""A notebook that stands alone, in an empty folder beside Colab's versions: it sets itself up,
leaves what is there as it is, and prints what the book says. The Chinese ones run with one NumPy of
Colab's, and the English ones with the other, and without torch.
"""

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

import alone
from conftest import program
from publish import branch, lone
from read import address, notebooks

ROOT = Path(__file__).parents[2]
HOME = address.Address("alice", "nn", "https://alice.github.io/nn/", "0" * 40)
ENVIRONMENTS = {"zh-Hant": "numpy-2.0", "en": "numpy-2.1"}
MISSING = ["nnlib", "tqdm"]  # one that is installed by its address, one by its name


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The library as it is now, packed as GitHub packs a commit: its address."""
    file = tmp_path_factory.mktemp("archive") / "commit.zip"
    tracked = [ROOT / name for name in ("pyproject.toml", "README.md", "LICENSE")]
    packages = [ROOT / name for name in ("nnlib", "nncheck")]
    tracked += [path for package in packages for path in package.rglob("*") if path.is_file()]
    with zipfile.ZipFile(file, "w") as packed:
        for path in tracked:
            if "__pycache__" not in path.parts:
                packed.write(path, Path("nn-commit", path.relative_to(ROOT)))
    return file.as_uri()


def pip(python: str, *arguments: str) -> str:
    command = [python, "-m", "pip", *arguments, "--disable-pip-version-check"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def installed(python: str) -> set[str]:
    return set(pip(python, "freeze").splitlines())


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def lang(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def python(lang: str) -> str:
    python = program(ENVIRONMENTS[lang], "python")
    pip(python, "uninstall", "--quiet", "--yes", *MISSING)
    return python


def notebook(docname: str, lang: str, archive: str) -> dict[str, Any]:
    """As a reader gets it, but that its checks reply in both languages, as is stored."""
    made = json.dumps(lone.Maker(ROOT, HOME).notebook(docname, [lang]), ensure_ascii=False)
    assert made.count(HOME.archive()) == 1
    spoken = json.dumps(lone.SPEAK[lang], ensure_ascii=False)[1:-1]
    made = made.replace(spoken, r"check.language = \"both\"")
    return json.loads(made.replace(HOME.archive(), archive))


def test_pip_would_change_nothing_that_is_there(python: str, archive: str, lang: str) -> None:
    docname = notebooks.docnames(ROOT)[0]
    set_up = "".join(notebook(docname, lang, archive)["cells"][1]["source"])
    needed = re.findall(r'"([^"]+)"', set_up.split("needed = ")[1].split("\n")[0])
    assert "numpy" in needed
    assert "torch" not in needed
    report = pip(python, "install", "--dry-run", "--quiet", "--report=-", *needed, archive)
    changes = [each["metadata"]["name"] for each in json.loads(report)["install"]]
    assert sorted(changes) == sorted(MISSING)


def test_the_first_one_sets_up_and_changes_nothing_else(
    python: str, archive: str, lang: str, tmp_path: Path
) -> None:
    before = installed(python)
    alone.run(notebook(notebooks.docnames(ROOT)[0], lang, archive), tmp_path, python)
    after = installed(python)
    assert before < after
    assert {re.split("[= @]", each)[0] for each in after - before} == set(MISSING)


@pytest.mark.parametrize("docname", notebooks.docnames(ROOT))
def test_it_prints_what_the_book_says(
    python: str, archive: str, lang: str, docname: str, tmp_path: Path
) -> None:
    stored = json.loads((ROOT / f"{docname}.ipynb").read_text("utf8"))["cells"]
    cells = alone.run(notebook(docname, lang, archive), tmp_path, python)
    if lang == "zh-Hant":
        assert alone.texts(cells) == alone.texts(stored)
    else:
        said = alone.proofs_as_stored(alone.texts(cells))
        assert said == alone.texts_without_torch(stored, lang)


def test_binder_reads_what_the_branch_holds(tmp_path: Path) -> None:

    branch.write(ROOT, tmp_path / "branch", HOME)
    command = [program("binder", "jupyter-repo2docker"), "--no-build", "--debug"]
    run = subprocess.run(
        [*command, str(tmp_path / "branch")], capture_output=True, text=True, check=True
    )
    said = run.stdout + run.stderr
    assert "env update" in said
    assert ".binder/environment.yml" in said
    assert "RUN ./.binder/postBuild" in said
    shutil.rmtree(tmp_path / "branch")
