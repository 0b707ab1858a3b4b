"""The class: who is in it, and whose each notebook is."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nncheck.grading.handed_in import Handed, readable

ID = {"id", "student id", "student_id", "sis user id", "id number", "學號", "學生證號"}
NAME = {"name", "full name", "student", "student name", "姓名", "學生"}


@dataclass(frozen=True)
class Student:
    id: str
    name: str


def students_of(path: Path) -> list[Student]:
    """Those of a table with a column for ID or name; ValueError if it has neither."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp950", "replace")  # as Excel saves it in Taiwan
    rows = list(csv.DictReader(io.StringIO(text)))
    heads = {head.strip().lower(): head for head in (rows[0] if rows else {}) if head}
    id, name = (next((heads[h] for h in heads if h in kind), None) for kind in (ID, NAME))
    if id is None and name is None:
        raise ValueError(f"{path} must have a column named id or name, but has {', '.join(heads)}")
    return [
        Student((row.get(id or "") or "").strip(), (row.get(name or "") or "").strip())
        for row in rows
    ]


def whose(handed: Handed, students: Sequence[Student]) -> Student | None:
    """The one student whose ID, or else whose name, stands in the path."""
    place = "/".join(map(readable, handed.parts)).casefold()
    words = set(re.split(r"[\W_]+", place))
    by_id = [each for each in students if each.id and each.id.casefold() in words]
    letters = re.sub(r"[\W_]+", "", place)
    by_name = [
        each
        for each in students
        if each.name and re.sub(r"[\W_]+", "", each.name.casefold()) in letters
    ]
    for found in (by_id, by_name):
        if len(found) == 1:
            return found[0]
    return None
