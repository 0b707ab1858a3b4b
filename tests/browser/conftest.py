"""A web server for the built book, and a browser to read it in."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from book_site import SITE, BookPage
from playwright.sync_api import Browser, sync_playwright
from reader import PATIENCE, WIDTHS, Read, Visit, Visiting

Case = tuple[BookPage | str, str]  # a page, and where it is read

FOLDER = "/book/"  # as on GitHub Pages, the site is not at the root of its host
PROBES = Path(__file__).with_name("probes.js")


def browser_path() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def has_chinese_font() -> bool:
    """Without one, Chinese is a row of boxes, and takes other room than the reader's."""
    if sys.platform != "linux":
        return True  # other systems bring one
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.check_output(["fc-list", ":lang=zh-tw"]))


def require(means: object, name: str, config: pytest.Config) -> None:
    """CI must not pass without having looked; a visitor may, and is told."""
    if means:
        return
    message = (
        f"No {name}: the book was NOT tested in a browser. "
        "On Debian: apt install chromium fontconfig fonts-noto-cjk. "
        "Elsewhere install Chromium or Chrome, and give its path in CHROMIUM if it is not found."
    )
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    capture = config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print(f"\n{message}", file=sys.stderr, flush=True)
    pytest.skip(message)


class Handler(SimpleHTTPRequestHandler):
    """Serves the site in a folder of its host, quietly."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".css": "text/css; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".ipynb": "application/x-ipynb+json",
        ".js": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
        ".woff2": "font/woff2",
    }

    def translate_path(self, path: str) -> str:
        in_folder = path.startswith(FOLDER)
        return super().translate_path(path[len(FOLDER) :] if in_folder else "no such file")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def origin() -> Iterator[str]:
    """The address of the site, with its final slash."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=SITE)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{FOLDER}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser(pytestconfig: pytest.Config) -> Iterator[Browser]:
    path = browser_path()
    require(path, "browser", pytestconfig)
    require(has_chinese_font(), "Chinese font", pytestconfig)
    with sync_playwright() as playwright:
        flags = ["--disable-gpu", "--disable-quic"]
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def visiting(browser: Browser, origin: str) -> Visiting:
    """`with visiting("phone") as visit:` is a window on the book, for a reader new to it."""

    @contextmanager
    def visiting(where: str, **options: Any) -> Iterator[Visit]:
        width, height = WIDTHS[where]
        by_hand = where == "phone"
        context = browser.new_context(
            viewport={"width": width, "height": height},
            is_mobile=by_hand,
            has_touch=by_hand,
            **options,
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(path=PROBES)
        visit = Visit(context.new_page(), origin, width)
        visit.watch(context)
        try:
            yield visit
        finally:
            context.close()

    return visiting


# One visit to a page at one width, for all that is asked of it there: pytest keeps the tests of a
# `case` together. Two windows a width serve all pages; new ones would take longer than most pages.


@pytest.fixture(scope="session")
def windows(visiting: Visiting) -> Iterator[Callable[..., Visit]]:
    with ExitStack() as stack:

        @cache
        def window(where: str, scripts: bool) -> Visit:
            rights = ["clipboard-read", "clipboard-write"] if where == "desk" else []
            options = {"java_script_enabled": scripts, "permissions": rights}
            return stack.enter_context(visiting(where, **options))

        yield window


@pytest.fixture(scope="session")
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


@pytest.fixture(scope="session")
def page(case: Case) -> BookPage | str:
    return case[0]


@pytest.fixture(scope="session")
def where(case: Case) -> str:
    return case[1]


@pytest.fixture(scope="session")
def opened(page: BookPage | str, where: str, windows: Callable[..., Visit]) -> Visit:
    visit = windows(where, scripts=True)
    visit.open_anew(page)
    return visit


@pytest.fixture(scope="session")
def plain(page: BookPage | str, where: str, windows: Callable[..., Visit]) -> Visit:
    """The page in a browser that runs no scripts."""
    visit = windows(where, scripts=False)
    visit.open_anew(page)
    return visit


@pytest.fixture
def visit(opened: Visit, page: BookPage | str) -> Iterator[Visit]:
    """The page as it opens, in light mode; no request or script may fail there.

    It is opened once, and again after a test that has left it other than it was.
    """
    opened.open_again_if_changed(page)
    yield opened
    assert not opened.faults, "\n".join(opened.faults)


@pytest.fixture
def read(visiting: Visiting) -> Iterator[Read]:
    """Opens a page for one test; whatever the test does there, no request or script may fail."""
    visits = []
    with ExitStack() as windows:

        def read(page: BookPage | str, where: str, **options: Any) -> Visit:
            visit = windows.enter_context(visiting(where, **options))
            visits.append(visit)
            visit.open(page)
            return visit

        yield read
    faults = [fault for visit in visits for fault in visit.faults]
    assert not faults, "while the test read the book:\n" + "\n".join(faults)
