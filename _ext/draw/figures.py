"""Stored SVG figures become part of the page, so that they follow its colors and its language.

matplotlib wrote them for a notebook; here they get the page's palette (as CSS variables that change
in dark mode), the alternative text of the page's language and ids that no other figure shares.
"""

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path

from draw.labels import exchange

STYLE = Path(__file__).parents[1] / "pages" / "static" / "figures.css"
# Heat maps are stored with few pixels; the browser draws them smooth unless told otherwise. The
# pixels of `plots.images` are there to be seen.
PIXELATED = "image-rendering:crisp-edges;image-rendering:pixelated"


def palette() -> dict[str, str]:
    """Light color -> CSS variable, as the first rule of the figures' style sheet says."""
    rule = STYLE.read_text("utf8").split("}", 1)[0]
    return {color: name for name, color in re.findall(r"(--fig-[\w-]+): (#[0-9a-f]{6});", rule)}


def smooth(svg: str) -> str:
    """A figure whose images are drawn smooth, but for those that show their pixels."""
    heat_map = re.compile(r'<image (?![^>]* id="pixels")[^>]*>')
    return heat_map.sub(lambda image: image[0].replace(PIXELATED, ""), svg)


def inline(svg: str, alt: str, prefix: str, words: Mapping[str, str] | None = None) -> str:
    """One figure as an HTML element, with `words` for the English that it is stored with."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<(metadata|style)\b.*?</\1>", "", svg, flags=re.DOTALL)
    svg = re.sub(r">\s+<", "><", svg)
    svg = smooth(exchange(svg, words) if words else svg)
    svg = re.sub(r' d="[^"]+"', lambda path: re.sub(r"(\.\d\d)\d+", r"\1", path[0]), svg)
    used = set(re.findall(r"(?:href=\"|url\()#([^\")]+)", svg))
    svg = re.sub(r' id="([^"]+)"', lambda m: f' id="{prefix}{m[1]}"' if m[1] in used else "", svg)
    svg = re.sub(r"(href=\"|url\()#", rf"\1#{prefix}", svg)
    for color, variable in palette().items():
        svg = re.sub(color, f"var({variable})", svg, flags=re.IGNORECASE)
    label = f'class="figure" role="img" aria-label="{escape(alt)}"'
    return svg.replace("<svg", f"<svg {label}", 1)
