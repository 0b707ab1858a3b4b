"""No arrow of imports runs back up: neither between the packages nor inside them."""

from pathlib import Path

import pytest

from imports import Rooms, closure, faults, graph

ROOT = Path(__file__).parents[1]

PACKAGES: Rooms = [
    ("nnlib",),
    ("nncheck.answers",),
    ("nncheck.feedback",),
    ("nncheck.checking",),
    ("nncheck.parts",),
    ("nncheck.questions", "nncheck.grading"),
    ("nncheck.grade", "nncheck.otter"),
]
BOOK: Rooms = [("read",), ("draw",), ("check", "pages", "write"), ("publish",)]


def test_packages() -> None:
    found = graph(ROOT, "nnlib", "nncheck")
    assert {"nnlib", "nnlib.plots", "nncheck.questions.neuron", "nncheck.grade"} <= found.keys()
    assert not list(faults(found, PACKAGES))


def test_rooms_of_the_book() -> None:
    rooms = {path.parent.name for path in ROOT.glob("_ext/*/*.py")}
    assert rooms == {room for row in BOOK for room in row}, "each room of _ext has a row in BOOK"
    assert [path.name for path in ROOT.glob("_ext/*.py")] == ["__main__.py"]
    assert not list(faults(graph(ROOT / "_ext", *rooms), BOOK))


HOUSE = {
    "nnlib/__init__.py": "from nnlib.layers import Linear",
    "nnlib/checks.py": "import math",
    "nnlib/layers.py": "from nnlib.checks import FloatArray\nfrom nnlib import checks",
    "nncheck/__init__.py": "",
    "nncheck/answers.py": "from nnlib.checks import FloatArray",
    "nncheck/checking.py": "import nncheck.answers\nfrom nnlib import Linear",
    "nncheck/questions/neuron.py": "from nncheck.checking import expect",
    "nncheck/grading/marks.py": "from nncheck import answers, checking",
    "nncheck/grade.py": "from nncheck.grading.marks import mark",
}
FAULTS = {
    "library": (
        {"nnlib/checks.py": "def f():\n    from nncheck import answers"},
        "nnlib.checks imports nncheck.answers, which does not lie below it",
    ),
    "machinery": (
        {"nncheck/answers.py": "from nncheck.questions.neuron import check"},
        "nncheck.answers imports nncheck.questions.neuron, which does not lie below it",
    ),
    "neighbors": (
        {"nncheck/questions/neuron.py": "from nncheck.grading import marks"},
        "nncheck.questions.neuron imports nncheck.grading.marks, which does not lie below it",
    ),
    "circle": (
        {"nnlib/checks.py": "import nnlib.layers"},
        "modules import one another in a circle: nnlib.",
    ),
    "circle through the package": (
        {"nnlib/checks.py": "from nnlib import Linear"},
        "modules import one another in a circle: nnlib",
    ),
}


def built(root: Path, sources: dict[str, str]) -> Path:
    for file, source in sources.items():
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, "utf8")
    return root


def test_a_sound_house(tmp_path: Path) -> None:
    found = graph(built(tmp_path, HOUSE), "nnlib", "nncheck")
    assert found["nnlib.layers"] == {"nnlib.checks"}
    assert found["nncheck.checking"] == {"nncheck.answers", "nnlib"}
    assert not list(faults(found, PACKAGES))
    assert closure(found, "nncheck.answers") == {"nncheck.answers", "nnlib.checks"}


@pytest.mark.parametrize("fault", FAULTS)
def test_an_arrow_that_runs_back_up(tmp_path: Path, fault: str) -> None:
    changed, said = FAULTS[fault]
    (first, *_) = faults(graph(built(tmp_path, HOUSE | changed), "nnlib", "nncheck"), PACKAGES)
    assert first.startswith(said)


def test_a_relative_import_hides_nothing(tmp_path: Path) -> None:
    root = built(tmp_path, HOUSE | {"nnlib/checks.py": "from . import layers"})
    with pytest.raises(AssertionError, match=r"checks\.py: a relative import\. Write"):
        graph(root, "nnlib")
