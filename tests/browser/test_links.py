"""The files of the site: every link leads somewhere, and nothing is asked of another host."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from book_site import LANGUAGES, SITE, BookPage, anchors, pages, soup, written

HTML = [*(page.file for page in pages()), SITE / "index.html"]
LINK = ("href", "src", "poster", "data", "action", "formaction")
MAY_NAME_HOSTS = "a, link[rel=canonical], link[rel=alternate], link[rel=license]"


def name(file: Path) -> str:
    return file.relative_to(SITE).as_posix()


def fault(file: Path, link: str, outward: bool = False) -> str | None:
    """What is wrong with a link of a file; an `outward` one may lead to another host."""
    address = urlsplit(link)
    if address.scheme in ("data", "mailto", "javascript"):
        return None
    if address.scheme or address.netloc:
        return None if outward else "is on another host"
    if address.path.startswith("/"):
        return "starts at the root of the host, where the site may not be"
    target = (file.parent / unquote(address.path)).resolve() if address.path else file.resolve()
    if not target.is_relative_to(SITE.resolve()):
        return "leads out of the site"
    if target.is_dir():
        target /= "index.html"
    if not target.is_file():
        return "leads to a file that is not there"
    anchor = unquote(address.fragment)
    if anchor and target.suffix == ".html" and anchor not in anchors(target):
        return "leads to an anchor that is not there"
    return None


@pytest.mark.parametrize("file", HTML, ids=name)
def test_every_link_resolves(file: Path) -> None:
    faults = []
    page = soup(file)
    has_icon = bool(page.select("link[rel~=icon]"))
    assert has_icon, f"{name(file)} names no icon: browsers look for one at the host's root"
    outward = {id(element) for element in page.select(MAY_NAME_HOSTS)}
    for element in page.find_all(True):
        links = [element[attribute] for attribute in LINK if element.get(attribute)]
        links += [part.split()[0] for part in element.get("srcset", "").split(",") if part.strip()]
        for link in links:
            if wrong := fault(file, link, id(element) in outward):
                faults.append(f"{name(file)}, line {element.sourceline}: {link} {wrong}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("style", sorted(SITE.rglob("*.css")), ids=name)
def test_styles_name_no_other_host(style: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", style.read_text("utf8", "replace"), flags=re.DOTALL)
    links = re.findall(r"""(?:url\(|@import)\s*["']?((?:https?:)?//[^"')]+)""", text)
    assert not links, f"{name(style)} names {links}"


@pytest.mark.parametrize("page", written(), ids=str)
def test_the_other_language_is_one_link_away(page: BookPage) -> None:
    html = soup(page.file)
    assert html.html["lang"] == LANGUAGES[page.lang]
    switches = html.select("a[hreflang]")
    assert switches, f"{page} has no link with hreflang to {page.twin}"
    for switch in switches:
        assert (page.file.parent / switch["href"]).resolve() == page.twin.file.resolve()
        assert switch["hreflang"] == switch["lang"] == LANGUAGES[page.twin.lang]


def test_the_books_have_the_same_pages() -> None:
    lonely = [str(page) for page in pages() if page.twin not in pages()]
    assert not lonely, f"pages without a twin in the other book: {lonely}"
