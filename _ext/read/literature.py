"""The literature: `chapters/references.bib`, read by pybtex, by the links that cite it."""

from dataclasses import dataclass
from pathlib import Path

from pybtex.database import Person, parse_file
from pybtex.richtext import Text

FILE = "chapters/references.bib"


@dataclass(frozen=True)
class Entry:
    """What a citation of a work must agree with."""

    key: str
    authors: tuple[str, ...]  # family names
    year: str


def family_name(person: Person) -> str:
    return str(Text.from_latex(" ".join(person.prelast_names + person.last_names)))


def entries(path: Path) -> dict[str, Entry]:
    """The entry of each link target: a DOI's address, or the `url` of what has no DOI."""
    found = {}
    for key, work in parse_file(str(path), bib_format="bibtex").entries.items():
        people = work.persons.get("author") or work.persons.get("editor", [])
        entry = Entry(key, tuple(map(family_name, people)), work.fields.get("year", ""))
        if "doi" in work.fields:
            found[f"https://doi.org/{work.fields['doi']}"] = entry
        if "url" in work.fields:
            found[work.fields["url"]] = entry
    return found
