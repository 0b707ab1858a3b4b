"""Where this copy of the book lives on GitHub: the one place that knows, for all links there.

The address is that of the repository which the build runs for: `GITHUB_REPOSITORY` in a workflow,
else the git remote, else `repository: {url: …}` in `_config.yml`. So a fork needs no edit. Where
none of them tells, there is no address, and nobody shows a button that would lead nowhere.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import yaml

MAIN = "main"  # where authors work
NOTEBOOKS = "notebooks"  # where the workflow puts what readers run

# https://github.com/owner/name.git, git@github.com:owner/name.git, ssh://git@ssh.github.com:443/…
REPOSITORY = re.compile(
    r"(?:[a-z+]+://)?(?:[^@/\s]+@)?(?:www\.|ssh\.)?github\.com(?::\d+/|[:/])"
    r"(?P<owner>[\w.-]+)/(?P<name>[\w.-]+?)(?:\.git)?/?"
)
OWNER_AND_NAME = re.compile(r"(?P<owner>[\w.-]+)/(?P<name>[\w.-]+)")


@dataclass(frozen=True)
class Address:
    owner: str
    name: str
    site: str  # where the book is published, with its final slash
    commit: str | None = None  # what it is built from

    @property
    def repository(self) -> str:
        return f"https://github.com/{self.owner}/{self.name}"

    def source(self, path: str) -> str:
        """A file as its authors wrote it."""
        return f"{self.repository}/blob/{MAIN}/{quote(path)}"

    def edit(self, path: str) -> str:
        return f"{self.repository}/edit/{MAIN}/{quote(path)}"

    def archive(self) -> str:
        """All files, as pip installs them: it needs no git for it."""
        return f"{self.repository}/archive/{self.commit or f'refs/heads/{MAIN}'}.zip"

    def colab(self, path: str) -> str:
        """A file of the branch of notebooks, to be run."""
        place = f"{self.owner}/{self.name}/blob/{NOTEBOOKS}/{quote(path)}"
        return f"https://colab.research.google.com/github/{place}"

    def binder(self, path: str) -> str:
        place = f"{self.owner}/{self.name}/{NOTEBOOKS}"
        return f"https://mybinder.org/v2/gh/{place}?urlpath=lab/tree/{quote(path)}"

    def page(self, lang: str, docname: str) -> str:
        return f"{self.site}{lang}/{quote(docname)}.html"


def find(root: Path) -> Address | None:
    """The address of the book in this folder."""
    found = (
        OWNER_AND_NAME.fullmatch(os.environ.get("GITHUB_REPOSITORY", ""))
        or REPOSITORY.fullmatch(git(root, "remote", "get-url", "origin"))
        or REPOSITORY.fullmatch(configured(root))
    )
    if not found:
        return None
    owner, name = found["owner"], found["name"]
    site = os.environ.get("PAGES_URL") or default_site(owner, name)
    commit = os.environ.get("GITHUB_SHA") or git(root, "rev-parse", "HEAD")
    return Address(owner, name, site.rstrip("/") + "/", commit or None)


def default_site(owner: str, name: str) -> str:
    """Where GitHub Pages publishes; for a domain of one's own, its workflow sets `PAGES_URL`."""
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{quote(name)}/"


def git(root: Path, *arguments: str) -> str:
    """What git says of this folder; nothing if it is not the top of a repository."""
    if not (root / ".git").exists():
        return ""
    try:
        run = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, encoding="utf8"
        )
    except OSError:  # there is no git
        return ""
    return run.stdout.strip() if run.returncode == 0 else ""


def configured(root: Path) -> str:
    path = root / "_config.yml"
    written = yaml.safe_load(path.read_text("utf8")) if path.exists() else None
    return str(((written or {}).get("repository") or {}).get("url") or "")
