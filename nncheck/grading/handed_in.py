"""What was handed in: notebooks in files, folders and archives, each with a name."""

import hashlib
import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path, PurePath

from nncheck.grading.wire import MEGABYTE

LARGEST = 64 * MEGABYTE  # of a notebook, with its figures
LONGEST_NAME = 120  # bytes; a file's name may have 255
NOT_HANDED_IN = re.compile(r"^(\..*|__MACOSX)$")  # folders of systems and of Jupyter
MOODLE = re.compile(r"_\d+_assignsubmission_\w*$")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f/\\]")


class Unreadable(ValueError):
    """A file that is not read; why is a key of `marks.UNREADABLE`."""


@dataclass(frozen=True)
class Handed:
    """One notebook, in a file or in an archive, and the names on the way to it."""

    path: Path
    parts: tuple[str, ...]
    member: str = ""

    def content(self) -> bytes:
        """Its bytes; Unreadable for what is no regular file of a sane size."""
        try:
            return self._in_archive() if self.member else self._in_file()
        except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            raise Unreadable("missing") from error

    def _in_file(self) -> bytes:
        if self.path.is_symlink():
            raise Unreadable("special")
        handle = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)  # a FIFO would wait for ever
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise Unreadable("special")
            return small(file.read(LARGEST + 1))

    def _in_archive(self) -> bytes:
        with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as file:
            return small(file.read(LARGEST + 1))


def small(content: bytes) -> bytes:
    if len(content) > LARGEST:
        raise Unreadable("large")
    return content


def handed_in(paths: Sequence[Path]) -> list[Handed]:
    """The notebooks at these paths; ValueError where there is nothing.

    Folders and zip archives are searched, such as those of nbgrader and Moodle.
    """
    found = []
    for path in paths:
        if not os.path.lexists(path):
            raise ValueError(f"{path}: nothing is there")
        here = list(notebooks_at(path))
        if not here:
            raise ValueError(f"{path}: no notebook is in it")
        found += here
    return found


def notebooks_at(path: Path) -> Iterator[Handed]:
    place = PurePath(os.path.abspath(path)).parts
    if path.is_dir() and not path.is_symlink():
        for folder, folders, files in os.walk(path):
            folders[:] = sorted(each for each in folders if not NOT_HANDED_IN.match(each))
            for file in sorted(each for each in files if is_notebook(each)):
                inside = PurePath(folder).relative_to(path).parts
                yield Handed(Path(folder, file), (*place, *inside, file))
    elif path.suffix.lower() == ".zip" and path.is_file() and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in sorted(archive.namelist()):
                inside = PurePath(member).parts
                hidden = any(NOT_HANDED_IN.match(each) for each in inside[:-1])
                if is_notebook(member) and not hidden:
                    yield Handed(path, (*place, *inside), member)
    else:
        yield Handed(path, place)


def is_notebook(name: str) -> bool:
    return name.lower().endswith(".ipynb")


def names_of(handed: Sequence[Handed]) -> list[str]:
    """A name for each: the one part of the path that differs, or else all below what is shared."""
    paths = [each.parts for each in handed]
    levels = zip(*(parts[:-1] for parts in paths), strict=False)
    shared = len(list(takewhile(lambda level: len(set(level)) == 1, levels)))
    names, taken = [], set[str]()
    for parts in telling_parts(paths) or [parts[shared:] for parts in paths]:
        name = unique = tidy("-".join(map(readable, parts)))
        number = 2
        while unique.casefold() in taken:
            unique, number = f"{name}-{number}", number + 1
        taken.add(unique.casefold())
        names.append(unique)
    return names


def telling_parts(paths: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The part, counted from the end, that is another one in each path; [] if there is none."""
    for i in range(1, min(map(len, paths), default=0) + 1):
        column: list[tuple[str, ...]] = [(parts[-i],) for parts in paths]
        if len({part.casefold() for (part,) in column}) == len(column):
            return column
    return []


def readable(part: str) -> str:
    """A part of a path as text: UTF-8, or Big5 from older systems in Taiwan."""
    raw = os.fsencode(part)
    for encoding in ("utf-8", "cp950"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def tidy(name: str) -> str:
    """A name that any file can have: no ending, nothing unprintable, not too long."""
    name = re.sub(r"\.ipynb$", "", unicodedata.normalize("NFC", name), flags=re.I)
    name = UNPRINTABLE.sub("_", MOODLE.sub("", name)).strip() or "_"
    raw = name.encode()
    if len(raw) > LONGEST_NAME:
        kept = raw[: LONGEST_NAME - 9].decode("utf-8", "ignore")
        name = f"{kept}~{hashlib.sha256(raw).hexdigest()[:8]}"
    return name
