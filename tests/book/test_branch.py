"""The branch of notebooks, pushed to a repository on this machine; and the report on links."""

import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from publish import branch, lone, outside_links
from read import address

ROOT = Path(__file__).parents[2]
HOME = address.Address("alice", "nn", "https://alice.github.io/nn/", "0" * 40)


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@b", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A clone with one chapter, and `origin` beside it."""
    root = tmp_path / "book"
    for name in ("chapters/02-neuron.ipynb", "pyproject.toml", ".binder/environment.yml"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes((ROOT / name).read_bytes())
    (root / ".binder/postBuild").write_bytes((ROOT / ".binder/postBuild").read_bytes())
    (root / ".binder/postBuild").chmod(0o755)
    git(tmp_path, "init", "-q", "--bare", "origin.git")
    git(root, "init", "-q", "-b", "main")
    git(root, "remote", "add", "origin", str(tmp_path / "origin.git"))
    git(root, "add", "--all")
    git(root, "commit", "-q", "-m", "A book")
    return root


def test_the_branch_is_pushed_and_nothing_else_changes(book: Path) -> None:
    for _ in range(2):
        branch.push(book, HOME)
    origin = book.parent / "origin.git"
    assert git(origin, "branch", "--format=%(refname:short)").split() == ["notebooks"]
    assert git(origin, "rev-list", "--count", "notebooks").strip() == "1"
    files = git(origin, "ls-tree", "-r", "--name-only", "notebooks").splitlines()
    chapter = "chapters/02-neuron.ipynb"
    editions = [f"{edition}/{chapter}" for edition in lone.EDITIONS]
    assert files == sorted([".binder/environment.yml", ".binder/postBuild", "README.md", *editions])
    mode = git(origin, "ls-tree", "notebooks", ".binder/postBuild").split()[0]
    assert mode == "100755"
    build = git(origin, "show", "notebooks:.binder/postBuild")
    assert f"pip install --no-deps {HOME.archive()}\n" in build
    readme = git(origin, "show", "notebooks:README.md")
    for edition in editions:
        assert HOME.colab(edition) in readme
        assert HOME.binder(edition) in readme
    assert git(book, "status", "--porcelain") == ""


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(int(self.path[1:]))
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


def test_the_report_names_links_that_lead_nowhere(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        here = f"http://127.0.0.1:{server.server_port}"
        codes = "".join(f'<a rel="x" href="{here}/{code}#a">b</a>' for code in (200, 403, 404))
        (tmp_path / "a.html").write_text(codes + '<a href="b.html">own</a>')
        found = outside_links.links(tmp_path)
        faults = outside_links.report(found)
        server.shutdown()
    assert set(found) == {f"{here}/{code}" for code in (200, 403, 404)}
    assert faults == [f"{here}/404: status 404 (on a.html)"]
