"""Films, as `nnlib.explore` stores figures that move: every frame, and the words for them.

Words come from the cell's metadata, in both languages: `alt` describes the picture in a template
that follows the controls, such as "β = {beta}: minimum {minimum:.3f}"; `names` says what a
parameter or number is called that has no symbol for a name.
"""

import base64
import gzip
import itertools
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from runpy import run_path
from typing import Any

from sphinx.locale import _

from read.notebooks import Cell

FILM = "application/vnd.nnlib.film+json"
IMAGE = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=\s]+)")
Value = bool | float | str
# As the controls at the kernel write numbers. (To import nnlib would take NumPy.)
NUMERALS = run_path(str(Path(__file__).parents[2] / "nnlib/numerals.py"))


@dataclass(frozen=True)
class Film:
    name: str
    parameters: list[dict[str, Any]]
    play: str | None
    names: list[str]  # of the numbers that it shows
    shown: list[list[Value]]  # the numbers themselves, frame by frame
    frames: list[str]  # SVG

    @classmethod
    def stored(cls, content: dict[str, Any]) -> "Film":
        frames = json.loads(gzip.decompress(base64.b64decode(content["frames"])))
        return cls(**{**content, "frames": frames})

    @property
    def start(self) -> int:
        """The frame that is seen first."""
        place = 0
        for parameter in self.parameters:
            place = place * len(parameter["values"]) + parameter["start"]
        return place

    @property
    def images(self) -> list[bytes]:
        """The images in its frames, of heat maps."""
        return [base64.b64decode(each) for frame in self.frames for each in IMAGE.findall(frame)]

    @property
    def states(self) -> list[dict[str, Value]]:
        """All values of each frame by name: its parameters and what it shows."""
        names = [*(parameter["name"] for parameter in self.parameters), *self.names]
        choices = itertools.product(*(parameter["values"] for parameter in self.parameters))
        rows = zip(choices, self.shown, strict=True)
        return [dict(zip(names, [*chosen, *shown], strict=True)) for chosen, shown in rows]

    @property
    def rows(self) -> list[list[str]]:
        """What the page writes of each frame: its parameters and what it shows."""
        choices = itertools.product(*(texts(parameter["values"]) for parameter in self.parameters))
        rows = zip(choices, self.shown, strict=True)
        return [[*chosen, *map(written, shown)] for chosen, shown in rows]

    def sentences(self, template: str) -> list[str]:
        """The alternative text of each frame."""
        return [typographic(template.format(**in_words(state))) for state in self.states]


def of_cell(cell: Cell) -> list[Film]:
    data = [output.get("data", {}) for output in cell.outputs]
    return [Film.stored(each[FILM]) for each in data if FILM in each]


def has_figure(cell: Cell) -> bool:
    """Whether a cell shows a picture, be it still or moving."""
    kinds = {kind for output in cell.outputs for kind in output.get("data", ())}
    return any(kind == FILM or kind.startswith("image/") for kind in kinds)


# Words


def typographic(text: str) -> str:
    """What Python writes as -1.5 and 2e-05, as a book does: −1.5 and 2×10⁻⁵. Zero has no sign."""
    text = re.sub(r"(?<![\w.])-(?=0(?:\.0*)?(?![\d.]))", "", text)
    text = re.sub(r"(?<!\w)-(?=\d)", "−", text)
    return re.sub(r"(?<=\d)e([+-]\d+)", lambda found: "×10" + raised(found[1]), text)


def raised(exponent: str) -> str:
    return str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def texts(values: Iterable[Value]) -> list[str]:
    """How a page writes the values of a parameter: told apart."""
    values = list(values)
    return [on_page(*each) for each in zip(values, NUMERALS["told_apart"](values), strict=True)]


def written(value: Value) -> str:
    """How a page writes a value that a frame shows."""
    return on_page(value, NUMERALS["written"](value))


def on_page(value: Value, text: str) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return text if isinstance(value, str) else typographic(text)


def in_words(state: dict[str, Value]) -> dict[str, Value]:
    """A state as a text may have it: numbers wait for the template to format them."""
    return {
        name: written(value) if isinstance(value, bool) else value for name, value in state.items()
    }


def symbol(name: str) -> str | None:
    """The HTML of a name that stands for a symbol: w1, beta, c. None for a word."""
    parts = re.fullmatch(r"([A-Za-z]+)_?(\d*)", name)
    if parts is None:
        return None
    letter, number = parts.groups()
    if len(letter) > 1:
        try:
            letter = unicodedata.lookup(f"GREEK SMALL LETTER {letter}")
        except KeyError:
            return None
    return f"<i>{letter}</i><sub>{number}</sub>" if number else f"<i>{letter}</i>"


def label(name: str, names: dict[str, str]) -> str:
    """What a page calls a parameter or number, as HTML."""
    given = names.get(name)
    return escape(given) if given else symbol(name) or name.replace("_", " ")
