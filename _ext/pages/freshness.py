"""A page shows what other pages say: an incremental build must see to those too."""

from collections.abc import Iterable
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def renew_all_when_links_change(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Write every page again when one changes what the others link to or list."""
    shared = {
        "titles": {docname: title.astext() for docname, title in env.titles.items()},
        "sections": {docname: section_titles(env, docname) for docname in env.found_docs},
        "equations": sorted(env.get_domain("math").data["objects"]),
        "figures": {docname: env.metadata[docname].get("figures") for docname in env.found_docs},
    }
    changed = shared != getattr(env, "shared", shared)
    env.shared = shared  # type: ignore[attr-defined]
    return env.found_docs if changed else ()


def section_titles(env: BuildEnvironment, docname: str) -> dict[str, str]:
    slugs = env.metadata[docname].get("myst_slugs", {})
    return {slug: title for slug, (_, _, title) in slugs.items()}


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("env-get-updated", renew_all_when_links_change, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
