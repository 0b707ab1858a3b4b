"""Where things stand: the sections of a notebook, with their titles in both languages."""

from dataclasses import dataclass

from read.book import Notebook
from read.notebooks import LANGUAGES, Cell, headings, slugs


@dataclass(frozen=True)
class Section:
    docname: str  # "chapters/02-neuron"
    slug: str  # "the-bias-is-minus-the-threshold"
    number: str  # "2.5"; "" on a page that has no number
    titles: tuple[tuple[str, str], ...]  # (language, Markdown of the heading)

    def title(self, lang: str) -> str:
        return dict(self.titles)[lang]


def sections(notebook: Notebook) -> list[Section]:
    """The sections of a notebook in order, by its English headings."""
    docname = notebook.name.removesuffix(".ipynb")
    texts = {lang: headings(notebook.cells, lang) for lang in LANGUAGES}
    names = slugs([text for _, text in texts["en"]])
    count = [int(notebook.chapter or 0) - 1]
    found = []
    # Not strict: headings without a partner are the prose checks' to report.
    for slug, *both in zip(names, *texts.values(), strict=False):
        level = both[0][0]
        count = [*count, 0, 0, 0, 0, 0][:level]
        count[-1] += 1
        titles = tuple((lang, text) for lang, (_, text) in zip(LANGUAGES, both, strict=True))
        number = ".".join(map(str, count)) if notebook.chapter else ""
        found.append(Section(docname, slug, number, titles))
    return found


def section_of_cells(notebook: Notebook) -> dict[int, Section]:
    """The section that each cell stands in, by the cell's number: the last that it opens."""
    listed = sections(notebook)
    opened = dict.fromkeys(LANGUAGES, 0)
    places = {}
    for cell in notebook.cells:
        languages = [cell.lang] if cell.lang in LANGUAGES else [*LANGUAGES]
        for lang in languages:
            opened[lang] += number_of_headings(cell)
        if listed:
            place = opened[languages[-1]] - 1
            places[cell.number] = listed[min(max(place, 0), len(listed) - 1)]
    return places


def number_of_headings(cell: Cell) -> int:
    return len(headings([cell], cell.lang or "en"))
