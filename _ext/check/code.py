"""Code: lines that fit a phone, comments that both books can show, no file of the page's own."""

import re
from collections.abc import Iterator

from read.notebooks import Cell, parse
from read.text import HAN

CODE_COLUMNS = 64  # what a phone shows
INSTALLED = r"(?!cbook\.get_sample_data\()"  # what comes with Matplotlib
OPENS = re.compile(
    r"\b(?:open|imread|read_text|read_bytes|read_csv|urlopen|urlretrieve"
    rf"|(?:np|numpy)\.(?:loadtxt|genfromtxt|fromfile|memmap))\({INSTALLED}"
)
LOADS = re.compile(rf"\b(?:np|numpy|torch|json|pickle)\.load\({INSTALLED}")  # or from memory


def code_fits_a_phone(cell: Cell) -> Iterator[str]:
    sources = [cell.source] if cell.kind == "code" else []
    if cell.kind == "markdown":
        sources = [token.content for token in parse(cell.source) if token.type == "fence"]
    lines = [line for source in sources for line in source.splitlines()]
    for line in lines:
        if len(line) > CODE_COLUMNS:
            yield (
                f'a line of code has {len(line)} characters, "{line.strip()[:20]}…". '
                f"Break it at {CODE_COLUMNS}, what a phone shows."
            )


def comments_in_english(cell: Cell) -> Iterator[str]:
    comment = re.search(rf"#.*[{HAN}].*", cell.source) if cell.kind == "code" else None
    if comment:
        yield f'both books show the comment "{comment[0]}". Write it in English.'


def reads_no_file(cell: Cell) -> Iterator[str]:
    """A notebook that stands alone has no file beside it; what a cell keeps in memory it has."""
    if cell.kind != "code":
        return
    found = OPENS.search(cell.source)
    if not found and "BytesIO(" not in cell.source:
        found = LOADS.search(cell.source)
    if found:
        yield (
            f"it reads a file: {found[0]}…). Ship what it needs inside a package, "
            "and read it through that package, as nnlib.data does."
        )
