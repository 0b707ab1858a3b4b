"""The page of nnlib: complete, true to the code, never stale, and in the language of its book."""

import importlib
import inspect
import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from test_build import Cell, both, make_book, page, write, write_book

from check.code import CODE_COLUMNS
from check.names import page_is_complete
from check.rules import ROOT, check_book
from read import api
from read.book import Book

PAGE = f"{api.PAGE}.ipynb"

# ---- The book's own page


def test_the_page_of_the_book_is_complete() -> None:
    assert list(page_is_complete(Book.load(ROOT))) == []


def runtime(entry: api.Entry) -> Any:
    """The object itself."""
    module = importlib.import_module(entry.item.module.path)
    found: Any = module
    for name in entry.item.path.removeprefix(f"{module.__name__}.").split("."):
        found = inspect.getattr_static(found, name)
    return found


def described() -> list[api.Entry]:
    return [each for entry in api.page(ROOT) for each in (entry, *entry.methods())]


CALLED = [entry for entry in described() if entry.kind in ("class", "function", "method")]


@pytest.mark.parametrize("entry", CALLED, ids=lambda entry: entry.id)
def test_what_is_read_is_what_runs(entry: api.Entry) -> None:
    item = runtime(entry)
    assert entry.item.docstring
    assert entry.item.docstring.value == inspect.getdoc(item)
    if isinstance(item, type) and issubclass(item, dict):
        return
    signature = inspect.signature(item)
    written = [each.split(":")[0].split("=")[0].strip() for each in api.parameters(entry, ()) or ()]
    starred = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    names = [starred.get(p.kind, "") + p.name for p in signature.parameters.values()]
    assert [name for name in written if name != "*"] == [name for name in names if name != "self"]
    by_name = [p for p in signature.parameters.values() if p.kind is p.KEYWORD_ONLY]
    if "*" in written:
        assert written[written.index("*") + 1 :][: len(by_name)] == [p.name for p in by_name]


def test_examples_fit_a_phone() -> None:
    items = [item for entry in described() for item in (entry.item, entry.item.module)]
    docstrings = {item.path: item.docstring.value for item in items if item.docstring}
    too_wide = {
        path: line
        for path, docstring in docstrings.items()
        for kind, example in api.passages(docstring)
        for line in example.splitlines()
        if kind == "code" and line.startswith((">>> ", "... ")) and len(line) > CODE_COLUMNS
    }
    assert not too_wide


# ---- Reading source

LIBRARY = {
    "__init__": '''
        """A library."""
        from lib.shapes import Shape, area, unit
        __all__ = ["Shape", "area", "unit"]
        ''',
    "shapes": '''
        """Shapes (N, 2)."""
        from collections.abc import Callable
        from typing import NamedTuple
        import numpy.typing as npt
        Rule = Callable[[npt.ArrayLike], float]
        class Shape:
            """A shape."""
            def __init__(self, size: float, /, *names: str, rule: Rule | None = None, **more): ...
            def grow(self, by=2) -> "Shape":
                """A larger one."""
            @property
            def side(self) -> float:
                """Its length."""
            def __call__(self, x: Rule) -> None: ...
            def _own(self): ...
        class Square(Shape):
            def grow(self): ...
        class Pair(NamedTuple):
            """Two."""
            left: int
            right: Rule
        def area(shape: Shape, *, exact: bool = True) -> tuple[float, Rule]:
            """Its size."""
        def make() -> Shape:
            """A shape."""
        unit = Shape(1)
        """Of size 1."""
        made = make()
        """Of another."""
        ''',
    "extra": '''
        """More."""
        from lib.shapes import area
        def helper(a, *rest, b=1): "Helps."
        def _hidden(): ...
        TABLE = {}
        "A table."
        SECRET = 1
        ''',
}


def write_library(root: Path, **changes: str) -> None:
    (root / "nnlib").mkdir(parents=True, exist_ok=True)
    for name, text in (LIBRARY | changes).items():
        source = dedent(text).strip().replace("from lib", "from nnlib") + "\n"
        (root / f"nnlib/{name}.py").write_text(source, "utf8")


def code(source: str, **metadata: Any) -> list[Cell]:
    cell = {"cell_type": "code", "source": source, "metadata": metadata}
    return [{**cell, "execution_count": 1, "outputs": []}]


IMPORTS = "from nnlib import Shape, area, unit\nfrom nnlib import extra"


def write_page(root: Path, imports: str = IMPORTS, **metadata: Any) -> None:
    write(
        root / PAGE,
        both("# 函式庫", "# The library"),
        both("## 形狀", "## Shapes"),
        both("有面積的東西。", "What has an area."),
        code(imports, **metadata),
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_library(tmp_path)
    write_page(tmp_path)
    return tmp_path


def entry(root: Path, path: str) -> api.Entry:
    item = api.find(api.load(root), path)
    assert item is not None
    return api.Entry(path, path.rpartition(".")[2], item)


PARAMETERS = {
    "Shape": [
        "size: float",
        "*names: str",
        "rule: Callable[[ArrayLike], float] | None = None",
        "**more",
    ],
    "area": ["shape: Shape", "*", "exact: bool = True"],
    "shapes.Pair": ["left: int", "right: Callable[[ArrayLike], float]"],
    "shapes.Shape.grow": ["by=2"],
    "extra.helper": ["a", "*rest", "b=1"],
    "shapes.make": [],
    "unit": None,
}


@pytest.mark.parametrize("path", PARAMETERS)
def test_parameters(root: Path, path: str) -> None:
    assert api.parameters(entry(root, f"nnlib.{path}"), ()) == PARAMETERS[path]


TYPES = {
    "area": "tuple[float, Callable[[ArrayLike], float]]",
    "shapes.Shape.grow": "Shape",
    "shapes.Shape.side": "float",
    "shapes.Shape.__call__": None,
    "unit": "Shape",
    "shapes.made": "Shape",
    "extra.TABLE": None,
}


@pytest.mark.parametrize("path", TYPES)
def test_types(root: Path, path: str) -> None:
    assert api.type_of(entry(root, f"nnlib.{path}"), ()) == TYPES[path]


def test_a_type_that_the_page_explains_keeps_its_name(root: Path) -> None:
    assert api.type_of(entry(root, "nnlib.area"), {"Rule"}) == "tuple[float, Rule]"


def test_kinds(root: Path) -> None:
    paths = ("Shape", "area", "unit", "shapes.Shape.grow", "shapes.Shape.side")
    kinds = [entry(root, f"nnlib.{path}").kind for path in paths]
    assert kinds == ["class", "function", "data", "method", "property"]


def test_a_module_stands_for_what_is_public_in_it(root: Path) -> None:
    names = [each.name for each in api.page(root)]
    assert names == ["Shape", "area", "unit", "extra.helper", "extra.TABLE"]
    assert [each.name for each in api.page(root)[0].methods()] == ["Shape.grow", "Shape.side"]


def test_passages() -> None:
    text = """One line,
and its end.

    indented

>>> f(1)
2

Next.
Raises ValueError for no x,
    or two.
Source: A book."""
    assert api.passages(text) == [
        ("text", "One line, and its end."),
        ("code", "indented\n\n>>> f(1)\n2"),
        ("text", "Next."),
        ("raises", "ValueError for no x, or two."),
        ("source", "A book."),
    ]


SHAPES = "(N,) (N, K) (M_out, M_in) (M_l, M_{l-1}) (N, C·H·W) (N, C, ⌊H/k⌋, ⌊W/k⌋) (out, in) (4, 2)"
NO_SHAPES = "(N) (Polyak, 1964) (He et al., 2015) f(X, Y) (or two, or three) (say, so) (a b, c)"


@pytest.mark.parametrize("shape", re.findall(r"\(.*?\)", SHAPES))
def test_shapes(shape: str) -> None:
    assert [found["shape"] for found in api.MARKED.finditer(f"of {shape}.")] == [shape]


@pytest.mark.parametrize("text", re.findall(r"\w*\(.*?\)", NO_SHAPES))
def test_no_shapes(text: str) -> None:
    assert not api.MARKED.search(f"of {text}.")


# ---- What is missing

FAULTS: dict[str, tuple[dict[str, str], str, list[str]]] = {
    "nothing": ({}, IMPORTS, []),
    "a method that overrides": ({}, f"{IMPORTS}\nfrom nnlib.shapes import Pair", []),
    "an unknown name": (
        {},
        f"{IMPORTS}, shape",
        [
            f"{PAGE}, cell 7: nnlib has no shape. "
            "Correct the name: the nearest is shapes."
        ],
    ),
    "a name in __all__": (
        {"__init__": LIBRARY["__init__"].replace(", unit", ", unit, make").replace(
            '"unit"', '"unit", "make"')},
        IMPORTS,
        [f"{PAGE}: not on the page: nnlib.make. Import it in a cell of its section."],
    ),
    "a new function": (
        {"extra": LIBRARY["extra"].rstrip() + "\n        def new(): 'New.'\n"},
        "from nnlib import Shape, area, unit\nfrom nnlib.extra import helper, TABLE",
        [f"{PAGE}: not on the page: nnlib.extra.new. Import it in a cell of its section."],
    ),
    "a new module": (
        {"other": '"""Other."""\ndef one(): "One."'},
        IMPORTS,
        [
            f"{PAGE}: nnlib.other is not on the page. Import it in a cell, "
            "or name it in NOT_FOR_THE_PAGE of _ext/check/names.py."
        ],
    ),
    "a name twice": (
        {},
        f"{IMPORTS}\nfrom nnlib import unit",
        [f"{PAGE}: nnlib.unit is on the page twice. Import it in one cell."],
    ),
    "a docstring": (
        {"extra": LIBRARY["extra"].rstrip() + "\n        def new(): ...\n"},
        IMPORTS,
        [
            "nnlib.extra.new has no docstring. "
            "Say what it takes, of what shape, and what it returns."
        ],
    ),
    "the docstring of a method": (
        {"shapes": LIBRARY["shapes"].replace('"""A larger one."""', "...")},
        IMPORTS,
        [
            "nnlib.Shape.grow has no docstring. "
            "Say what it takes, of what shape, and what it returns."
        ],
    ),
    "the docstring of a module": (
        {"extra": LIBRARY["extra"].replace('"""More."""', "")},
        IMPORTS,
        ["nnlib.extra has no docstring. Say what the module is for."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_missing_is_named(root: Path, name: str) -> None:
    changes, imports, faults = FAULTS[name]
    write_library(root, **changes)
    write_page(root, imports)
    assert list(page_is_complete(Book.load(root))) == faults
    assert [fault for fault in check_book(root) if fault in faults] == faults


def test_a_class_need_not_explain_again_what_it_overrides(root: Path) -> None:
    write_page(root, f"{IMPORTS}\nfrom nnlib.shapes import Square")
    assert list(page_is_complete(Book.load(root))) == [
        "nnlib.shapes.Square has no docstring. "
        "Say what it takes, of what shape, and what it returns."
    ]


def test_a_book_without_the_page_needs_no_library(tmp_path: Path) -> None:
    assert list(page_is_complete(Book.load(tmp_path))) == []


# ---- The page, built


def built(root: Path, lang: str) -> BeautifulSoup:
    return BeautifulSoup(page(root, lang, api.PAGE), "html.parser")


def of_entry(root: Path, lang: str, identifier: str) -> Tag:
    head = built(root, lang).find(id=identifier)
    assert isinstance(head, Tag)
    assert isinstance(head.parent, Tag)
    return head.parent


def text(tag: Tag | None) -> str:
    return " ".join(tag.get_text().replace("#", "").split()) if tag else ""


LINKED = both("見[面積](nnlib.ipynb#nnlib.area)。", "See [the area](nnlib.ipynb#nnlib.area).")
USED = code("from nnlib import Shape, unit\nfrom nnlib import extra\nextra.Square(Shape(unit))")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_book(tmp_path_factory.mktemp("api"))
    write_library(
        root,
        extra='''
        """More, as (N, K)."""
        from lib.shapes import Shape
        class Square(Shape):
            """A `Shape`, as `area` has it; see https://example.org/it.

            >>> Square()
            1

            Raises ValueError for 0.
            Source: A book.
            """
        ''',
    )
    write_page(root, chapters=[2, 9])
    contents = (root / "_toc.yml").read_text("utf8")
    (root / "_toc.yml").write_text(contents + f"      - file: {api.PAGE}\n", "utf8")
    layers = root / "chapters/05-layers.ipynb"
    write(layers, both("# 層", "# Layers"), LINKED, both("見式 (2.1)。", "See Eq. (2.1)."), USED)
    (root / "chapters/labels.tsv").unlink()  # no figure is left that has words
    assert make_book(root) == (0, "")
    return root


@pytest.mark.parametrize("lang", ["zh-Hant", "en"])
def test_every_name_has_its_place(book: Path, lang: str) -> None:
    for name in ("Shape", "Shape.grow", "Shape.side", "area", "unit", "extra.Square"):
        of_entry(book, lang, f"nnlib.{name}")


def test_a_signature_reads_as_code(book: Path) -> None:
    area = text(of_entry(book, "en", "nnlib.area").dt)
    assert (
        area
        == "area(shape: Shape, *, exact: bool = True) → tuple[float, Callable[[ArrayLike], float]]"
    )
    assert text(of_entry(book, "en", "nnlib.extra.Square").dt).startswith("class extra.Square(size")
    assert text(of_entry(book, "en", "nnlib.unit").dt) == "unit: Shape"


def test_names_lead_to_their_entries(book: Path) -> None:
    targets = [a["href"] for a in built(book, "en").select(".cell a")]
    assert targets == ["#nnlib.Shape", "#nnlib.area", "#nnlib.unit"]
    square = of_entry(book, "en", "nnlib.extra.Square")
    leads = [a["href"] for a in square.select("dd a")]
    inside = ["#nnlib.Shape", "#nnlib.area", "https://example.org/it", "#nnlib.Shape"]
    assert leads == [*inside, "05-layers.html#layers"]
    assert of_entry(book, "en", "nnlib.area").select("dt .parameter a")[0]["href"] == "#nnlib.Shape"


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            [
                "Raises ValueError for 0.",
                "Source A book.",
                "Extends Shape",
                "In the book 5 Layers",
            ],
        ),
        ("zh-Hant", ["引發 ValueError for 0.", "出處 A book.", "繼承自 Shape", "書中 5 層"]),
    ],
)
def test_labels_are_in_the_language_of_the_book(book: Path, lang: str, words: list[str]) -> None:
    square = of_entry(book, lang, "nnlib.extra.Square")
    assert [text(each) for each in square.select("dd p")[1:]] == words
    for part in square.select("dd p")[0], *square.select("dd p:not(.met) > span:last-child"):
        assert part["lang"] == "en"


def test_shapes_and_examples_are_code(book: Path) -> None:
    assert "(N, K)" in [text(each) for each in built(book, "en").select(".names p code")]
    assert text(of_entry(book, "en", "nnlib.extra.Square").pre) == ">>> Square() 1"


@pytest.mark.parametrize(("lang", "label"), [("en", "Derived in"), ("zh-Hant", "推導見")])
def test_only_chapters_that_are_there_are_linked(book: Path, lang: str, label: str) -> None:
    line = built(book, lang).select_one("p.derived")
    assert line
    assert [a["href"] for a in line.select("a")] == ["02-neuron.html"]
    assert text(line).startswith(f"{label} 2 ")


@pytest.mark.parametrize("lang", ["zh-Hant", "en"])
def test_chapters_can_link_to_a_name(book: Path, lang: str) -> None:
    assert 'href="nnlib.html#nnlib.area"' in page(book, lang, "chapters/05-layers")


def test_the_table_of_contents_has_the_names(book: Path) -> None:
    contents = [a["href"] for a in built(book, "en").select(".bd-toc a")]
    assert contents == [
        "#shapes",
        "#nnlib.Shape",
        "#nnlib.area",
        "#nnlib.unit",
        "#nnlib.extra.Square",
    ]


def test_there_is_no_link_to_code_without_an_address(book: Path) -> None:
    assert not built(book, "en").select(".sig > a:not(.headerlink)")


# These change the book.


def test_a_link_to_no_name_is_a_fault(book: Path) -> None:
    layers = book / "chapters/05-layers.ipynb"
    kept = layers.read_text("utf8")
    layers.write_text(kept.replace("nnlib.area", "nnlib.circle"), "utf8")
    faults = "\n".join(check_book(book))
    assert "the link to nnlib.ipynb#nnlib.circle leads to no section" in faults
    layers.write_text(kept, "utf8")


def test_a_new_docstring_is_on_the_page(book: Path) -> None:
    shapes = book / "nnlib/shapes.py"
    shapes.write_text(shapes.read_text("utf8").replace("Its size.", "How large it is."), "utf8")
    assert make_book(book) == (0, "")
    for lang in ("zh-Hant", "en"):
        assert text(of_entry(book, lang, "nnlib.area").dd).startswith("How large it is. ")


def test_a_new_chapter_is_linked(book: Path) -> None:
    write(book / "chapters/09-vanishing.ipynb", both("# 消失", "# Vanishing"))
    contents = (book / "_toc.yml").read_text("utf8")
    (book / "_toc.yml").write_text(contents + "      - file: chapters/09-vanishing\n", "utf8")
    assert make_book(book) == (0, "")
    line = built(book, "en").select_one("p.derived")
    assert text(line) == "Derived in 2 The neuron · 9 Vanishing"


def test_names_link_to_their_code_where_the_book_has_an_address(book: Path) -> None:
    assert make_book(book, GITHUB_REPOSITORY="Alice/nn") == (0, "")
    link = of_entry(book, "zh-Hant", "nnlib.area").select_one("dt > a:not(.headerlink)")
    assert link
    assert re.fullmatch(
        r"https://github.com/Alice/nn/blob/main/nnlib/shapes.py#L\d+-L\d+", str(link["href"])
    )
    assert text(link) == "程式碼"
