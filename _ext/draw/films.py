"""What a page holds of a film: its frames, each treated as a still figure is, packed together.

The images in them, of heat maps, go into files that a browser asks for when the reader first moves
something.
"""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Mapping

from draw.figures import inline
from read.films import IMAGE, Film

# What the page holds of a film, compressed, and each image that is a file beside it.
MOST_BYTES, MOST_BYTES_OF_IMAGE = 30_000, 6_000


def address(image: bytes) -> str:
    """Where the site has an image of a film."""
    return f"_images/{hashlib.sha256(image).hexdigest()[:16]}.png"


def packed(film: Film, to_site: str, words: Mapping[str, str] | None = None) -> bytes:
    """What film.js unpacks: frames as lists of pieces, most of which they share."""

    def moved(image: re.Match[str]) -> str:
        return to_site + address(base64.b64decode(image[1]))

    pieces: dict[str, int] = {}
    frames = []
    for frame in film.frames:
        svg = inline(frame, "", f"{film.name}-", words)
        content = IMAGE.sub(moved, svg[svg.index(">") + 1 : svg.rindex("</svg>")])
        parts = re.split("(?<=>)(?=<)", content)
        frames.append([pieces.setdefault(part, len(pieces)) for part in parts])
    text = json.dumps({"pieces": list(pieces), "frames": frames})
    return gzip.compress(text.encode(), mtime=0)
