"""The map of the book: its chapters as a column, and an arrow from each to the later ones on it.

Arrows are as thick as the passages that lead back are many; what leads back once is a hairline. So
the picture needs no color, and its colors are the page's, in light and in dark mode.
"""

from collections.abc import Mapping
from html import escape

from read.needs import Needs

WIDTH, ROW, LETTER = 360, 33, 13  # letters of 13, as the map is as wide as a phone
TITLE = 26  # where titles begin, right of their numbers
GAP = 9  # between the longest title and the arrows
THICKNESS = 0.9  # for each passage
HEAD = 4  # of an arrow, and half a thickness more


def width_of(text: str) -> float:
    """About how wide a title is: Han are square, letters half as wide."""
    return sum(LETTER if ord(sign) > 0x2E7F else 0.5 * LETTER for sign in text)


def arrow(start: float, above: float, below: float, reach: float, passages: int) -> str:
    """From the row of a chapter, out to the right, and back to the row of a later one."""
    kind = "once" if passages == 1 else "often"
    thickness = THICKNESS * passages
    head = HEAD + thickness / 2
    tip, out = start + 2, start + 4 / 3 * reach  # the curve comes three quarters of the way
    curve = f"M{start:.1f} {above:.1f}C{out:.1f} {above:.1f} {out:.1f} {below:.1f} {tip:.1f} "
    line = f'<path class="{kind}" stroke-width="{thickness:.1f}" d="{curve}{below:.1f}"/>'
    point = f"M{tip:.1f} {below:.1f}l{1.5 * head:.1f} {-head:.1f}v{2 * head:.1f}z"
    return f'{line}<path class="head {kind}" d="{point}"/>'


def drawn(titles: Mapping[int, str], needs: Needs, alt: str) -> str:
    """The map as SVG. What leads to a chapter is grouped with its title, so that both light up."""
    rows = {number: ROW * (place + 0.5) for place, number in enumerate(titles)}
    start = TITLE + GAP + max(map(width_of, titles.values()))
    farthest = max((abs(rows[a] - rows[b]) for a, b in needs), default=1.0)
    groups = []
    for number, title in titles.items():
        at = rows[number]
        line = f"{at + 4.5:.1f}"  # where the letters stand
        arrows = "".join(
            arrow(
                start,
                rows[earlier] + 4,
                at - 4,
                12 + (WIDTH - start - 18) * (at - rows[earlier]) / farthest,
                passages,
            )
            for (later, earlier), passages in needs.items()
            if later == number
        )
        groups.append(
            f'<g><rect width="{start:.0f}" height="{ROW}" y="{at - ROW / 2:.1f}"/>'
            f'<text class="number" transform="translate({TITLE - 8} {line})">{number}</text>'
            f'<text transform="translate({TITLE} {line})">{escape(title)}</text>'
            f"{arrows}</g>"
        )
    return (
        f'<svg class="figure book-map" role="img" aria-label="{escape(alt)}" '
        f'viewBox="0 0 {WIDTH} {ROW * len(rows)}" xmlns="http://www.w3.org/2000/svg">'
        f"{''.join(groups)}</svg>"
    )
