"""A network at a glance: the table that `print` shows, and the picture that a notebook shows.

Shapes are those of the last forward pass, with N for the number of samples. Before one they are
what the layers know of themselves, and what only an input can tell is "?".
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from html import escape

from nnlib.checks import Shape
from nnlib.layer import Layer

UNKNOWN: Shape = ("N", "...")
Row = tuple[str, Layer, Shape]  # where it is, the layer, the shape of its output


def rows(net: Layer) -> tuple[Shape, list[Row]]:
    """The shape of the input, and a row for each layer, in the order in which data pass them."""
    layers = [*net.in_turn()]
    inputs, shape = [], UNKNOWN
    for _, layer in layers:
        last: Shape = ("N", *layer.A_prev.shape[1:]) if hasattr(layer, "A_prev") else UNKNOWN
        shape = min(last, shape, _declared(layer), key=_unknown)
        inputs.append(shape)
        shape = layer.output_shape(shape)
    outputs = [*inputs[1:], shape]
    return inputs[0], [(*each, output) for each, output in zip(layers, outputs, strict=True)]


def _declared(layer: Layer) -> Shape:
    """The shape of the input that a layer asks for."""
    if len(layer.input_shapes) > 1 or "..." in layer.input_shapes[0]:
        return UNKNOWN
    return "N", *(n if isinstance(n, int) else "?" for n in layer.input_shapes[0][1:])


def _unknown(shape: Shape) -> int:
    """How much of a shape is not known."""
    return len(shape) + 9 if "..." in shape else shape.count("?")


def _written(shape: Shape) -> str:
    return f"({', '.join(map(str, shape))})"


def _named(layer: Layer) -> str:
    return type(layer).__name__ if layer.parameters() else repr(layer).removesuffix("()")


def _size(layer: Layer) -> int:
    return sum(parameter.size for parameter in layer.parameters().values())


def table(net: Layer) -> str:
    """The layers, the shapes of their outputs, the numbers of their parameters."""
    lines = [("", "layer", "output", "parameters")]
    for at, layer, shape in rows(net)[1]:
        size = f"{_size(layer):,}" if layer.parameters() else ""
        lines.append((at.removesuffix("."), _named(layer), _written(shape), size))
    lines.append(("", "", "total", f"{_size(net):,}"))
    a, b, c, d = (max(map(len, column)) for column in zip(*lines, strict=True))
    aligned = (f"{i:{a}}  {j:{b}}  {k:{c}}  {n:>{d}}".rstrip() for i, j, k, n in lines)
    text = "\n".join(aligned)
    return f"{text}\n(a forward pass tells what is ?)" if "?" in text else text


# The picture: a column of units or channels for the input, and for each layer that may change the
# shape. What keeps it, as an activation does, is written below.

STEP, UNIT, GAP, LINE = 104, 8, 21, 16  # pixels
MOST_UNITS, MOST_CHANNELS = 8, 4  # that are drawn
BLUE, ORANGE = "#4f8ac0", "#cf6a3a"  # on light and on dark; all else is in the page's own ink


@dataclass
class Column:
    """Heights count from the middle."""

    x: int
    shape: Shape
    words: list[str]
    joined: bool = False  # each unit with each one before it

    def units(self) -> list[float]:
        """The heights of the units of a vector, and of the dots that stand for some of many."""
        n = self.shape[1] if len(self.shape) == 2 and isinstance(self.shape[1], int) else 0
        drawn = n if n <= MOST_UNITS else MOST_UNITS - 1
        return [GAP * (i - (drawn - 1) / 2) for i in range(drawn)]

    def drawn(self, fill: str, largest: int) -> str:
        fill = f'fill="{fill}" fill-opacity="0.3"'
        if units := self.units():
            dots = ""
            if len(units) != self.shape[1]:
                dots = _text(self.x, units.pop(len(units) // 2) + 5, "⋮")
            return dots + "".join(
                f'<circle cx="{self.x}" cy="{y:g}" r="{UNIT}" {fill}/>' for y in units
            )
        channels, height = self.shape[1:3] if len(self.shape) == 4 else (1, largest)
        side = 16 + 44 * (height / largest if isinstance(height, int) else 1)
        n = min(channels, MOST_CHANNELS) if isinstance(channels, int) else 1
        corners = [5 * (i - (n - 1) / 2) - side / 2 for i in range(n)]
        return "".join(
            f'<rect x="{self.x + at:g}" y="{at:g}" width="{side:g}" height="{side:g}" {fill}/>'
            for at in corners
        )


def columns(net: Layer) -> tuple[list[Column], list[tuple[int, int]]]:
    """The columns; and between which of them go the shortcuts of residual blocks."""
    shape, found = rows(net)
    drawn = [Column(STEP // 2, shape, ["input"])]
    blocks: dict[str, tuple[int, int]] = {}
    for name, layer, output in found:
        before = len(drawn) - 1
        if not layer.keeps_shape:
            joined = bool(layer.parameters()) and len(shape) == len(output) == 2
            drawn.append(Column(drawn[-1].x + STEP, output, [], joined))
        drawn[-1].words.append(_named(layer))
        shape = output
        for inside in re.finditer(r"block\.", name):
            block = name[: inside.end()]
            blocks[block] = blocks.get(block, (before, 0))[0], len(drawn) - 1
    return drawn, [(start, end) for start, end in blocks.values() if start < end]


def picture(net: Layer) -> str:
    """An SVG to stand in a page; read aloud, it names the layers and shapes."""
    drawn, shortcuts = columns(net)
    heights = [each.shape[2] for each in drawn if len(each.shape) == 4]
    largest = max((height for height in heights if isinstance(height, int)), default=1)
    parts = []
    for left, right in itertools.pairwise(drawn):
        pairs = itertools.product(left.units(), right.units()) if right.joined else ()
        lines = "".join(f"M{left.x + UNIT} {a:g}L{right.x - UNIT} {b:g}" for a, b in pairs)
        if lines:
            parts.append(f'<path d="{lines}" stroke-opacity="0.3"/>')
        else:
            parts.append(f'<path d="M{(left.x + right.x) // 2 - 8} 0h16m-5-4l5 4l-5 4"/>')
    for each in drawn:
        fill = "none" if each is drawn[0] else ORANGE if each is drawn[-1] else BLUE
        parts.append(each.drawn(fill, largest))
    half = max(48, *(GAP * len(each.units()) // 2 for each in drawn)) + LINE
    for start, end in shortcuts:
        a, b = drawn[start].x + 6, drawn[end].x - 6
        path = f"M{a} {8 - half}v-6H{b}v6m-4-5l4 5l4-5"
        parts.append(f'<path d="{path}" stroke-dasharray="4 3"/>')
    for each in drawn:
        words = [" × ".join(map(str, each.shape[1:])), *each.words]
        parts += [_text(each.x, half + LINE * i, word) for i, word in enumerate(words)]
    width = STEP * len(drawn)
    height = 2 * half + LINE * max(1 + len(each.words) for each in drawn)
    says = "; ".join(f"{', '.join(each.words)}: {_written(each.shape)}" for each in drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(says)}" '
        f'width="{width}" viewBox="0 {-half} {width} {height}" style="max-width: 100%" '
        'font-size="13" text-anchor="middle" fill="none" stroke="currentColor">'
        f"{''.join(parts)}</svg>"
    )


def _text(x: float, y: float, text: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" fill="currentColor" stroke="none">{escape(text)}</text>'
