"""A figure's words as text in Chinese, where the stored figure has outlines in English.

The text takes the place, the size, the turn and the color of the outlines. A formula among words is
set as a line of letters; what is mathematics alone stays as it is drawn.
"""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.entities import html5
from itertools import groupby, pairwise
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from read.labels import FORMULA, squeezed, translated

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)
G, DEFS, PATH, USE, TEXT, TSPAN = (
    f"{{{SVG}}}{name}" for name in ("g", "defs", "path", "use", "text", "tspan")
)
HREF = f"{{{XLINK}}}href"
UNIT = 1 / 64  # of the glyphs' coordinates, where a text is 100 high

Glyphs = Mapping[str, Element]


@dataclass(frozen=True)
class Outlines:
    """A text as it is stored: a comment, then a group of glyphs, which a transform puts in place.

    The transform is a shift to where the text starts, a turn if it has one, and a scale.
    """

    comment: Element
    group: Element
    parent: Element
    within: tuple[str, ...]  # the ids of the groups around it, the outermost first

    @property
    def words(self) -> str:
        return squeezed(self.comment.text or "")

    @property
    def x(self) -> float:
        return transform(self.group)["translate"][0]

    @property
    def size(self) -> float:
        return 100 * transform(self.group)["scale"][0]

    def width(self, glyphs: Glyphs) -> float:
        """From where the text starts to where its last glyph ends."""
        return max(ends(self.group, glyphs), default=0.0) * self.size / 100


def ends(group: Element, glyphs: Glyphs) -> Iterator[float]:
    for use in group.iter(USE):
        place = transform(use)
        across = numbers(glyphs[use.get(HREF, "#")[1:]].get("d", ""))[::2]
        yield place["translate"][0] + place["scale"][0] * max(across, default=0.0) * UNIT


def transform(element: Element) -> dict[str, list[float]]:
    """What an element's transform says, and what it means where it says nothing."""
    parts = re.findall(r"(\w+)\(([^)]*)\)", element.get("transform", ""))
    said = {name: numbers(values) for name, values in parts}
    return {"translate": [0.0, 0.0], "scale": [1.0]} | said


def numbers(text: str) -> list[float]:
    return [float(each) for each in re.findall(r"-?[\d.]+", text)]


def exchange(svg: str, words: Mapping[str, str]) -> str:
    """The figure with Chinese for every text of which `words` has the English."""
    parser = ElementTree.XMLParser(target=ElementTree.TreeBuilder(insert_comments=True))
    root = ElementTree.fromstring(svg, parser)
    glyphs = {path.get("id", ""): path for defs in root.iter(DEFS) for path in defs.iter(PATH)}
    texts = list(outlined(root))
    known = [(each, translated(each.words, words)) for each in texts]
    exchanged = [(each, chinese) for each, chinese in known if chinese is not None]
    if not exchanged:
        return svg
    made = [text_for(each, chinese, texts, glyphs) for each, chinese in exchanged]
    for (each, _), text in zip(exchanged, made, strict=True):
        each.parent.insert(list(each.parent).index(each.group), text)
        each.parent.remove(each.comment)
        for drawn in [part for part in each.group if part.tag != DEFS]:
            each.group.remove(drawn)
    used = {use.get(HREF, "#")[1:] for use in root.iter(USE)}
    for each, _ in exchanged:
        forget(each, used)
    return ElementTree.tostring(root, encoding="unicode")


def forget(outlines: Outlines, used: Container[str]) -> None:
    """Remove what is left of outlines, but for the glyphs that others use."""
    for defs in list(outlines.group):
        for glyph in [path for path in defs if path.get("id") not in used]:
            defs.remove(glyph)
        if not len(defs):
            outlines.group.remove(defs)
    if not len(outlines.group):
        outlines.parent.remove(outlines.group)


def outlined(element: Element, within: tuple[str, ...] = ()) -> Iterator[Outlines]:
    """The texts of a figure, each line of one that has several."""
    within = (*within, element.get("id", ""))
    for comment, group in pairwise(element):
        if not isinstance(comment.tag, str) and group.tag == G:  # the tag of a comment is no name
            yield Outlines(comment, group, element, within)
    for child in element:
        if child.tag == G:
            yield from outlined(child, within)


# Where it stands


def anchor(text: Outlines, texts: Sequence[Outlines], glyphs: Glyphs) -> str:
    """Which point of a text stays where it was, as far as the drawing tells.

    Texts of a legend start beside their lines, those beside an axis end at it, and the others are
    taken to be centered, but for a column of them that starts in one place.
    """
    around = " ".join(text.within)
    if "legend" in around:
        return "start"
    if "ytick" in around:
        return "end"
    below = (each for each in texts if each.within[:-1] == text.within[:-1] and each.x == text.x)
    return "start" if any(each.width(glyphs) != text.width(glyphs) for each in below) else "middle"


def text_for(
    outlines: Outlines, chinese: str, texts: Sequence[Outlines], glyphs: Glyphs
) -> Element:
    """The <text> that stands for outlines."""
    point = anchor(outlines, texts, glyphs)
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[point]
    place = outlines.group.get("transform", "").partition("scale")[0].strip()
    text = Element(TEXT, {"transform": place, "font-size": short(outlines.size)})
    if share:
        text.set("x", short(share * outlines.width(glyphs)))
        text.set("text-anchor", point)
    text.set("style", outlines.group.get("style", ""))
    text.set("aria-hidden", "true")  # what is read aloud is the description of the figure
    fill(text, chinese, outlines.size)
    return text


def short(value: float) -> str:
    return f"{round(value, 2):g}"


# What it says


@dataclass(frozen=True)
class Look:
    """How letters look: their class in figures.css, and whether they are a script."""

    kind: str = ""  # or "symbol", in italics, or "sign"
    script: str = ""  # or _ or ^

    @property
    def size(self) -> float:
        """Letters of formulas look smaller than those of words."""
        return (1.1 if self.kind else 1.0) * (0.7 if self.script else 1.0)

    @property
    def height(self) -> float:
        return {"": 0.0, "_": -0.2, "^": 0.4}[self.script]


def fill(text: Element, words: str, size: float) -> None:
    """Put words into a text, of which each formula becomes spans of its own."""
    parts = list(typeset(words))
    if all(look == Look() for _, look in parts):
        text.text = words
        return
    height = 0.0
    for look, same in groupby(parts, lambda part: part[1]):
        span = ElementTree.SubElement(text, TSPAN)
        span.text = "".join(letters for letters, _ in same)
        if look.kind:
            span.set("class", look.kind)
            span.set("font-size", short(look.size * size))
        if look.height != height:
            span.set("dy", short((height - look.height) * size))
        height = look.height


def typeset(words: str) -> Iterator[tuple[str, Look]]:
    """The letters of a text, and the look of each. A formula that is no line raises ValueError."""
    for part in re.split(f"({FORMULA})", words):
        if re.fullmatch(FORMULA, part):
            yield from signs(part[1:-1])
        elif part:
            yield part, Look()


SIGN = re.compile(
    r"([_^])(?:\{([^{}]*)\}|(\\[A-Za-z]+|.))"  # a script, of several signs or of one
    r"|\\([A-Za-z]+)|(.)"  # a name, or what stands for itself
)


def signs(formula: str, script: str = "") -> Iterator[tuple[str, Look]]:
    for level, several, one, name, letter in SIGN.findall(formula):
        if level and not script:
            yield from signs(several or one, level)
            continue
        sign = html5.get(f"{name};") if name else letter.replace("-", "−")
        if not sign or sign in "{}\\":
            raise ValueError(f"${formula}$ is no line of letters")
        if sign in "=<>≤≥≈":
            yield f" {sign} ", Look("sign", script)
        elif sign in ",;":
            yield f"{sign} ", Look("sign", script)
        elif sign != " ":
            yield sign, Look("symbol" if re.match("[A-Za-zα-ω]", sign) else "sign", script)
