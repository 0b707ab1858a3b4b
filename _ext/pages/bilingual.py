"""One notebook, two books: a build reads the cells of its own language and shares everything else.

The two books have the same pages with the same section ids, so a reader can change language, or
lay both side by side, at any section. `_config.yml` and `_toc.yml` serve both: a value written
`中文 / English` is divided here.
"""

import json
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms import SphinxTransform

from read import notebooks

HTML_LANG = {"zh-Hant": "zh-Hant-TW", "en": "en"}
NAMES = {"zh-Hant": "中文", "en": "English"}


def language(config: Config) -> str:
    """The language of this build, as the notebooks name it."""
    return next(tag for tag, code in notebooks.LANGUAGES.items() if code == config.language)


def own_words(value: Any, lang: str) -> Any:
    """The part of one language of every `中文 / English` in a configuration value."""
    if isinstance(value, str) and value.count(" / ") == 1:
        return value.split(" / ")[list(notebooks.LANGUAGES).index(lang)]
    if isinstance(value, dict):
        return {key: own_words(each, lang) for key, each in value.items()}
    if isinstance(value, list):
        return [own_words(each, lang) for each in value]
    return value


def divide_configuration(app: Sphinx, config: Config) -> None:
    lang = language(config)
    for name in config.overrides:
        config[name] = own_words(config[name], lang)
    for document in config.external_site_map.values():
        for tree in document.subtrees:
            tree.caption = own_words(tree.caption, lang)


def keep_own_cells(app: Sphinx, docname: str, source: list[str]) -> None:
    """Empty the cells of the other language; each cell keeps its place, so warnings can name it."""
    if not str(app.env.doc2path(docname)).endswith(".ipynb"):
        return
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        if cell["metadata"].get("lang", language(app.config)) != language(app.config):
            cell["source"] = ""
    source[0] = json.dumps(notebook)


class SharedSectionIds(SphinxTransform):
    """Name the sections of both books by their English headings, and let links find them."""

    default_priority = 600  # after the sections are there, before MyST resolves `[…](#slug)`

    def apply(self, **kwargs: Any) -> None:
        path = Path(self.env.doc2path(self.env.docname))
        if path.suffix != ".ipynb":
            return
        english = [text for _, text in notebooks.headings(notebooks.read(path), "en")]
        slugs = {}
        # Not strict: headings without a partner are the prose checks' to report.
        for section, slug in zip(
            self.document.findall(nodes.section), notebooks.slugs(english), strict=False
        ):
            section["ids"] = [slug]
            self.document.ids[slug] = section
            slugs[slug] = (section.line, slug, section[0].astext())
        self.document.myst_slugs = slugs
        self.env.metadata[self.env.docname]["myst_slugs"] = slugs


def language_links(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """What the templates need to know of this page's language and of the other book's page."""
    here = language(app.config)
    context["language"] = HTML_LANG[here]
    if doctree is None:
        return
    to_site = "../" * (page.count("/") + 1)
    context["translations"] = [
        {"name": NAMES[lang], "lang": HTML_LANG[lang], "url": f"{to_site}{lang}/{page}.html"}
        for lang in notebooks.LANGUAGES
    ]
    context["translation"] = next(
        each for each in context["translations"] if each["lang"] != HTML_LANG[here]
    )
    context["description"] = description(doctree)


def description(doctree: nodes.document, length: int = 150) -> str:
    """The opening sentences of a page, for search engines and link previews."""
    found = doctree.findall(nodes.paragraph)
    paragraph = next((each for each in found if "pace" not in each["classes"]), None)
    text = re.sub(r"\s+", " ", paragraph.astext()) if paragraph else ""
    return text if len(text) <= length else text[: length - 1] + "…"


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", divide_configuration, priority=901)  # 900 reads _toc.yml
    app.connect("source-read", keep_own_cells)
    app.add_transform(SharedSectionIds)
    app.connect("html-page-context", language_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
