"""The whole site as one file to take along: `python _ext offline` writes a ZIP of it.

Its pages work from a folder that a browser opens, search included. They are the site's own, without
what a folder has no use for: the policy is a server's (browsers differ in whether a file is of its
own folder's "self"), and the links to downloads lead to what is not in the folder.
"""

import re
import zipfile
from pathlib import Path

FOLDER = "neural-networks"
FILE = f"{FOLDER}.zip"
LEFT_OUT = {"404.html", "robots.txt", "sitemap.xml"}
LEFT_OUT_SUFFIXES = {".pdf", ".zip"}
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>\s*')
DOWNLOADS = re.compile(r'<p class="downloads">.*?</p>\s*', re.DOTALL)
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # else the same site makes another file each time


def content(path: Path) -> bytes:
    if path.suffix != ".html":
        return path.read_bytes()
    return DOWNLOADS.sub("", POLICY.sub("", path.read_text("utf8"))).encode()


def write(site: Path, file: Path) -> None:
    """Write the ZIP of a built site."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(site.rglob("*")):
            name = path.relative_to(site).as_posix()
            if path.is_file() and name not in LEFT_OUT and path.suffix not in LEFT_OUT_SUFFIXES:
                entry = zipfile.ZipInfo(f"{FOLDER}/{name}", LONG_AGO)
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, content(path))


def main() -> int:
    site = Path(__file__).parents[2] / "_build" / "site"
    write(site, site / FILE)
    print(f"Wrote {site.name}/{FILE}, {(site / FILE).stat().st_size / 1e6:.1f} MB.")
    return 0
