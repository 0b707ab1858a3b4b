"""Films: another text for each frame, names, and not too heavy."""

from collections.abc import Iterator

from draw.films import MOST_BYTES, MOST_BYTES_OF_IMAGE, packed
from read.book import Book, Found, Notebook
from read.films import of_cell, symbol
from read.notebooks import LANGUAGES, Cell


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


def films_have_names_of_their_own(notebook: Notebook, book: Book) -> Found:
    seen: dict[str, Cell] = {}
    for cell in notebook.cells:
        for film in of_cell(cell):
            if film.name in seen:
                yield (
                    cell,
                    f"its film is called {film.name}, as the one of cell {seen[film.name].number}. "
                    "Give its draw function another name.",
                )
            seen[film.name] = cell
