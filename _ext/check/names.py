"""Names: every public name of nnlib is on its page, with a docstring."""

import difflib
from collections.abc import Iterator
from pathlib import Path

import griffe

from read.api import (
    CALLED,
    PACKAGE,
    PAGE,
    Entry,
    final,
    find,
    imported,
    load,
    methods,
    page,
    public,
)
from read.book import Book
from read.notebooks import read
from read.uses import homes

# What no chapter derives or uses, and why it is there.
HELPERS = {
    "what there is where f is not": {"nnlib.identity", "nnlib.Activate"},
    "starts of biases": {"nnlib.constant", "nnlib.zeros"},
    "the book takes the gradient of its cost as a whole": {"nnlib.add_l2_gradient"},
    "the book clips by the norm": {"nnlib.clip_grad_value"},
    "for a schedule of one's own": {"nnlib.LambdaLR"},
    "files, which no chapter opens": {"nnlib.save_weights", "nnlib.load_weights"},
    "for a network in this engine": {"nnlib.autodiff.softmax", "nnlib.autodiff.logsumexp"},
    "rules that the engines share": {
        "nnlib.derivatives.DERIVATIVES",
        "nnlib.derivatives.traceable",
        "nnlib.special.erf",
    },
    "more data to try": {
        "nnlib.data.xor",
        "nnlib.data.spirals",
        "nnlib.data.curve",
        "nnlib.data.MNIST",
        "nnlib.data.mnist",
    },
    "pictures to try": {"nnlib.plots.confusion_matrix", "nnlib.explore.Film"},
}

# What serves the other modules.
NOT_FOR_THE_PAGE = {"checks", "download", "numerals", "summary"}


def page_is_complete(book: Book) -> Iterator[str]:
    """Every public name is on the page, with a docstring, and nothing that nnlib lacks."""
    root = book.root
    if (root / f"{PAGE}.ipynb").exists():  # else a book without nnlib
        package, listed = load(root), page(root)
        yield from names_exist(root, package)
        yield from names_are_listed(package, [entry.id for entry in listed])
        yield from names_have_docstrings(listed)


def names_are_met(book: Book) -> Iterator[str]:
    """A chapter derives or uses each public name, unless it is a helper, and no other helper is."""
    if not (book.root / f"{PAGE}.ipynb").exists():
        return
    helpers = {name for names in HELPERS.values() for name in names}
    for name, sections in homes(book).items():
        if not sections and name not in helpers:
            yield (
                f"{PAGE}.ipynb: no chapter derives or uses {name}. Use it, link to its entry, "
                "or say in HELPERS of _ext/check/names.py why it is there."
            )
        elif sections and name in helpers:
            yield (
                f"{name} is used in {sections[0].docname}. "
                "Take it out of HELPERS of _ext/check/names.py."
            )


def names_exist(root: Path, package: griffe.Module) -> Iterator[str]:
    for cell in read(root / f"{PAGE}.ipynb"):
        for path in imported(cell.source) if cell.kind == "code" else ():
            if find(package, path) is None:
                module, _, name = path.rpartition(".")
                place = package if module == PACKAGE else find(package, module)
                near = difflib.get_close_matches(name, place.members if place else (), 1, 0)
                yield (
                    f"{PAGE}.ipynb, cell {cell.number}: {module} has no {name}. "
                    f"Correct the name: the nearest is {''.join(near)}."
                )


def names_are_listed(package: griffe.Module, ids: list[str]) -> Iterator[str]:
    for module, paths in expected(package).items():
        missing = [path for path in paths if path not in ids]
        if module != PACKAGE and missing == paths:
            yield (
                f"{PAGE}.ipynb: {module} is not on the page. Import it in a cell, "
                "or name it in NOT_FOR_THE_PAGE of _ext/check/names.py."
            )
        elif missing:
            names = ", ".join(missing)
            yield f"{PAGE}.ipynb: not on the page: {names}. Import it in a cell of its section."
    for path in sorted({each for each in ids if ids.count(each) > 1}):
        yield f"{PAGE}.ipynb: {path} is on the page twice. Import it in one cell."


def names_have_docstrings(listed: list[Entry]) -> Iterator[str]:
    modules = {entry.item.module.path: entry.item.module for entry in listed}
    for path in sorted(modules):
        if not modules[path].has_docstring:
            yield f"{path} has no docstring. Say what the module is for."
    for entry in listed:
        bases = entry.item.resolved_bases if isinstance(entry.item, griffe.Class) else []
        inherited = {CALLED, *(name for base in bases for name in methods(final(base)))}
        for name, item in {"": entry.item, **methods(entry.item)}.items():
            if not item.has_docstring and name not in inherited:
                yield (
                    f"{entry.id}{name and '.'}{name} has no docstring. "
                    "Say what it takes, of what shape, and what it returns."
                )


def expected(package: griffe.Module) -> dict[str, list[str]]:
    """What has to be on the page: what nnlib exports, and its modules that it does not export."""
    names = {PACKAGE: public(package)}
    found = [find(package, f"{PACKAGE}.{name}") for name in names[PACKAGE]]
    exported = {item.module.name for item in found if item is not None}
    for name, module in package.members.items():
        if isinstance(module, griffe.Module) and name not in exported | NOT_FOR_THE_PAGE:
            names[module.path] = public(module)
    return {path: [f"{path}.{name}" for name in each] for path, each in names.items()}
