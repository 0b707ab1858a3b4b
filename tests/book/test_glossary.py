"""The page of the glossary in its order, and the definitions where a page first uses a term."""

import pytest
from docutils import nodes
from docutils.utils import new_document

from pages.glossary import Uses, first_uses, strokes
from read.glossary import Term


def term(name: str, chinese: str, first_use: str = "definition") -> Term:
    forms = {"en": name.split("|"), "zh-Hant": chinese.split("|")}
    here = f"02-neuron.ipynb#on-{name.split()[0]}"
    return Term(forms, [], [], here, first_use, {}, name.partition("|")[0])


TERMS = [
    term("gradient", "梯度"),
    term("gradient descent|GD", "梯度下降法|GD"),
    term("unit", "單元", first_use="-"),
]


def paragraph(*parts: str | nodes.Node) -> nodes.paragraph:
    content = [nodes.Text(part) if isinstance(part, str) else part for part in parts]
    return nodes.paragraph("", "", *content)


def found(*content: nodes.Node, lang: str = "en") -> list[str]:
    page = new_document("a page")
    page += content
    return [text[start:end] for text, start, end, _ in first_uses(page, Uses(TERMS, lang))]


def link(text: str) -> nodes.reference:
    return nodes.reference("", text, refuri="#")


@pytest.mark.parametrize(
    ("content", "opened"),
    [
        ([paragraph("A unit, a gradient. Gradients.")], ["gradient"]),
        ([paragraph("Gradient descent, then gradients.")], ["Gradient descent", "gradients"]),
        ([paragraph("The "), paragraph("GD and "), paragraph("gradient descent")], ["GD"]),
        ([paragraph("A ", link("gradient"), " is a gradient.")], []),
        ([nodes.title("", "The gradient"), paragraph("No gradient")], ["gradient"]),
        ([paragraph(nodes.literal("", "gradient"), nodes.math("", "gradient"))], []),
        ([nodes.paragraph("", "A gradient", classes=["figure-caption"])], []),
        (
            [nodes.section("", paragraph("gradient"), ids=["on-gradient"]), paragraph("gradient")],
            [],
        ),
    ],
)
def test_where_a_definition_opens(content: list[nodes.Node], opened: list[str]) -> None:
    assert found(*content) == opened


def test_chinese_needs_no_spaces() -> None:
    assert found(paragraph("用梯度下降法，GD 也算梯度"), lang="zh-Hant") == ["梯度下降法", "梯度"]


def test_chinese_is_sorted_by_strokes() -> None:
    words = ("動量", "logistic 函數", "一般", "卷積", "反向傳播", "步幅", "Adam")
    counts = [("Adam", 0), ("logistic 函數", 0), ("一般", 1), ("反向傳播", 4), ("步幅", 7)]
    assert strokes(words) == [*counts, ("卷積", 8), ("動量", 11)]
