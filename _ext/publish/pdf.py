"""The book on paper: `python _ext pdf` prints each language of the built site through Chromium.

A4, with bookmarks, page numbers and the book's own numbers of equations; figures that move are
printed as they are seen first, and the answers to questions are open.
"""

import os
import re
import shutil
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pikepdf
from playwright.sync_api import Browser, sync_playwright

from read import address
from read.notebooks import LANGUAGES

HERE = Path(__file__).parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FOOTER = (
    '<div style="width: 100%; font: 8pt sans-serif; text-align: center; color: #52606d">'
    '<span class="pageNumber"></span></div>'
)
# Where a character shares its shape with a radical or a ligature, Chromium may name the latter, and
# whoever searches for 大 finds nothing. Unicode knows what most of them stand for, but not all.
STAND_IN = re.compile("[\u2e80-\u2fdf\ufb00-\ufb06]")
RADICALS = dict(zip("⺠⻁⻄⻆⻑⻘⻝⻤⻩⻯⻲", "民虎西角長青食鬼黃龍龜", strict=True))
GLYPH = re.compile(r"<(\w+)> (?:<(\w+)> )?<(\w+)>")  # or a range of them, and its text in UTF-16

CHAPTERS = """() => [...document.querySelectorAll(".bd-docs-nav .bd-toc-item a.reference.internal")]
  .map((link) => link.getAttribute("href").split("#")[0])
  .filter((name) => name && name !== "#")"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def served(site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def file_name(lang: str) -> str:
    return f"neural-networks-{lang}.pdf"


def print_book(
    browser: Browser, origin: str, lang: str, file: Path, site: str, most: int | None = None
) -> None:
    """Print one book, or only its first pages and chapters."""
    context = browser.new_context(bypass_csp=True, color_scheme="light")
    page = context.new_page()
    page.set_default_timeout(300_000)
    page.goto(f"{origin}{lang}/index.html", wait_until="networkidle")
    names = list(dict.fromkeys(["index.html", *page.evaluate(CHAPTERS)]))[:most]
    script = (HERE / "pdf.js").read_text("utf8")
    headings = page.evaluate(script, {"names": names, "site": site})
    page.add_style_tag(path=HERE / "pdf.css")
    page.pdf(
        path=file,
        format="A4",
        prefer_css_page_size=True,
        print_background=True,
        outline=True,
        tagged=True,
        display_header_footer=True,
        header_template="<span></span>",
        footer_template=FOOTER,
    )
    context.close()
    mend(file, headings)


def mend(file: Path, headings: list[str]) -> None:
    """Name bookmarks as the headings are, let the text be found, and pack the file.

    Chromium says a heading twice if it had to move it to the next page, and leaves the file twice
    as large.
    """
    with pikepdf.open(file, allow_overwriting_input=True) as pdf:
        with pdf.open_outline(max_depth=9) as outline:
            marks = list(in_order(outline.root))
            for mark, heading in zip(marks, headings, strict=True):
                mark.title = heading
        for each in pdf.objects:
            if isinstance(each, pikepdf.Dictionary) and "/ToUnicode" in each:
                names = each["/ToUnicode"].read_bytes().decode("ascii")
                each["/ToUnicode"].write(typed(names).encode("ascii"))
        pdf.save(
            file,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )


def typed(names: str) -> str:
    """The texts of a font's glyphs (a ToUnicode CMap), each as somebody would type it."""
    head, start, rest = names.partition("endcodespacerange\n")
    body, end, tail = rest.partition("endcmap")
    lines = []
    for first, last, text in GLYPH.findall(body):
        for offset in range(int(last or first, 16) - int(first, 16) + 1):
            glyph = f"{int(first, 16) + offset:0{len(first)}X}"
            utf16 = bytes.fromhex(f"{int(text, 16) + offset:0{len(text)}X}")
            plain = STAND_IN.sub(meant, utf16.decode("utf-16-be")).encode("utf-16-be")
            lines.append(f"<{glyph}> <{plain.hex().upper()}>\n")
    blocks = (lines[at : at + 100] for at in range(0, len(lines), 100))
    chars = (f"{len(block)} beginbfchar\n{''.join(block)}endbfchar\n" for block in blocks)
    return head + start + "".join(chars) + end + tail


def meant(stand_in: re.Match[str]) -> str:
    return RADICALS.get(stand_in[0]) or unicodedata.normalize("NFKC", stand_in[0])


def in_order(marks: Iterable[pikepdf.OutlineItem]) -> Iterator[pikepdf.OutlineItem]:
    for mark in marks:
        yield mark
        yield from in_order(mark.children)


def main() -> int:
    root = HERE.parents[1]
    site = root / "_build" / "site"
    found = address.find(root)
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not chromium:
        print("There is no Chromium or Chrome to print with: install it, or say where in CHROMIUM.")
        return 1
    with sync_playwright() as playwright, served(site) as origin:
        browser = playwright.chromium.launch(executable_path=chromium)
        for lang in LANGUAGES:
            file = site / file_name(lang)
            print_book(browser, origin, lang, file, found.site if found else "")
            print(f"Wrote {site.name}/{file.name}, {file.stat().st_size / 1e6:.1f} MB.")
        browser.close()
    return 0
