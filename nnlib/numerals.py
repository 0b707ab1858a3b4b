"""How the numbers of a figure are written, by its controls and on the pages of the book.

It imports nothing: a page is made without NumPy.
"""

from collections.abc import Iterable

Value = bool | float | str

DIGITS = 10  # what numbers are rounded to


def told_apart(values: Iterable[Value]) -> list[str]:
    """How the values of a parameter are written: with as many digits as make no two alike."""
    values = list(values)
    texts: list[str] = []
    for digits in range(4, DIGITS + 1):
        texts = [written(value, digits) for value in values]
        if len(set(texts)) == len(set(values)):
            break
    return texts


def written(value: Value, digits: int = 4) -> str:
    """A value in that many significant digits; below a million, with all before the point."""
    if isinstance(value, bool | int | str):
        return str(value)
    text = f"{value:.{digits}g}"
    return f"{value:.7g}" if "e+" in text and abs(value) < 1e6 else text
