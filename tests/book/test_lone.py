"""Notebooks that stand alone say what the book says, and lead nowhere in vain."""

import json
import re
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import alone
from check.markdown import plain_markdown
from publish import lone
from read import address, api, notebooks
from read.literature import FILE, entries
from read.text import links

ROOT = Path(__file__).parents[2]
HOME = address.Address("alice", "nn", "https://alice.github.io/nn/", "0" * 40)
MAKERS = {"published": lone.Maker(ROOT, HOME), "no address": lone.Maker(ROOT, None)}
EVERY = [
    pytest.param((docname, edition, where), id=f"{edition}/{docname}-{where}")
    for docname in notebooks.docnames(ROOT)
    for edition in lone.EDITIONS
    for where in MAKERS
]

Json = dict[str, Any]


def cells_of(notebook: Json, folder: Path) -> list[notebooks.Cell]:
    path = folder / "made.ipynb"
    path.write_text(json.dumps(notebook), "utf8")
    return notebooks.read(path)


@pytest.fixture(params=EVERY)
def case(request: pytest.FixtureRequest) -> tuple[str, str, str]:
    return request.param


@cache
def make(docname: str, edition: str, where: str) -> Json:
    return MAKERS[where].notebook(docname, lone.EDITIONS[edition])


@pytest.fixture
def made(case: tuple[str, str, str]) -> Json:
    return make(*case)


@pytest.fixture(scope="module")
def literature() -> Collection[str]:
    return entries(ROOT / FILE)


@cache
def stored(docname: str) -> Json:
    return json.loads((ROOT / f"{docname}.ipynb").read_text("utf8"))


def code(notebook: Json) -> list[str]:
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def shown(source: str) -> str:
    """What Markdown shows, without its links."""
    tokens = notebooks.MARKDOWN.parse(re.sub(r'<a id="[^"]+" name="[^"]+"></a>\s*', "", source))
    pieces = [child for token in tokens for child in (token.children or [token])]
    return "".join(each.content for each in pieces if not each.type.startswith("link_"))


def test_it_says_what_the_book_says(case: tuple[str, str, str], made: Json) -> None:
    docname, edition, _ = case
    set_up, *cells = code(made)
    assert set_up.startswith("# ")
    assert 'find_spec("nnlib")' in set_up
    cells = [cell.removeprefix(lone.MARK) for cell in cells]
    assert [spoken(cell)[0] for cell in cells] == [
        spoken(cell)[0] for cell in code(stored(docname))
    ]
    languages = lone.EDITIONS[edition]
    prose_cells = [cell for cell in made["cells"] if cell["cell_type"] == "markdown"]
    originals = [
        cell
        for cell in stored(docname)["cells"]
        if cell["cell_type"] == "markdown" and cell["metadata"].get("lang", "") in ("", *languages)
    ]
    assert [shown("".join(cell["source"])) for cell in prose_cells] == [
        shown("".join(cell["source"])) for cell in originals
    ]
    for cell in made["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
    kept = [cell["metadata"]["alt"] for cell in made["cells"] if "alt" in cell["metadata"]]
    alts = [
        cell["metadata"]["alt"] for cell in stored(docname)["cells"] if "alt" in cell["metadata"]
    ]
    assert kept == [{lang: alt[lang] for lang in languages} for alt in alts]
    ids = [cell["id"] for cell in made["cells"]]
    assert len(set(ids)) == len(ids)


def spoken(source: str) -> tuple[str, list[str]]:
    """A cell without the lines that say what its checks speak, and what these say."""
    lines = re.findall(r"^check\.language = (\S+).*\n?", source, re.M)
    return re.sub(r"\n*^check\.language = .*$", "", source, flags=re.M), lines


SPEAKING = [
    docname
    for docname in notebooks.docnames(ROOT)
    if any(lone.IMPORT_CHECK.search(cell) for cell in code(stored(docname)))
]


@pytest.mark.parametrize("docname", SPEAKING)
@pytest.mark.parametrize(
    ("edition", "said"), [("zh-Hant", '"zh"'), ("en", '"en"'), ("bilingual", '"both"')]
)
def test_checks_speak_the_language_of_the_notebook(docname: str, edition: str, said: str) -> None:
    """Exercises and the answers to them: the line stands where the checks are imported."""
    cells = code(make(docname, edition, "published"))
    lines = {number: spoken(cell)[1] for number, cell in enumerate(cells) if spoken(cell)[1]}
    importing = next(n for n, cell in enumerate(cells) if lone.IMPORT_CHECK.search(cell))
    bilingual_answers = edition == "bilingual" and "solutions" in docname
    assert lines == ({} if bilingual_answers else {importing: [said]})


@pytest.mark.parametrize(
    ("edition", "other"), [("zh-Hant", "[a-z]{3} [a-z]{3}"), ("en", "[一-鿿]")]
)
def test_a_check_says_nothing_in_the_other_language(edition: str, other: str) -> None:
    notebook = code(make("exercises/02-neuron", edition, "published"))
    cell = next(each for each in notebook if lone.IMPORT_CHECK.search(each))
    variables: dict[str, Any] = {}
    exec(f"{cell}\nsaid = check.q1(), check.report(), check.hint('q1')", variables)
    variables["check"].language = "both"
    for said in variables["said"]:
        assert not re.search(other, repr(said))
        assert ('lang="en"' in said._repr_html_()) == (edition == "en")


def test_it_is_plain_markdown(case: tuple[str, str, str], made: Json, tmp_path: Path) -> None:
    faults = [
        f"cell {cell.number}: {fault}"
        for cell in cells_of(made, tmp_path)
        for fault in plain_markdown(cell)
    ]
    assert not faults, "\n".join(faults)
    text = "\n".join("".join(c["source"]) for c in made["cells"] if c["cell_type"] == "markdown")
    left = re.findall(
        r"^(?:```+|:::+)\{.*|\{[\w:-]+\}`|^\([\w:-]+\)=$|\\(?:eq)?ref\{.*", text, re.M
    )
    assert not left


def test_every_link_leads_somewhere(
    case: tuple[str, str, str], made: Json, tmp_path: Path, literature: Collection[str]
) -> None:
    docname, _, where = case
    source = "".join("".join(cell["source"]) for cell in made["cells"])
    places = re.findall(r'<a id="([^"]+)"', source)
    assert len(set(places)) == len(places)
    for cell in cells_of(made, tmp_path):
        for link in links(cell):
            target = link.target
            if target.startswith("#"):
                assert target[1:] in places, f"cell {cell.number}: {target}"
            elif target.startswith(HOME.site):
                assert where == "published"
                assert page_has(target.removeprefix(HOME.site)), f"cell {cell.number}: {target}"
            elif urlsplit(target).scheme:
                known = target in literature or cell.kind == "code"
                assert known or "exercises/" in docname, f"cell {cell.number}: {target}"
            else:
                assert where == "no address"
                beside = (ROOT / f"{docname}.ipynb").parent / target
                assert beside.is_file(), f"cell {cell.number}: {target}"


@cache
def page_has(page: str) -> bool:
    """Whether a page of the book has the place that an address names."""
    path, _, place = page.partition("#")
    lang, docname = path.removesuffix(".html").split("/", 1)
    notebook = ROOT / f"{docname}.ipynb"
    if lang not in notebooks.LANGUAGES or not notebook.is_file():
        return False
    cells = notebooks.read(notebook)
    slugs = notebooks.slugs([text for _, text in notebooks.headings(cells, "en")])
    tags = [tag for cell in cells for tag in notebooks.TAG.findall(cell.source)]
    names = api.anchors(ROOT) if docname == api.PAGE else ()
    return place in ("", *slugs, *names, *(f"equation-eq-{tag.replace('.', '-')}" for tag in tags))


def test_every_citation_of_an_equation_is_a_link() -> None:
    for docname in notebooks.docnames(ROOT):
        for lang in notebooks.LANGUAGES:
            for cell in make(docname, lang, "published")["cells"]:
                if cell["cell_type"] == "markdown":
                    source = "".join(cell["source"])
                    plain = [m for m in notebooks.CITATION[lang].findall(source)]
                    assert not plain, f"{docname}, {lang}: {plain}"


NEURON = "chapters/02-neuron"


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("`[a](b.ipynb)`", "`[a](b.ipynb)`"),
        ("```\n[a](02-neuron.ipynb)\n```", "```\n[a](02-neuron.ipynb)\n```"),
        ("$f[x](03-activations.ipynb)$", "$f[x](03-activations.ipynb)$"),
        ("[a](https://doi.org/10.1016/0893(91)90009-T)",) * 2,
        ("[a $x_1$ `[b]`](#nand-is-enough)", "[a $x_1$ `[b]`](#en-nand-is-enough)"),
        ("[a](02-neuron.ipynb)", "[a](#en-the-neuron)"),
        (
            "[a](03-activations.ipynb#x)",
            "[a](https://alice.github.io/nn/en/chapters/03-activations.html#x)",
        ),
        ("[a](../README.md)", "[a](https://github.com/alice/nn/blob/main/README.md)"),
        ("By Eq. (2.1), z", "By Eq. [(2.1)](#en-equation-eq-2-1), z"),
        (
            "By Eq. (3.1), z",
            f"By Eq. [(3.1)]({HOME.page('en', 'chapters/03-activations')}#equation-eq-3-1), z",
        ),
    ],
)
def test_links_and_citations(source: str, made: str) -> None:
    assert MAKERS["published"].resolved(source, NEURON, "en") == made


def test_without_an_address_what_leads_nowhere_is_text() -> None:
    maker = MAKERS["no address"]
    assert maker.resolved("[a](references.ipynb)", NEURON, "en") == "a"
    assert (
        maker.resolved("[a](03-activations.ipynb#x)", NEURON, "en") == "[a](03-activations.ipynb)"
    )
    assert maker.resolved("Eq. (3.1)", NEURON, "en") == "Eq. (3.1)"


def test_the_set_up_names_the_commit_and_touches_nothing_that_is_there() -> None:
    (cell, *_) = code(MAKERS["published"].notebook(NEURON, ["en"]))
    assert "%pip install -q --no-deps https://github.com/alice/nn/archive/" + "0" * 40 in cell
    assert not re.search(r"numpy[=<>]|--upgrade|-U\b", cell)
    assert "torch" not in cell.split("needed = ")[1].split("\n")[0]
    (cell, *_) = code(MAKERS["no address"].notebook(NEURON, ["zh-Hant"]))
    assert "raise ImportError" in cell


def test_it_runs_in_an_empty_folder(tmp_path: Path) -> None:
    docname = notebooks.docnames(ROOT)[0]
    cells = alone.run(MAKERS["published"].notebook(docname, ["en"]), tmp_path)
    assert alone.texts(cells) == alone.texts(stored(docname)["cells"])


WITNESSED = "(1.1) double = central differences"
PROOF = """
from nnlib import prove

def double(x):
    return 2 * x

def by_torch():
    import torch
    x = torch.tensor(3.0, requires_grad=True)
    (x**2).backward()
    return x.grad

prove("1.1", double, 3.0, of=lambda x: x**2, at=3.0, autograd=by_torch)
"""
MARKED = "import torch\n\ntorch.tensor(1.0).item()"


def test_a_learner_without_torch_runs_all_cells(tmp_path: Path) -> None:
    languages = lone.EDITIONS["bilingual"]
    cells: list[Json] = [
        {"cell_type": "markdown", "metadata": {"lang": lang}, "source": "# A"} for lang in languages
    ]
    for source, metadata in ((MARKED, {"needs": "torch"}), (PROOF, {})):
        cells.append({"cell_type": "code", "metadata": metadata, "source": source})
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters/01-a.ipynb").write_text(json.dumps({"cells": cells}), "utf8")
    made = lone.Maker(tmp_path, HOME).notebook("chapters/01-a", languages)
    assert made["cells"][-2]["metadata"] == {"needs": "torch"}

    (tmp_path / "with").mkdir()
    there = alone.run(made, tmp_path / "with")
    assert alone.texts(there) == ["1.0", f"{WITNESSED} = autograd\n"]
    (tmp_path / "without").mkdir()
    missing, proved = alone.texts(alone.run(made, tmp_path / "without", without=["torch"]))
    assert missing.splitlines() == [lone.NO_TORCH[lang] for lang in languages]
    assert re.fullmatch(
        re.escape(f"{WITNESSED}\n(1.1) autograd was not asked: ") + ".*torch.*\n", proved
    )
