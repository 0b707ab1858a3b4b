"""What stands around the two books: the page that chooses, the page for what is not there, the map
of the site, and the notebooks that stand alone.
"""

import shutil
from pathlib import Path
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import jinja2

from pages.bilingual import HTML_LANG
from pages.publishing import NOTEBOOKS, policy
from publish import lone
from read import address
from read.address import Address

CHOOSER = Path(__file__).parent / "chooser"
PAGES = ("index.html", "404.html")
FOUND_BY_LINKS_ALONE = {"search.html", "genindex.html"}


def write(root: Path, site: Path) -> None:
    """Write everything of the site that belongs to neither book."""
    found = address.find(root)
    shutil.copytree(CHOOSER, site, ignore=shutil.ignore_patterns(*PAGES), dirs_exist_ok=True)
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(CHOOSER), autoescape=True, keep_trailing_newline=True
    )
    for page in PAGES:
        content = templates.get_template(page).render(
            site=found.site if found else "",
            # The server shows the page for what is not there at every address.
            top=urlsplit(found.site).path if found else "",
            policy=policy(),
        )
        (site / page).write_text(content, "utf8")
    (site / "robots.txt").write_text(robots(found), "utf8")
    map_of_site = site / "sitemap.xml"
    if found:
        map_of_site.write_text(sitemap(found, pages(site)), "utf8")
    else:
        map_of_site.unlink(missing_ok=True)  # it may name no relative addresses
    lone.write(root, site / NOTEBOOKS, found)


def pages(site: Path) -> list[str]:
    """The pages that both books have, for search engines."""
    book = site / "en"
    found = (path.relative_to(book).as_posix() for path in book.rglob("*.html"))
    return sorted(name for name in found if name[0] != "_" and name not in FOUND_BY_LINKS_ALONE)


def robots(found: Address | None) -> str:
    where = f"Sitemap: {found.site}sitemap.xml\n" if found else ""
    return f"User-agent: *\nAllow: /\n{where}"


def sitemap(found: Address, names: list[str]) -> str:
    entries = []
    for name in names:
        editions = {lang: f"{found.site}{lang}/{name}" for lang in HTML_LANG}
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{HTML_LANG[lang]}" href="{escape(url)}"/>'
            for lang, url in editions.items()
        )
        entries += [f"<url><loc>{escape(url)}</loc>{links}</url>" for url in editions.values()]
    schema = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    schema += ' xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    content = "\n".join(entries)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {schema}>\n{content}\n</urlset>\n'
