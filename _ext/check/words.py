"""Words: Taiwan's own, in Traditional characters.

Lists of one's own, for no library knows the book's terms: OpenCC and its kin convert whole texts.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from read.book import is_prose
from read.notebooks import Cell
from read.text import HAN, alternatives, texts

HERE = Path(__file__).parent


@cache
def avoided() -> tuple[dict[str, str], re.Pattern[str]]:
    """What to write for each word to avoid; a pattern that finds the words and their exceptions."""
    rows = (HERE / "avoid.tsv").read_text("utf8").splitlines()
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
    return frozenset((HERE / "simplified.txt").read_text("utf8").splitlines()[-1])


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
