"""Links to other sites that no longer lead there: `python _ext outside_links` names them.

Sites are away for a day, or refuse programs: this reports for a person to look, and never fails.
Sphinx's linkcheck would build the book a third time, and fail.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

LINK = re.compile(r'<a [^>]*href="(https?://[^"#]+)')
AGENT = "Mozilla/5.0 (compatible; link check of a textbook)"
REFUSED = {401, 403, 405, 429}  # it is there, and answers no program
PATIENCE = 20  # seconds


def links(site: Path) -> dict[str, list[str]]:
    """Address -> the pages that link to it."""
    found: dict[str, list[str]] = {}
    for page in sorted(site.rglob("*.html")):
        for address in set(LINK.findall(page.read_text("utf8"))):
            found.setdefault(unescape(address), []).append(page.relative_to(site).as_posix())
    return found


def fault(address: str) -> str | None:
    """What is wrong with an address, in words."""
    try:
        with urlopen(Request(address, headers={"User-Agent": AGENT}), timeout=PATIENCE):
            return None
    except HTTPError as error:
        return None if error.code in REFUSED else f"status {error.code}"
    except (URLError, OSError, ValueError) as error:
        return str(getattr(error, "reason", error))


def report(found: dict[str, list[str]]) -> list[str]:
    outside = sorted(found)
    with ThreadPoolExecutor(8) as pool:
        faults = zip(outside, pool.map(fault, outside), strict=True)
        return [f"{each}: {wrong} (on {found[each][0]})" for each, wrong in faults if wrong]


def main() -> int:
    found = links(Path(__file__).parents[2] / "_build" / "site")
    faults = report(found)
    print(*faults, f"{len(found)} links to other sites, {len(faults)} to look at.", sep="\n")
    return 0
