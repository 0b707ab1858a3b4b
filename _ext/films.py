"""Films, as `nnlib.explore` stores figures that move, become figures that a reader moves.

A notebook holds every frame. For the page each one is treated as a still figure is (figures.py) and
all are packed together; the images in them, of heat maps, go into files that a browser asks for
when the reader first moves something. Words come from the cell's metadata, in both languages: `alt`
describes the picture in a template that follows the controls, such as "β = {beta}: minimum
{minimum:.3f}"; `names` says what a parameter or number is called that has no symbol for a name.
"""

import base64
import gzip
import hashlib
import itertools
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from bilingual import language
from figures import inline
from notebooks import LANGUAGES, Cell
from sphinx.application import Sphinx
from sphinx.locale import _

FILM = "application/vnd.nnlib.film+json"
IMAGE = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=\s]+)")

# What the page holds of a film, compressed, and each image that is a file beside it.
MOST_BYTES, MOST_BYTES_OF_IMAGE = 30_000, 6_000

Value = bool | float | str


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

    def sentences(self, template: str) -> list[str]:
        """The alternative text of each frame."""
        return [typographic(template.format(**in_words(state))) for state in self.states]


def of_cell(cell: Cell) -> list[Film]:
    data = [output.get("data", {}) for output in cell.outputs]
    return [Film.stored(each[FILM]) for each in data if FILM in each]


# Words


def typographic(text: str) -> str:
    """What Python writes as -1.5 and 2e-05, as a book does: −1.5 and 2×10⁻⁵. Zero has no sign."""
    text = re.sub(r"(?<![\w.])-(?=0(?:\.0*)?(?![\d.]))", "", text)
    text = re.sub(r"(?<!\w)-(?=\d)", "−", text)
    return re.sub(r"(?<=\d)e([+-]\d+)", lambda found: "×10" + raised(found[1]), text)


def raised(exponent: str) -> str:
    return str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def written(value: Value, digits: int = 4) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return value if isinstance(value, str) else typographic(f"{value:.{digits}g}")


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


# Rules for the author (prose.py)


def words_follow_the_film(cell: Cell) -> Iterator[str]:
    for film in of_cell(cell):
        for lang in LANGUAGES:
            template = cell.metadata.get("alt", {}).get(lang, "")
            try:
                sentences = film.sentences(template)
            except (IndexError, KeyError, ValueError) as error:
                known = ", ".join(film.states[0])
                yield (
                    f"its {lang} alternative text does not fit its film ({error!r}). "
                    f"Between braces, name what the film has: {known}."
                )
            else:
                if template and len(set(sentences)) < len(sentences):
                    yield (
                        f"its {lang} alternative text is the same for different frames. "
                        "Name every parameter in it: {w1}."
                    )
        names = cell.metadata.get("names", {}).get("zh-Hant", {})
        for name in film.states[0]:
            if not names.get(name) and not symbol(name):
                yield (
                    f"its film shows {name}, which has no zh-Hant name. "
                    f'Write "names": {{"zh-Hant": {{"{name}": "…"}}}} in the metadata.'
                )


def film_is_light(cell: Cell) -> Iterator[str]:
    for film in of_cell(cell):
        size = len(packed(film, to_site="../"))
        if size > MOST_BYTES:
            yield (
                f"its film weighs {size / 1000:.0f} KB on the page, and the most is "
                f"{MOST_BYTES / 1000:.0f}. Draw fewer points, draw a surface with imshow, "
                "or give fewer values."
            )
        heaviest = max(map(len, film.images), default=0)
        if heaviest > MOST_BYTES_OF_IMAGE:
            yield (
                f"an image in its film weighs {heaviest / 1000:.1f} KB, and the most is "
                f"{MOST_BYTES_OF_IMAGE / 1000:.0f}. Draw it with fewer pixels or colors."
            )


# The page


def address(image: bytes) -> str:
    """Where the site has an image of a film."""
    return f"_images/{hashlib.sha256(image).hexdigest()[:16]}.png"


def packed(film: Film, to_site: str) -> bytes:
    """What film.js unpacks: frames as lists of pieces, most of which they share."""

    def moved(image: re.Match[str]) -> str:
        return to_site + address(base64.b64decode(image[1]))

    pieces: dict[str, int] = {}
    frames = []
    for frame in film.frames:
        svg = inline(frame, "", f"{film.name}-")
        content = IMAGE.sub(moved, svg[svg.index(">") + 1 : svg.rindex("</svg>")])
        parts = re.split("(?<=>)(?=<)", content)
        frames.append([pieces.setdefault(part, len(pieces)) for part in parts])
    text = json.dumps({"pieces": list(pieces), "frames": frames})
    return gzip.compress(text.encode(), mtime=0)


def show_films(app: Sphinx, docname: str, source: list[str]) -> None:
    if not str(app.env.doc2path(docname)).endswith(".ipynb"):
        return
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if FILM in output.get("data", {}):
                film = Film.stored(output["data"][FILM])
                to_site = "../" * docname.count("/")
                output["data"] = {"text/html": player(app, film, cell["metadata"], to_site)}
                for image in film.images:
                    path = Path(app.outdir, address(image))
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(image)
    source[0] = json.dumps(notebook)


def player(app: Sphinx, film: Film, metadata: dict[str, Any], to_site: str) -> str:
    """The film as HTML: its first picture, its controls, its numbers and, packed, its frames."""
    lang = language(app.config)
    names = metadata.get("names", {}).get(lang, {})
    sentences = film.sentences(metadata.get("alt", {}).get(lang, ""))
    content = {
        "film": film,
        "frames": base64.b64encode(packed(film, to_site)).decode(),
        "labels": {name: label(name, names) for name in film.states[0]},
        "picture": inline(film.frames[film.start], sentences[film.start], f"{film.name}-"),
        "sentences": sentences,
        "texts": {
            each["name"]: [written(value, digits=10) for value in each["values"]]
            for each in film.parameters
        },
        "written": written,
    }
    return str(app.builder.templates.render("film.html", content))


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_css_file("film.css")
    app.add_js_file("film.js", loading_method="defer")
    app.connect("source-read", show_films)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
