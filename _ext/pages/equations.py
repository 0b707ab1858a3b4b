r"""Equations that read well in any notebook viewer become real ones in the book.

`$$ … \tag{2.3} $$` becomes a Sphinx equation with the label `eq-2.3`, and "式 (2.3)" or "Eq. (2.3)"
a link to it, in the same chapter or another. Sphinx counts the equations too: the number that it
gives must be the tag.
"""

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.domains.math import MathDomain
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from pages.bilingual import language
from pages.prose import NO_LINK
from read import notebooks

logger = logging.getLogger(__name__)

NO_BREAK_SPACE = "\u00a0"


def anchor(label: str) -> str:
    return str(nodes.make_id(f"equation-{label}"))


def equations(env: BuildEnvironment) -> MathDomain:
    domain = env.get_domain("math")
    assert isinstance(domain, MathDomain)
    return domain


class Equations(SphinxTransform):
    """Number the tagged formulas of a page and link its citations of equations."""

    default_priority = 500

    def apply(self, **kwargs: Any) -> None:
        for formula in list(self.document.findall(nodes.math_block)):
            if isinstance(formula.parent, nodes.paragraph):
                lift_out(formula)
            if tag := notebooks.TAG.search(formula.astext()):
                self.number(formula, tag[1])
        for text in list(self.document.findall(nodes.Text)):
            if not isinstance(text.parent, NO_LINK):
                self.link_citations(text)

    def number(self, formula: nodes.math_block, number: str) -> None:
        label = f"eq-{number}"
        equations(self.env).note_equation(self.env.docname, label, location=formula)
        formula[:] = [nodes.Text(notebooks.TAG.sub("", formula.astext()).strip())]
        formula["label"] = label
        formula["number"] = equations(self.env).get_equation_number_for(label)
        formula["docname"] = self.env.docname
        formula["ids"] = [anchor(label)]
        self.document.ids[anchor(label)] = formula

    def link_citations(self, text: nodes.Text) -> None:
        parts: list[nodes.Node] = []
        done = 0
        for citation in notebooks.CITATION[language(self.config)].finditer(text):
            opening = citation.start(1) - 1  # the link is "(2.3)", kept on one line with its noun
            parts.append(nodes.Text(text[done:opening].rstrip() + NO_BREAK_SPACE))
            parts.append(self.link(citation[1], text))
            done = citation.end()
        if parts:
            parent = text.parent
            at = parent.index(text)
            parent[at : at + 1] = [*parts, nodes.Text(text[done:])]

    def link(self, number: str, text: nodes.Text) -> addnodes.pending_xref:
        link = addnodes.pending_xref(
            "",
            nodes.Text(f"({number})"),
            refdomain="math",
            reftype="eq",
            reftarget=f"eq-{number}",
            refdoc=self.env.docname,
            refwarn=True,
        )
        paragraph = text.parent
        while not paragraph.line:  # inline nodes have none
            paragraph = paragraph.parent
        link.source, link.line = paragraph.source, paragraph.line
        return link


def lift_out(formula: nodes.math_block) -> None:
    """Divide the paragraph around a displayed formula: HTML allows no block in a paragraph."""
    paragraph = formula.parent
    at = paragraph.index(formula)
    around = [paragraph[:at], paragraph[at + 1 :]]
    pieces: list[nodes.Node] = []
    for part in around:
        piece = paragraph.copy()
        piece[:] = part
        pieces.append(piece)
    pieces.insert(1, formula)
    formula.source, formula.line = paragraph.source, paragraph.line
    paragraph.replace_self([piece for piece in pieces if piece.astext().strip()])


def check_numbers(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of each equation whose number in the book is not the one in the notebook."""
    for label, (docname, _) in equations(env).equations.items():
        numbers = env.toc_fignumbers.get(docname, {}).get("displaymath", {})
        counted = ".".join(map(str, numbers.get(anchor(label), ())))
        if counted != label.removeprefix("eq-"):
            tree = env.get_doctree(docname)
            logger.warning(
                r"\tag{%s} is equation %s of the book. Write \tag{%s} and mend what cites it.",
                label.removeprefix("eq-"),
                counted,
                counted,
                location=next(n for n in tree.findall(nodes.math_block) if n.get("label") == label),
            )


def report_missing(app: Sphinx, domain: Domain | None, node: addnodes.pending_xref) -> bool | None:
    if domain is None or domain.name != "math":
        return None
    number = node["reftarget"].removeprefix("eq-")
    logger.warning(
        r"equation (%s) is cited but no cell has \tag{%s}. Add the tag or mend the number.",
        number,
        number,
        location=node,
    )
    return True


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_transform(Equations)
    app.connect("env-check-consistency", check_numbers)
    app.connect("warn-missing-reference", report_missing)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
