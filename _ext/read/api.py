"""nnlib as its users see it: each public name, with its signature and its docstring.

The page `chapters/nnlib.ipynb` says which names stand where: in every section a code cell imports
them, as a reader would. `from nnlib import Linear` stands for one name, `from nnlib import plots`
for all that is public in a module. Griffe reads from the source what there is to say of a name:
nothing of nnlib is run, so a book is built without NumPy. (Sphinx's autodoc would import it, and
autoapi would lay out pages of its own, without the two languages around each name.)
"""

import ast
import hashlib
import re
import textwrap
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import griffe

from read.notebooks import read

PACKAGE = "nnlib"
PAGE = "chapters/nnlib"
CALLED = "__call__"  # the one method with underscores that the page shows
TYPES_OF_ARRAYS = {"FloatArray", "IntArray"}  # the page explains them at its beginning
FIELDS_ONLY = {"NamedTuple", "TypedDict"}  # made of the annotated names in them


@dataclass(frozen=True)
class Entry:
    """One name on the page."""

    id: str  # "nnlib.plots.activation": links lead to it
    name: str  # "plots.activation": as code writes it after the import above it
    item: griffe.Object

    @property
    def kind(self) -> str:
        """What Sphinx calls it."""
        if self.item.is_attribute:
            return "property" if "property" in self.item.labels else "data"
        of_class = self.item.parent is not None and self.item.parent.is_class
        return "method" if of_class else self.item.kind.value

    def methods(self) -> list["Entry"]:
        """The methods and properties of a class that have something to say."""
        return [
            Entry(f"{self.id}.{name}", f"{self.item.name}.{name}", method)
            for name, method in methods(self.item).items()
            if method.has_docstring
        ]


# ---- The package


def fingerprint(root: Path) -> str:
    """Changes whenever the source of nnlib does."""
    content = hashlib.sha256()
    for path in sorted((root / PACKAGE).rglob("*.py")):
        content.update(path.as_posix().encode() + path.read_bytes())
    return content.hexdigest()


def load(root: Path) -> griffe.Module:
    return _load(root, fingerprint(root))


@lru_cache(maxsize=1)
def _load(root: Path, fingerprint: str) -> griffe.Module:
    package = griffe.load(
        PACKAGE, search_paths=[root], allow_inspection=False, try_relative_path=False
    )
    assert isinstance(package, griffe.Module)
    return package


def final(member: griffe.Object | griffe.Alias) -> griffe.Object:
    """What a name stands for, wherever it was imported from."""
    return member.final_target if isinstance(member, griffe.Alias) else member


def find(package: griffe.Module, path: str) -> griffe.Object | None:
    """What "nnlib.data.moons" stands for; `nnlib.backprop` is the function, not its module."""
    module, _, name = path.removeprefix(f"{PACKAGE}.").rpartition(".")
    try:
        place = package[module] if module else package
        origin = place.imports.get(name, "")
        if origin.startswith(f"{PACKAGE}."):
            return find(package, origin)
        return final(place[name])
    except KeyError:
        return None


def public(module: griffe.Module) -> list[str]:
    """`__all__`, or without it a module's functions and classes, and its values with docstrings."""
    if module.exports is not None:
        return [str(name) for name in module.exports]
    return [
        name
        for name, member in module.members.items()
        if not (member.is_alias or member.is_module or name.startswith("_"))
        if member.is_function or member.is_class or member.has_docstring
    ]


def methods(item: griffe.Object) -> dict[str, griffe.Object]:
    """The public methods and properties that a class defines itself."""
    return {
        name: final(member)
        for name, member in item.members.items()
        if item.is_class and (name == CALLED or not name.startswith("_"))
        if member.is_function or "property" in member.labels
    }


# ---- The page


def imported(code: str) -> list[str]:
    """What a cell imports from the package: "nnlib.Linear", "nnlib.plots", "nnlib.dual.jvp"."""
    return [
        f"{statement.module}.{name.name}"
        for statement in ast.parse(code).body
        if isinstance(statement, ast.ImportFrom) and statement.module
        if statement.module.split(".")[0] == PACKAGE
        for name in statement.names
    ]


def entries(package: griffe.Module, code: str) -> list[Entry]:
    """What a cell documents, in its order."""
    found = []
    for path in imported(code):
        item, name = find(package, path), path.rpartition(".")[2]
        if isinstance(item, griffe.Module):
            parts = {each: find(package, f"{path}.{each}") for each in public(item)}
            found += [
                Entry(f"{path}.{each}", f"{name}.{each}", part)
                for each, part in parts.items()
                if part is not None
            ]
        elif item is not None:
            found.append(Entry(path, name, item))
    return found


def page(root: Path) -> list[Entry]:
    """All names on the page; none in a book without it."""
    notebook = root / f"{PAGE}.ipynb"
    if not notebook.exists():
        return []
    package = load(root)
    cells = [cell for cell in read(notebook) if cell.kind == "code"]
    return [entry for cell in cells for entry in entries(package, cell.source)]


def anchors(root: Path) -> list[str]:
    """What a link to the page may lead to beside its sections, as in `nnlib.ipynb#nnlib.Linear`."""
    return [each.id for entry in page(root) for each in (entry, *entry.methods())]


# ---- What is said of a name


def parameters(entry: Entry, kept: Collection[str]) -> list[str] | None:
    """The parameters as a definition writes them; None for what is not called."""
    item = entry.item
    if isinstance(item, griffe.Class) and {str(base) for base in item.bases} & FIELDS_ONLY:
        fields = [each for each in item.members.values() if isinstance(each, griffe.Attribute)]
        return [f"{each.name}: {spelled(each.annotation, item.module, kept)}" for each in fields]
    if not isinstance(item, griffe.Class | griffe.Function):
        return None
    texts: list[str] = []
    starred = False
    for each in item.parameters:
        if each.name == "self":
            continue
        by_name = each.kind is griffe.ParameterKind.keyword_only
        if by_name and not starred:
            texts.append("*")
        stars = {"variadic positional": "*", "variadic keyword": "**"}.get(each.kind.value, "")
        starred = starred or by_name or stars == "*"
        texts.append(stars + each.name)
        if each.annotation is not None:
            texts[-1] += f": {spelled(each.annotation, item.module, kept)}"
        if each.default is not None and not stars:
            texts[-1] += f" = {each.default}" if each.annotation is not None else f"={each.default}"
    return texts


def type_of(entry: Entry, kept: Collection[str]) -> str | None:
    """What a function returns, what a value is."""
    item = entry.item
    annotation = item.returns if isinstance(item, griffe.Function) else None
    if isinstance(item, griffe.Attribute):
        annotation = item.annotation
        if annotation is None and isinstance(item.value, griffe.ExprCall):
            maker = final(item.module[str(item.value.function)])
            annotation = maker.returns if isinstance(maker, griffe.Function) else maker.name
    if annotation is None or str(annotation) in ("None", "TypeAlias"):
        return None
    return spelled(annotation, item.module, kept)


def spelled(annotation: object, module: griffe.Module, kept: Collection[str]) -> str:
    """A type, with those in the place of a name for them that the page does not explain."""

    def spell(name: re.Match[str]) -> str:
        member = module.members.get(name[0])
        if member is None or name[0] in kept or name[0] in TYPES_OF_ARRAYS:
            return name[0]
        try:
            item = final(member)
        except griffe.AliasResolutionError:  # of another package
            return name[0]
        if not isinstance(item, griffe.Attribute) or isinstance(item.value, griffe.ExprCall):
            return name[0]
        return spelled(item.value, item.module, kept)

    text = str(annotation).replace("'", "").replace("npt.", "")
    return re.sub(r"(?<![\w.])[A-Z]\w*", spell, text)


# A docstring is prose, in paragraphs; examples, which begin with `>>>`, or are indented; and what
# begins on a line of its own with "Raises" or "Source:".
PARTS = {"raises": "Raises ", "source": "Source: "}


def passages(docstring: str) -> list[tuple[str, str]]:
    """(kind, text) of each part: "text", "code", "raises" or "source"."""
    found: list[tuple[str, str]] = []
    for block in re.split(r"\n\n+", docstring.strip("\n")):
        if block.startswith((">>> ", "    ")):
            block = textwrap.dedent(block)
            if found and found[-1][0] == "code":
                block = f"{found.pop()[1]}\n\n{block}"
            found.append(("code", block))
            continue
        for part in re.split(rf"\n(?={'|'.join(PARTS.values())})", block):
            kind = next((kind for kind, word in PARTS.items() if part.startswith(word)), "text")
            found.append((kind, " ".join(part.removeprefix(PARTS.get(kind, "")).split())))
    return found


# What is set as code in running text: what stands in backticks, and shapes such as (N, M_out).
LENGTH = r"(?:[A-Za-z](?:_\w+|_\{[^}]+\})?|\d+|…|\.\.\.|out|in|epochs|height|width)"
LENGTHS = rf"⌊?{LENGTH}(?: ?[·/] ?{LENGTH})*⌋?"
SHAPE = rf"(?<!\w)\({LENGTHS}(?:,|(?:, {LENGTHS})+)\)"
MARKED = re.compile(rf"`(?P<code>[^`]+)`|(?P<shape>{SHAPE})|(?P<address>https?://[^\s,;]*[^\s,;.])")
