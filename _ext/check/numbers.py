"""Numbers are traced: what prose says comes from the page, the literature or arithmetic.

Two or more digits make a number that a reader may ask about. It occurs in an output, in a figure,
in code or in a displayed formula of the page, rounded to the digits that the prose prints; or its
paragraph, list or table cites the literature; or `<!-- number-ok: 0.8 × 1.5 -->` says how it comes
about, from numbers that are traced themselves ("number-ok" in the metadata does so for the
alternative text of a figure). A formula in a line of text is prose: dollars do not trace a number,
but a formula that computes one does, `$0.8 \\times 1.5 = 1.2$`.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from markdown_it.token import Token

from check.arithmetic import computed, results
from check.claims import COUNT
from read import labels
from read.book import Book, Found, Notebook
from read.films import of_cell
from read.notebooks import Cell, parse
from read.numerals import Number, numbers, unlatex
from read.text import alternatives, displayed, inlines

DIGITS = 2  # as many make a number to be traced
OK = re.compile(r"<!--\s*number-ok:(.*?)-->", re.DOTALL)
REMEDY = (
    "Print it in a cell, cite its source, or say how it comes about: <!-- number-ok: 0.8 × 1.5 -->."
)

# Numbers that name and do not measure: places, years, versions.
PLACE = r"\d+(?:\.\d+)*"
PLACES = rf"{PLACE}(?:(?:–|-|、|, | and | or | to ){PLACE})*"
KIND = "(?:[Cc]hapter|[Ss]ection|[Ee]xercise|[Qq]uestion|[Ff]igure|[Tt]able|Equation)"
YEAR = r"\b(?:1[6-9]|20)\d\d"
NAMING = re.compile(
    rf"(?:{KIND}s|pp\.)\s{PLACES}|(?:{KIND}|p\.|§|習題|圖|表)\s{PLACE}|(?:Eq\.|式)\s\({PLACE}\)"
    rf"|第\s{PLACES}\s[章節題頁版冊]"
    rf"|{YEAR}(?= 年|s\b)|\b(?:[Ii]n|around|from|of|the|and)\s{YEAR}\b"
    rf"|[,，(（]\s?{YEAR}(?=[)）])|^{YEAR}$"
    r"|\b(?:Python|NumPy|PyTorch|CC BY)\s\d+(?:\.\d+)*|\d+(?:-bit| 位元)"
)


@dataclass(frozen=True)
class Sources:
    """What the numbers of a page may come from."""

    exact: frozenset[Decimal]  # code and formulas mean what they say
    printed: list[Decimal]  # what was computed may be rounded; in order

    @classmethod
    def of(cls, written: Iterable[Number], shown: Iterable[Number]) -> "Sources":
        return cls(frozenset(values(written)), sorted(set(values(shown))))

    def hold(self, number: Number) -> bool:
        return any(
            value in self.exact or self.rounded(value - unit / 2, value + unit / 2)
            for value, unit in number.scales()
        )

    def rounded(self, least: Decimal, most: Decimal) -> bool:
        place = bisect_left(self.printed, least)
        return place < len(self.printed) and self.printed[place] <= most


def values(found: Iterable[Number]) -> Iterator[Decimal]:
    return (value for number in found for value, _ in number.scales())


# ---- What a page shows


def sources(notebook: Notebook, book: Book) -> Sources:
    """Of a page; the exercise, its answers and its check are one."""
    pages, code = [notebook], ""
    if exercise := re.fullmatch(r"exercises/(?:solutions/)?(\d+-(.+))\.ipynb", notebook.name):
        pages = [each for each in book.notebooks if each.name.endswith(f"/{exercise[1]}.ipynb")]
        pages = [each for each in pages if each.name.startswith("exercises/")]
        check = book.root / "nncheck/questions" / f"{exercise[2].replace('-', '_')}.py"
        code = check.read_text("utf8") if check.exists() else ""
    cells = [cell for page in pages for cell in page.cells]
    written = [number for cell in cells for number in in_code_and_formulas(cell)]
    shown = [number for cell in cells for number in in_outputs(cell)]
    return Sources.of([*written, *numbers(code)], shown)


def in_code_and_formulas(cell: Cell) -> Iterator[Number]:
    if cell.kind == "code":
        yield from numbers(cell.source)
    for formula in displayed(cell):
        yield from numbers(unlatex(formula))
    for token in parse(cell.source) if cell.kind == "markdown" else ():
        if token.type in ("fence", "code_block"):
            yield from numbers(token.content)
    for token in (token for tokens in inlines(cell) for token in tokens):
        if token.type == "math_inline" and computes(token.content):
            yield from numbers(unlatex(token.content))


def computes(formula: str) -> bool:
    found = results(formula)
    return bool(found) and all(number.rounds(value) for number, value in found)


def in_outputs(cell: Cell) -> Iterator[Number]:
    for output in cell.outputs:
        data = output.get("data", {})
        kinds = {kind for kind in data if kind.startswith("image/") or "film" in kind}
        texts = [output.get("text", ""), "" if kinds else data.get("text/plain", "")]
        for text in [*texts, output.get("evalue", "")]:
            yield from numbers("".join(text))
    yield from numbers(unlatex("\n".join(labels.texts(cell))))
    for film in of_cell(cell):
        for state in film.states:
            yield from numbers(" ".join(map(repr, state.values())))


# ---- What prose says


@dataclass(frozen=True)
class Said:
    """A paragraph, list or table: its numbers, and whether it cites the literature."""

    numbers: list[Number]
    cites: bool


def said(cell: Cell, book: Book) -> Iterator[Said]:
    if cell.kind == "code":
        for text in alternatives(cell).values():
            yield Said(list(numbers(measuring(re.sub(r"\{.*?\}", "", text)))), False)
        return
    block: list[Token] = []
    for token in parse(cell.source) if cell.kind == "markdown" else ():
        block.append(token)
        if token.level == 0 and token.nesting <= 0:
            inner = [each for outer in block for each in outer.children or [outer]]
            start = r"^\s*\d+\. " if block[0].type == "heading_open" else r"(?!)"
            text = re.sub(start, "", " ".join(map(running, inner)))
            targets = {each.attrs.get("href") for each in inner if each.type == "link_open"}
            yield Said(list(numbers(text)), bool(targets & {*book.literature}))
            block = []


def running(token: Token) -> str:
    """What a token says; formulas, and code that is nothing but a number, are read as text."""
    if token.type == "html_block":  # <details><summary>…</summary>
        return measuring(re.sub(r"<!--.*?-->|<[^>]*>", " ", token.content, flags=re.DOTALL))
    if token.type == "math_inline":
        return unlatex(token.content)
    if token.type == "code_inline":
        return token.content if re.fullmatch(r"[\d., %e×^+−-]+", token.content) else ""
    return measuring(token.content) if token.type in ("text", "image") else "\n"


def measuring(text: str) -> str:
    """Text without numbers that name, and without those that its replications count."""
    for pattern in (NAMING, *COUNT.values()):
        text = pattern.sub(" ", text)
    return text


# ---- The rule


def numbers_are_traced(notebook: Notebook, book: Book) -> Found:
    page = sources(notebook, book)
    for cell in notebook.cells:
        blocks = list(said(cell, book))
        cited = Sources.of((each for block in blocks if block.cites for each in block.numbers), ())
        found = [each for block in blocks if not block.cites for each in block.numbers]
        untraced = {n.text.strip(): n for n in found if n.digits >= DIGITS and not page.hold(n)}
        for formula in formulas(cell):
            for number, value in results(formula):
                if not number.rounds(value):
                    yield cell, f"${formula}$ is wrong: it comes to {value:.6g}. Mend it."
        for expression in explanations(cell):
            fault, explained = explains(expression, untraced.values(), (page, cited))
            untraced = {text: n for text, n in untraced.items() if n not in explained}
            if fault:
                yield cell, f"number-ok: {expression}: {fault}"
        for text in untraced:
            yield (
                cell,
                f"{text} is in no output, figure, code or displayed formula of the page. {REMEDY}",
            )


def formulas(cell: Cell) -> list[str]:
    inner = (token for tokens in inlines(cell) for token in tokens)
    return [*displayed(cell), *(each.content for each in inner if each.type == "math_inline")]


def explanations(cell: Cell) -> list[str]:
    parts = cell.metadata.get("number-ok", "")
    if cell.kind == "markdown":
        parts = ";".join(OK.findall(cell.source))
    return [part.strip() for part in parts.split(";") if part.strip()]


def explains(
    expression: str, untraced: Iterable[Number], known: Iterable[Sources]
) -> tuple[str, list[Number]]:
    """What is wrong with an explanation, if anything; the numbers that it explains."""
    try:
        value = abs(computed(expression))
    except ValueError as error:
        return f"{error}. Write numbers, + − × / ^ %, sqrt, ln, exp, round, ceil.", []
    for part in numbers(expression):
        if part.digits >= DIGITS and not any(each.hold(part) for each in known):
            return f"{part.text.strip()} is itself in nothing that the page shows. {REMEDY}", []
    explained = [number for number in untraced if number.rounds(value)]
    if not explained:
        return f"it comes to {value:.6g}, and no number here waits for that. Take it out.", []
    return "", explained
