"""What the prose of the book promises, checked in seconds: `python _ext/prose.py [notebooks…]`.

Each rule below yields what is wrong and its remedy, as "<what is wrong>. <Remedy>."; the message
adds the notebook and the cell. Without arguments the whole book is checked, and the bibliography.
"""

import argparse
import ast
import difflib
import itertools
import os
import re
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

import api
from bibliography import FILE as BIBLIOGRAPHY
from bibliography import Entry, entries
from check.exceptions import Exceptions, exceptions, unexcused, without_cell
from films import film_is_light, of_cell, words_follow_the_film
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from notebooks import CITATION, LANGUAGES, MARKDOWN, TAG, Cell, headings, prose, read, slugs

ROOT = Path(__file__).parents[1]
CODE_COLUMNS = 64  # what a phone shows

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇\U00020000-\U0003ffff"
FULL_WIDTH = "，。；：？！、（）「」『』《》〈〉【】～"
FORMULA, CODE = "\ue000", "\ue001"  # what stands in running text for `$…$` and for `` `…` ``
LATIN = f"A-Za-z0-9\u00c0-\u024f\u0370-\u03ff{FORMULA}{CODE}"


# ---- What there is to check


@dataclass(frozen=True)
class Link:
    target: str
    text: str
    holds_image: bool


@dataclass(frozen=True)
class Notebook:
    name: str  # the path from the root of the book, as messages show it
    cells: list[Cell]

    @property
    def chapter(self) -> str | None:
        """ "2" for chapters/02-neuron.ipynb."""
        prefix = re.match(r"chapters/0*(\d+)-", self.name)
        return prefix[1] if prefix else None

    def pairs(self) -> Iterator[tuple[Cell, Cell]]:
        """Each Chinese cell with its English partner."""
        for chinese, english in zip(self.cells, self.cells[1:], strict=False):
            if is_prose(chinese, "zh-Hant") and is_prose(english, "en"):
                yield chinese, english


@dataclass(frozen=True)
class Book:
    root: Path
    notebooks: list[Notebook]
    literature: dict[str, Entry]  # by link target
    exceptions: Exceptions = field(default_factory=dict)

    @classmethod
    def load(cls, root: Path) -> "Book":
        folders = ("chapters", "exercises", "exercises/solutions")
        paths = [path for folder in folders for path in sorted(root.glob(f"{folder}/*.ipynb"))]
        paths = [*root.glob("index.ipynb"), *paths]
        found = [Notebook(path.relative_to(root).as_posix(), read(path)) for path in paths]
        bibliography = root / BIBLIOGRAPHY
        literature = entries(bibliography) if bibliography.exists() else {}
        return cls(root, found, literature, exceptions(root))

    @cached_property
    def tags(self) -> set[str]:
        return {
            tag
            for notebook in self.notebooks
            for cell in notebook.cells
            for formula in displayed(cell)
            for tag in TAG.findall(formula)
        }


def is_prose(cell: Cell, lang: str) -> bool:
    return cell.kind == "markdown" and cell.lang == lang


@cache
def parse(source: str) -> list[Token]:
    return MARKDOWN.parse(source)


def inlines(cell: Cell) -> list[list[Token]]:
    """The contents of each paragraph, heading and table cell."""
    if cell.kind != "markdown":
        return []
    return [token.children or [] for token in parse(cell.source) if token.type == "inline"]


def plain(tokens: list[Token]) -> str:
    """Text as a reader sees it, with a sign for each formula and piece of code.

    A form feed stands where the text is cut: at a displayed formula or a forced line break.
    """
    signs = {
        "math_inline": FORMULA,
        "code_inline": CODE,
        "softbreak": "\n",
        "hardbreak": "\f",
        "math_inline_double": "\f",
    }
    return "".join(
        signs.get(token.type) or (token.content if token.type == "text" else "") for token in tokens
    )


def texts(cell: Cell, lang: str) -> Iterator[str]:
    """The running text of one language in a cell, alternative text included."""
    if cell.kind == "code":
        alternative = alternatives(cell).get(lang, "")
        yield from filter(None, [re.sub(r"\{.*?\}", "0", alternative)])  # a film puts numbers there
    elif cell.lang == lang:
        for tokens in inlines(cell):
            yield from filter(None, map(str.strip, plain(tokens).split("\f")))
            yield from (token.content for token in tokens if token.type == "image")


def alternatives(cell: Cell) -> dict[str, str]:
    """The alternative text of a code cell's figure, by language."""
    alt = cell.metadata.get("alt")
    return alt if isinstance(alt, dict) else {}


def displayed(cell: Cell) -> list[str]:
    """The displayed formulas of a cell."""
    kinds = ("math_block", "math_block_label", "math_inline_double")
    if cell.kind != "markdown":
        return []
    tree = SyntaxTreeNode(parse(cell.source))
    return [node.content for node in tree.walk() if node.type in kinds]


def links(cell: Cell) -> Iterator[Link]:
    for tokens in inlines(cell):
        for start, token in enumerate(tokens):
            if token.type == "link_open":
                end = next(n for n in range(start, len(tokens)) if tokens[n].type == "link_close")
                content = tokens[start + 1 : end]
                image = any(each.type == "image" for each in content)
                yield Link(str(token.attrs["href"]), plain(content), image)


def shown(text: str) -> str:
    """Running text with its signs made readable again."""
    return text.replace(FORMULA, "$…$").replace(CODE, "`…`").replace("\n", " ")


def excerpts(pattern: re.Pattern[str], text: str, around: int = 6) -> str:
    """Where a pattern occurs in a text, with a few characters around it."""
    spans: list[tuple[int, int]] = []
    for found in pattern.finditer(text):
        start, end = max(0, found.start() - around), found.end() + around
        if spans and start <= spans[-1][1]:
            start = spans.pop()[0]
        spans.append((start, end))
    return ", ".join(f'"{shown(text[start:end])}"' for start, end in spans)


# ---- Rules on one cell


def known_language(cell: Cell) -> Iterator[str]:
    if cell.kind == "code" and cell.lang is not None:
        yield 'a code cell belongs to both languages. Take "lang" out of its metadata.'
    elif cell.lang not in (None, *LANGUAGES):
        yield f'"lang" is "{cell.lang}" in its metadata. Write "zh-Hant" or "en".'
    elif cell.kind == "markdown" and cell.lang is None:
        words = "".join(plain(tokens) for tokens in inlines(cell))
        if re.search(rf"[^\W\d_{FORMULA}{CODE}]", words):
            yield (
                "this text has no language. Split it into a zh-Hant and an en cell, "
                'and write "lang" in their metadata.'
            )


def figure_has_alternative_text(cell: Cell) -> Iterator[str]:
    for tokens in inlines(cell):
        if any(token.type == "image" and not token.content.strip() for token in tokens):
            yield "an image has no alternative text. Describe it between the brackets of ![…](…)."
    figures = [out for out in cell.outputs if any("image/" in kind for kind in out.get("data", ()))]
    if len(figures) > 1:
        yield f"its output holds {len(figures)} figures. Draw one figure in a cell."
    if not figures:
        return
    alt = alternatives(cell)
    for lang in LANGUAGES:
        text = alt.get(lang, "").strip()
        han = len(re.findall(f"[{HAN}]", text))
        if not text:
            yield (
                f"its figure has no {lang} alternative text. "
                f'Write "alt": {{"{lang}": "…"}} in the metadata.'
            )
        elif lang == "zh-Hant" and text == alt.get("en"):
            yield "its alternative text is the same in both languages. Write each in its own."
        elif (han < 8) if lang == "zh-Hant" else (len(text) < 15):
            yield f'its {lang} alternative text "{text}" is too short. Say what the figure shows.'


MYST = re.compile(
    r"^:{3,}.*"  # a directive with colons
    rf"|\{{[\w:.-]+\}}{CODE}"  # a role
    r"|^\([^()\s]+\)=$"  # a target
    r"|\{\{.*?\}\}",  # a substitution
    re.MULTILINE,
)


def plain_markdown(cell: Cell) -> Iterator[str]:
    if cell.kind != "markdown":
        return
    found = [
        f"```{token.info}"
        for token in parse(cell.source)
        if token.type == "fence" and token.info.startswith("{")
    ]
    found += [f"$$…$$ ({token.info})" for token in parse(cell.source) if "label" in token.type]
    found += [f"[]({link.target})" for link in links(cell) if not (link.text or link.holds_image)]
    for tokens in inlines(cell):
        found += [shown(match[0]) for match in MYST.finditer(plain(tokens))]
    if found:
        yield f"MyST syntax, which Colab shows raw: {', '.join(found)}. Write plain Markdown."


EMPHASIS = re.compile(rf"\*\*|\*(?=[^*\s])(?=[^*]+\*)|_(?=[{HAN}「（《])|(?<=[{HAN}」）》])_")


def emphasis_works(cell: Cell) -> Iterator[str]:
    for lang in LANGUAGES:
        for text in texts(cell, lang):
            if where := excerpts(EMPHASIS, text):
                yield (
                    f"a marker of bold or italics shows as it stands: {where}. "
                    "Leave brackets, punctuation and formulas outside it: **梯度**（gradient）."
                )


def columns_have_names(cell: Cell) -> Iterator[str]:
    if cell.kind != "markdown":
        return
    for token, content in itertools.pairwise(parse(cell.source)):
        if token.type == "th_open" and not re.search(r"\w", plain(content.children or [])):
            yield (
                f'the column "{content.content}" of a table has no name that can be read aloud. '
                "Put a word into its heading."
            )


@cache
def avoided() -> tuple[dict[str, str], re.Pattern[str]]:
    """What to write for each word to avoid; a pattern that finds the words and their exceptions."""
    rows = (ROOT / "_ext/avoid.tsv").read_text("utf8").splitlines()
    table = [row.split("\t") for row in rows if not row.startswith("#")][1:]
    use = {avoid: instead for avoid, instead, *_ in table}
    words = [*use, *(word for row in table for word in " ".join(row[2:]).split())]
    longest_first = sorted(set(words), key=len, reverse=True)
    return use, re.compile("|".join(map(re.escape, longest_first)))


def excused(cell: Cell) -> list[str]:
    return " ".join(re.findall(r"<!--\s*term-ok:(.*?)-->", cell.source)).split()


def taiwan_words(cell: Cell) -> Iterator[str]:
    use, pattern = avoided()
    for word in sorted(set(pattern.findall(" ".join(texts(cell, "zh-Hant"))))):
        if word in use and word not in excused(cell):
            yield (
                f"「{word}」 is not the book's word. "
                f"Write 「{use[word]}」, or in a quotation add <!-- term-ok: {word} -->."
            )


@cache
def simplified() -> frozenset[str]:
    return frozenset((ROOT / "_ext/simplified.txt").read_text("utf8").splitlines()[-1])


def traditional_characters(cell: Cell) -> Iterator[str]:
    source = cell.source if is_prose(cell, "zh-Hant") else alternatives(cell).get("zh-Hant", "")
    seen = re.sub(r"<!--.*?-->", "", source, flags=re.DOTALL)
    han = sorted(set(re.findall(f"[{HAN}]", seen)) - set("".join(excused(cell))))
    if slips := " ".join(each for each in han if each in simplified()):
        yield (
            f"Simplified characters: {slips}. Write the Traditional ones, "
            f"or in a quotation add <!-- term-ok: {slips} -->."
        )
    if rare := " ".join(each for each in han if not (each in simplified() or in_big5(each))):
        yield (
            f"characters outside Big5, which Taiwan uses: {rare}. Write the usual ones, "
            f"or in a name add <!-- term-ok: {rare} -->."
        )


def in_big5(character: str) -> bool:
    return bool(character.encode("cp950", "ignore"))


HALF_TO_FULL = dict(zip(",.;:?!()", "，。；：？！（）", strict=True))
HALF_WIDTH = re.compile(
    rf"(?<=[{HAN}{FULL_WIDTH}{FORMULA}{CODE}])[,.;:?!]"  # 梯度, and $x$,
    rf"|(?<!\bal)(?<!\bvs)(?<!^\d)(?<!^\d\d)[,.;:?!](?=\s?[{HAN}])"  # ReLU, 而; not "1. 前言"
    r"|(?<!\bal)[,.;:?!]$"
    rf"|\((?=[{HAN}])|(?<=[{HAN}])\)|(?<=[{HAN}])\((?!\d+\.\d+\))"  # 層(layer); not 式(2.3)
    rf"|(?:(?<=[{HAN}] )|(?<=[{FULL_WIDTH}]))\((?=[A-Za-z][A-Za-z -]+\))"  # 層 (layer)
)


def full_width_punctuation(cell: Cell) -> Iterator[str]:
    for text in texts(cell, "zh-Hant"):
        if re.search(f"[{HAN}]", text) and (found := HALF_WIDTH.findall(text)):
            full = " ".join(dict.fromkeys(HALF_TO_FULL[each] for each in found))
            yield f"half-width punctuation in Chinese: {excerpts(HALF_WIDTH, text)}. Write {full}."


QUOTES = re.compile(rf"[\"'“”‘’](?=[{HAN}])|(?<=[{HAN}])[\"'“”‘’]")


def chinese_quotes(cell: Cell) -> Iterator[str]:
    for text in texts(cell, "zh-Hant"):
        if where := excerpts(QUOTES, text):
            yield f"English quotation marks in Chinese: {where}. Write 「」."


GLUED = re.compile(rf"(?<=[{HAN}])(?=[{LATIN}]|[-+−±]\d)|(?<=[{LATIN}%)])(?=[{HAN}])")
APART = re.compile(rf" +(?=[{FULL_WIDTH}])|(?<=[{FULL_WIDTH}]) +")
BROKEN = re.compile(rf"(?<=[{HAN}])\n(?=[{HAN}])|\n(?=[{FULL_WIDTH}])")


def chinese_spacing(cell: Cell) -> Iterator[str]:
    for text in texts(cell, "zh-Hant"):
        if where := excerpts(GLUED, text):
            yield f"no space between Chinese and letters, figures or formulas: {where}. Add one."
        if where := excerpts(APART, text):
            yield f"a space beside full-width punctuation: {where}. Remove it."
        if where := excerpts(BROKEN, text):
            yield f"a line break that shows as a space: {where}. Break the line after punctuation."


WIDE_IN_ENGLISH = re.compile(rf"(?<![{HAN}])[{FULL_WIDTH}](?![{HAN}])")  # a Chinese title may stand


def half_width_punctuation(cell: Cell) -> Iterator[str]:
    for text in texts(cell, "en"):
        if where := excerpts(WIDE_IN_ENGLISH, text):
            yield f"full-width punctuation in English: {where}. Write the half-width form."


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


# ---- Rules on a notebook, which yield the cell as well


Found = Iterator[tuple[Cell, str]]


def partners(notebook: Notebook, book: Book) -> Found:
    """Prose comes in pairs: zh-Hant, then en."""
    paired = {cell.number for pair in notebook.pairs() for cell in pair}
    for cell in notebook.cells:
        if cell.number not in paired and is_prose(cell, "zh-Hant"):
            yield (
                cell,
                "no English partner follows this zh-Hant cell. Write the en cell right after it.",
            )
        elif cell.number not in paired and is_prose(cell, "en"):
            yield (
                cell,
                "this en cell has no Chinese partner. Write the zh-Hant cell right before it.",
            )


def described(node: SyntaxTreeNode) -> str | None:
    """A block in words, with all that must be the same in both languages."""
    match node.type:
        case "heading":
            return f"a heading of level {node.tag[1]}"
        case "bullet_list":
            return f"a list of {len(node.children)} items"
        case "ordered_list":
            return f"a numbered list of {len(node.children)} items"
        case "table":
            rows = [row for part in node.children for row in part.children]
            return f"a table of {len(rows)} rows and {len(rows[0].children)} columns"
        case "math_block" | "math_block_label" | "math_inline_double":
            return "a displayed formula"
        case "paragraph" | "blockquote" | "fence" | "code_block" | "hr" | "image":
            return f"a {node.type.replace('_', ' ')}"
    return None


def same_structure(notebook: Notebook, book: Book) -> Found:
    for chinese, english in notebook.pairs():
        here, there = (
            [*filter(None, map(described, SyntaxTreeNode(parse(cell.source)).walk())), "the end"]
            for cell in (chinese, english)
        )
        for count, (own, other) in enumerate(zip(here, there, strict=False), 1):
            if own != other:
                yield (
                    chinese,
                    f"its English partner, cell {english.number}, is built differently: block "
                    f"{count} is {own} here and {other} there. Give both the same blocks.",
                )
                break


def same_formulas(notebook: Notebook, book: Book) -> Found:
    for chinese, english in notebook.pairs():
        for own, other in zip(displayed(chinese), displayed(english), strict=False):
            if TAG.findall(own) != TAG.findall(other):
                tags = [", ".join(TAG.findall(each)) or "none" for each in (own, other)]
                yield (
                    chinese,
                    rf"\tag is {tags[0]} here and {tags[1]} in its English partner, "
                    rf"cell {english.number}. Give both the same tag.",
                )
            if bare(own) != bare(other):
                yield (
                    chinese,
                    f"the formula {' '.join(own.split())} is another in its English partner, "
                    rf"cell {english.number}. Only what is inside \text{{…}} may differ.",
                )


def bare(formula: str) -> str:
    """A formula without spaces, tag and words."""
    wordless = re.sub(r"\\text\w*\{(?:[^{}]|\{[^{}]*\})*\}", r"\\text{}", formula)
    return re.sub(r"\s", "", TAG.sub("", wordless))


def same_numbers(notebook: Notebook, book: Book) -> Found:
    """A number in a formula of one language stands somewhere in the other: figures or text."""
    for pair in notebook.pairs():
        for cell, other in (pair, pair[::-1]):
            tokens = [token for tokens in inlines(cell) for token in tokens]
            formulas = " ".join(token.content for token in tokens if token.type == "math_inline")
            if missing := sorted(numbers(formulas) - numbers(other.source)):
                yield (
                    cell,
                    f"its partner, cell {other.number}, lacks numbers of its formulas: "
                    f"{', '.join(missing)}. Make both say the same, in figures.",
                )


def numbers(text: str) -> set[str]:
    joined = re.sub(r"(?<=\d)(?:,|\{,\})(?=\d{3})", "", text)  # 60,000
    return set(re.findall(r"\d+(?:\.\d+)?", joined))


def same_links(notebook: Notebook, book: Book) -> Found:
    for chinese, english in notebook.pairs():
        here, there = ({link.target for link in links(cell)} for cell in (chinese, english))
        for target in sorted(here ^ there):
            cell, other = (chinese, english) if target in here else (english, chinese)
            yield cell, f"its partner, cell {other.number}, has no link to {target}. Add it there."


def tags_in_order(notebook: Notebook, book: Book) -> Found:
    seen: dict[str, Cell] = {}
    due = 1
    for cell in prose(notebook.cells, "zh-Hant"):  # the partner's tags are the same
        for tag in re.findall(r"\\tag\*?\{(.*?)\}", "".join(displayed(cell))):
            right = rf"\tag{{{notebook.chapter}.{due}}}"
            number = re.fullmatch(rf"{notebook.chapter}\.(\d+)", tag)
            if notebook.chapter is None:
                yield (
                    cell,
                    rf"\tag{{{tag}}} is in no chapter. Remove it, or number the file: 02-….ipynb.",
                )
            elif tag in seen:
                yield cell, rf"\tag{{{tag}}} is already in cell {seen[tag].number}. Write {right}."
                continue
            elif not number:
                yield cell, rf"\tag{{{tag}}} in chapter {notebook.chapter}. Write {right}."
            elif int(number[1]) != due:
                yield (
                    cell,
                    rf"\tag{{{tag}}} is out of order. Write {right}, and mend what cites it.",
                )
            seen[tag] = cell
            due = int(number[1]) + 1 if number else due + 1


NOUN = {"zh-Hant": "式", "en": "Eq."}


def equations_exist(notebook: Notebook, book: Book) -> Found:
    for lang, citation in CITATION.items():
        for cell in notebook.cells:
            for text in texts(cell, lang):
                for number in citation.findall(text):
                    if number not in book.tags:
                        yield (
                            cell,
                            rf"equation ({number}) is cited but no cell has \tag{{{number}}}. "
                            "Add the tag or mend the number.",
                        )
                for number in re.findall(rf"(?<![{LATIN}])\((\d+\.\d+)\)", citation.sub("", text)):
                    if number in book.tags:
                        yield (
                            cell,
                            f"({number}) alone is no link. Write {NOUN[lang]} ({number}).",
                        )


# A derivative or an error δ on the left of an equals sign. A definition has ≡ in its place.
GRADIENT = re.compile(r"[^=]*\\(?:partial|nabla|delta)[^=]*=")


def gradients_are_proved(notebook: Notebook, book: Book) -> Found:
    """What is printed as a gradient is a function with a name, and `prove` compares it."""
    proved = [proof for cell in notebook.cells for proof in proofs(cell)]
    functions = {name for cell in notebook.cells for name in functions_of(cell)}
    for cell in prose(notebook.cells, "zh-Hant"):  # the partner's formulas are the same
        for formula in displayed(cell):
            gradients = [row for row in re.split(r"\\\\|\\qquad", formula) if GRADIENT.match(row)]
            for tag in re.findall(r"\\tag\{(.*?)\}", formula):
                named = [function for number, function in proved if number == tag]
                if len(named) < len(gradients):
                    yield (
                        cell,
                        f"equation ({tag}) holds {len(gradients)} gradients, of which "
                        f'{len(named)} are proved. Add a cell with prove("{tag}", …).',
                    )
                for function in named:
                    if function not in functions:
                        yield (
                            cell,
                            f"equation ({tag}) is proved for {function}, which is no function of "
                            "this notebook. Name the formula with def, or import it.",
                        )


def proofs(cell: Cell) -> Iterator[tuple[str, str]]:
    """Each call of `prove`: the equation's number and the name of the function that it takes."""
    for node in ast.walk(tree(cell)):
        match node:
            case ast.Call(func=ast.Name("prove"), args=[ast.Constant(str(number)), formula, *_]):
                yield number, ast.unparse(formula)


def functions_of(cell: Cell) -> Iterator[str]:
    """The functions that a code cell defines, and the names that it imports."""
    for node in ast.walk(tree(cell)):
        match node:
            case ast.FunctionDef(name=name):
                yield name
            case ast.ImportFrom(names=names):
                yield from (each.asname or each.name for each in names)


def tree(cell: Cell) -> ast.AST:
    """The syntax of a code cell, without the lines that only IPython reads."""
    code = cell.source if cell.kind == "code" else ""
    return ast.parse(re.sub(r"^[%!].*$", "", code, flags=re.M))


def films_have_names_of_their_own(notebook: Notebook, book: Book) -> Found:
    seen: dict[str, Cell] = {}
    for cell in notebook.cells:
        for film in of_cell(cell):
            if film.name in seen:
                yield (
                    cell,
                    f"its film is called {film.name}, as the one of cell {seen[film.name].number}. "
                    "Give its draw function another name.",
                )
            seen[film.name] = cell


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
                known = slugs([text for _, text in headings(read(target), "en")])
                if target == book.root.resolve() / f"{api.PAGE}.ipynb":
                    known += api.anchors(book.root.resolve())
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


# ---- Rules on the whole book


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


CELL_RULES: list[Callable[[Cell], Iterator[str]]] = [
    known_language,
    figure_has_alternative_text,
    words_follow_the_film,
    film_is_light,
    plain_markdown,
    emphasis_works,
    columns_have_names,
    taiwan_words,
    traditional_characters,
    full_width_punctuation,
    chinese_quotes,
    chinese_spacing,
    half_width_punctuation,
    code_fits_a_phone,
    comments_in_english,
]
NOTEBOOK_RULES: list[Callable[[Notebook, Book], Found]] = [
    partners,
    same_structure,
    same_formulas,
    same_numbers,
    same_links,
    tags_in_order,
    equations_exist,
    gradients_are_proved,
    films_have_names_of_their_own,
    links_lead_somewhere,
    literature_agrees,
]


def check_notebook(notebook: Notebook, book: Book) -> list[str]:
    found: list[tuple[Cell, str]] = []
    for rule in NOTEBOOK_RULES:
        faults = rule(notebook, book)
        found += unexcused(rule.__name__, faults, notebook.cells, book.exceptions)
    for check in CELL_RULES:
        faults = ((cell, fault) for cell in notebook.cells for fault in check(cell))
        found += unexcused(check.__name__, faults, notebook.cells, book.exceptions)
    found.sort(key=lambda each: each[0].number)
    return [f"{notebook.name}, cell {cell.number}: {fault}" for cell, fault in found]


def check_book(root: Path, only: Collection[str] = ()) -> list[str]:
    """One message for each fault of the book, or of `only` these notebooks of it."""
    book = Book.load(root)
    chosen = [each for each in book.notebooks if not only or each.name in only]
    messages = [message for notebook in chosen for message in check_notebook(notebook, book)]
    for name in sorted(set(only) - {each.name for each in chosen}):
        messages.append(
            f"{name}: no notebook of the book. Name index.ipynb, or one of chapters/ or exercises/."
        )
    if only:
        return messages
    cells = [cell for notebook in book.notebooks for cell in notebook.cells]
    messages += without_cell(book.exceptions, cells)
    return [*messages, *literature_is_cited(book), *api.page_is_complete(book.root)]


def main() -> int:
    parser = argparse.ArgumentParser(description="Check the prose of the book.")
    parser.add_argument("notebooks", nargs="*", help="only these (default: the whole book)")
    chosen = [
        Path(os.path.relpath(name, ROOT)).as_posix() for name in parser.parse_args().notebooks
    ]
    messages = check_book(ROOT, chosen)
    print(*messages, sep="\n", end="\n" if messages else "")
    return 1 if messages else 0


if __name__ == "__main__":
    sys.exit(main())
