"""The branch `notebooks`: what Colab and Binder open. `python _ext branch` pushes it to origin.

It holds the notebooks that stand alone, what Binder needs, and a list of them all with links. It is
made anew each time, of one commit, and shares no history with the branch it is made from.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from publish import lone
from read import address, notebooks
from read.address import NOTEBOOKS, Address

COPIED = ("LICENSE", "LICENSE-text", "CITATION.cff")
HEAD = """# 筆記本 · Notebooks

Made from [the book]({repository}) by its workflow; changes made here are lost. [Read it]({site}).

由[這本書]({repository})的工作流程自動產生，直接改這裡的檔案，下次就會消失。[線上閱讀]({site})。

| | 中文 | English | 雙語 · bilingual |
|---|---|---|---|
"""


def write(root: Path, folder: Path, found: Address) -> None:
    """Write everything that is on the branch."""
    lone.write(root, folder, found)
    for name in COPIED:
        if (root / name).exists():
            shutil.copy(root / name, folder)
    shutil.copytree(root / ".binder", folder / ".binder")
    build = folder / ".binder" / "postBuild"
    build.write_text(build.read_text("utf8").replace("--no-deps .", f"--no-deps {found.archive()}"))
    rows = [row(root, docname, found) for docname in notebooks.docnames(root)]
    head = HEAD.format(repository=found.repository, site=found.site)
    (folder / "README.md").write_text(head + "\n".join(rows) + "\n", "utf8")


def row(root: Path, docname: str, found: Address) -> str:
    cells = notebooks.read(root / f"{docname}.ipynb")
    titles = [notebooks.headings(cells, lang)[0][1] for lang in notebooks.LANGUAGES]
    links = []
    for edition in ("zh-Hant", "en", "bilingual"):
        path = f"{edition}/{docname}.ipynb"
        links.append(f"[Colab]({found.colab(path)}) · [Binder]({found.binder(path)})")
    return f"| {docname}: {' · '.join(titles)} | {' | '.join(links)} |"


def git(root: Path, *arguments: str, **variables: str) -> str:
    run = subprocess.run(
        ["git", "-C", str(root), *arguments],
        env={**os.environ, **variables},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf8",
    )
    return run.stdout.strip()


def commit(root: Path, folder: Path) -> str:
    """A commit of the folder in the repository of the book, without touching its files."""
    with tempfile.TemporaryDirectory() as scratch:
        index = {"GIT_INDEX_FILE": str(Path(scratch, "index"))}
        git(root, f"--work-tree={folder}", "add", "--all", "--force", ".", **index)
        tree = git(root, "write-tree", **index)
    made_from = git(root, "rev-parse", "HEAD")
    name, email = git(root, "log", "-1", "--format=%an%n%ae").splitlines()
    by = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", name), ("EMAIL", email))
    }
    return git(root, "commit-tree", tree, "-m", f"Notebooks of {made_from}", **by)


def push(root: Path, found: Address) -> str:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "branch")
        write(root, folder, found)
        made = commit(root, folder)
    git(root, "push", "--force", "origin", f"{made}:refs/heads/{NOTEBOOKS}")
    return made


def main() -> int:
    root = Path(__file__).parents[2]
    found = address.find(root)
    if not found:
        print("Nothing tells where the book lives on GitHub (see _ext/read/address.py), so links")
        print("to it cannot be made. Set GITHUB_REPOSITORY=owner/name or add a git remote.")
        return 1
    print(f"Pushed {push(root, found)} to {NOTEBOOKS}.")
    return 0
