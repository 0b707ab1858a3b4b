"""One place knows the address of the book: a fork has its own; without one nothing is promised."""

import subprocess
from pathlib import Path

import pytest

from read import address

OURS = "Alice/nn-book"


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that says nothing."""
    for name in ("GITHUB_REPOSITORY", "GITHUB_SHA", "PAGES_URL"):
        monkeypatch.delenv(name, raising=False)


def clone(folder: Path, remote: str) -> Path:
    for command in (["init", "-q"], ["remote", "add", "origin", remote]):
        subprocess.run(["git", "-C", str(folder), *command], check=True)
    return folder


def owner(folder: Path) -> str:
    found = address.find(folder)
    assert found
    return found.owner


def configure(folder: Path, url: str) -> Path:
    (folder / "_config.yml").write_text(f"repository: {{url: '{url}'}}\n")
    return folder


@pytest.mark.parametrize(
    "remote",
    [
        "https://github.com/Alice/nn-book.git",
        "https://github.com/Alice/nn-book",
        "https://github.com/Alice/nn-book/",
        "https://alice:secret@github.com/Alice/nn-book.git",
        "git@github.com:Alice/nn-book.git",
        "ssh://git@github.com/Alice/nn-book.git",
        "ssh://git@ssh.github.com:443/Alice/nn-book.git",
    ],
)
def test_a_clone_knows_where_it_came_from(tmp_path: Path, remote: str) -> None:
    found = address.find(clone(tmp_path, remote))
    assert found
    assert found.repository == "https://github.com/Alice/nn-book"
    assert found.site == "https://alice.github.io/nn-book/"
    assert "secret" not in str(found)


@pytest.mark.parametrize("remote", ["/srv/nn-book", "https://gitlab.com/a/b", "git@x.org:a/b.git"])
def test_another_host_is_no_address(tmp_path: Path, remote: str) -> None:
    assert address.find(clone(tmp_path, remote)) is None


def test_the_workflow_comes_first_then_the_remote_then_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = configure(tmp_path, "https://github.com/carol/configured")
    assert owner(book) == "carol"
    clone(book, "git@github.com:bob/remote.git")
    assert owner(book) == "bob"
    monkeypatch.setenv("GITHUB_REPOSITORY", OURS)
    assert owner(book) == "Alice"


@pytest.mark.parametrize("written", ["", "repository:\n", "repository: {url: ''}\n", "a: b\n"])
def test_nothing_is_known(tmp_path: Path, written: str) -> None:
    assert address.find(tmp_path) is None
    (tmp_path / "_config.yml").write_text(written)
    assert address.find(tmp_path) is None


def test_the_remote_of_a_repository_around_the_book_is_another_address(tmp_path: Path) -> None:
    book = clone(tmp_path, "git@github.com:bob/everything.git") / "book"
    book.mkdir()
    assert address.find(book) is None


def test_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_REPOSITORY", OURS)
    monkeypatch.setenv("GITHUB_SHA", "0" * 40)
    found = address.find(tmp_path)
    assert found
    file = "en/chapters/02-neuron.ipynb"
    assert found.colab(file) == (
        f"https://colab.research.google.com/github/Alice/nn-book/blob/notebooks/{file}"
    )
    assert found.binder(file) == (
        f"https://mybinder.org/v2/gh/Alice/nn-book/notebooks?urlpath=lab/tree/{file}"
    )
    assert found.edit("a.ipynb") == "https://github.com/Alice/nn-book/edit/main/a.ipynb"
    assert found.source("a.txt") == "https://github.com/Alice/nn-book/blob/main/a.txt"
    assert found.archive() == f"https://github.com/Alice/nn-book/archive/{'0' * 40}.zip"
    assert found.page("en", "chapters/a") == "https://alice.github.io/nn-book/en/chapters/a.html"


def test_a_page_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_REPOSITORY", "Alice/alice.github.io")
    found = address.find(tmp_path)
    assert found
    assert found.site == "https://alice.github.io/"
    assert found.archive().endswith("/archive/refs/heads/main.zip")
    monkeypatch.setenv("PAGES_URL", "https://neural.example")
    found = address.find(tmp_path)
    assert found
    assert found.site == "https://neural.example/"
