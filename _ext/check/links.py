"""Links: to files, headings and references that exist, and every reference cited."""

import difflib
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from read import api, glossary
from read.book import Book, Found, Notebook
from read.literature import FILE as BIBLIOGRAPHY
from read.literature import Entry
from read.text import links


def links_lead_somewhere(notebook: Notebook, book: Book) -> Found:
    folder = (book.root / notebook.name).parent
    for cell in notebook.cells:
        for link in links(cell):
            if urlsplit(link.target).scheme:
                continue
            path, _, slug = unquote(link.target).partition("#")
            target = (folder / path).resolve() if path else book.root.resolve() / notebook.name
            if not (target.exists() and target.is_relative_to(book.root.resolve())):
                yield (
                    cell,
                    f"the link to {link.target} leads to no file of the book. Mend its path.",
                )
            elif slug and target.suffix == ".ipynb":
                known = [*book.sections[target.relative_to(book.root.resolve()).as_posix()]]
                if target == book.root.resolve() / f"{api.PAGE}.ipynb":
                    known += api.anchors(book.root.resolve())
                if target == book.root.resolve() / f"{glossary.PAGE}.ipynb":
                    known += [term.id for term in glossary.entries(book.root)]
                if slug not in known:
                    near = "".join(difflib.get_close_matches(slug, known, n=1, cutoff=0))
                    yield (
                        cell,
                        f"the link to {link.target} leads to no section. "
                        f"Write the slug of an English heading: the nearest is #{near}.",
                    )


def literature_agrees(notebook: Notebook, book: Book) -> Found:
    if not notebook.name.startswith("chapters/"):
        return  # the landing page may link elsewhere
    for cell in notebook.cells:
        for link in links(cell):
            if urlsplit(link.target).scheme not in ("http", "https"):
                continue
            entry = book.literature.get(link.target)
            if entry is None:
                yield (
                    cell,
                    f"{link.target} is not in {BIBLIOGRAPHY}. Add an entry with this doi or url.",
                )
                continue
            naming = re.match(r"(.+?)\s?[(（](\d{4})[)）]", link.text)
            names = author_names(entry, cell.lang or "en")
            if naming and (naming[1] not in names or naming[2] != entry.year):
                yield (
                    cell,
                    f'"{link.text}" links to the work {entry.key}. '
                    f'Write "{names[0]} ({entry.year})" or mend the link.',
                )


def author_names(entry: Entry, lang: str) -> list[str]:
    """How a text may name the authors, the preferred way first."""
    first, *others = entry.authors or ("",)
    chinese = lang == "zh-Hant"
    if len(others) > 1:
        return [f"{first} 等人", f"{first} et al."] if chinese else [f"{first} et al."]
    if others:
        return [f"{first} {word} {others[0]}" for word in ("與" if chinese else "and", "&")]
    return [first]


def literature_is_cited(book: Book) -> Iterator[str]:
    targets = {
        link.target
        for notebook in book.notebooks
        for cell in notebook.cells
        for link in links(cell)
    }
    cited = {entry.key for target, entry in book.literature.items() if target in targets}
    for key in dict.fromkeys(entry.key for entry in book.literature.values()):
        if key not in cited:
            yield f"{BIBLIOGRAPHY}: no notebook cites {key}. Cite it or remove it."
