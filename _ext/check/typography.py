"""Typography: punctuation and spaces as each language sets them.

Rules of our own: autocorrect reads raw Markdown, takes a link for Latin text, and knows neither
full-width brackets nor 「」 nor what stands beside a formula.
"""

import re
from collections.abc import Iterator

from read.notebooks import Cell
from read.text import CODE, FORMULA, FULL_WIDTH, HAN, LATIN, excerpts, texts

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


APOSTROPHE = re.compile(r"(?<=[A-Za-z])'(?![A-Za-z])")  # Bayes' theorem: a page shows Bayes』


def typographic_apostrophes(cell: Cell) -> Iterator[str]:
    for text in texts(cell, "zh-Hant"):
        if where := excerpts(APOSTROPHE, text):
            yield f"an apostrophe that the page takes for a quotation mark: {where}. Write ’."


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


OF_CHINESE = [
    full_width_punctuation,
    chinese_quotes,
    typographic_apostrophes,
    chinese_spacing,
]

WIDE_IN_ENGLISH = re.compile(rf"(?<![{HAN}])[{FULL_WIDTH}](?![{HAN}])")  # a Chinese title may stand


def half_width_punctuation(cell: Cell) -> Iterator[str]:
    for text in texts(cell, "en"):
        if where := excerpts(WIDE_IN_ENGLISH, text):
            yield f"full-width punctuation in English: {where}. Write the half-width form."
