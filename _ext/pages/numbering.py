"""Chapters and sections are numbered by the chapter's file name: `02-neuron` is chapter 2.

So a chapter keeps its number, and its equations theirs, whichever other chapters are there.
"""

import re
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors.toctree import TocTreeCollector

Number = tuple[int, ...]


def chapter(docname: str) -> int | None:
    prefix = re.match(r"chapters/(\d+)-", docname)
    return int(prefix[1]) if prefix else None


def number_entries(entries: nodes.bullet_list, first: int, above: Number = ()) -> dict[str, Number]:
    """Number a page's table of contents in place; return the number of each anchor."""
    numbers = {}
    for count, item in enumerate(entries, first):
        number = (*above, count)
        for part in item.children:
            if isinstance(part, addnodes.compact_paragraph):
                part[0]["secnumber"] = number
                numbers[part[0]["anchorname"]] = number
            elif isinstance(part, nodes.bullet_list):
                numbers |= number_entries(part, 1, number)
    return numbers


def assign_section_numbers(self: TocTreeCollector, env: BuildEnvironment) -> list[str]:
    """Stands in for Sphinx's method, which counts the chapters that happen to be there."""
    before = env.toc_secnumbers
    env.toc_secnumbers = {}
    for docname, contents in env.tocs.items():
        first = chapter(docname)
        if first is not None:
            env.toc_secnumbers[docname] = number_entries(contents, first)
            env.titles[docname]["secnumber"] = (first,)
    return [name for name, numbers in env.toc_secnumbers.items() if numbers != before.get(name)]


def setup(app: Sphinx) -> dict[str, Any]:
    TocTreeCollector.assign_section_numbers = assign_section_numbers  # type: ignore[method-assign]
    return {"parallel_read_safe": True, "parallel_write_safe": True}
