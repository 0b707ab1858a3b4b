"""Films on the page: a player for each, which works without a kernel."""

import base64
import json
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from draw.figures import inline
from draw.films import address, packed
from pages.bilingual import language
from pages.figures import words_of
from read.films import FILM, Film, label, texts


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
    lang, words = language(app.config), words_of(app)
    names = metadata.get("names", {}).get(lang, {})
    sentences = film.sentences(metadata.get("alt", {}).get(lang, ""))
    content = {
        "film": film,
        "frames": base64.b64encode(packed(film, to_site, words)).decode(),
        "labels": {name: label(name, names) for name in film.states[0]},
        "picture": inline(film.frames[film.start], sentences[film.start], f"{film.name}-", words),
        "sentences": sentences,
        "texts": {each["name"]: texts(each["values"]) for each in film.parameters},
    }
    return str(app.builder.templates.render("film.html", content))


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_css_file("film.css")
    app.add_js_file("film.js", loading_method="defer")
    app.connect("source-read", show_films)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
