"""The words in figures: they have room, and a reader's browser finds them."""

import pytest
from book_site import BookPage, chapters, written
from reader import Read

FIRST = next(page for page in chapters() if page.lang == "zh-Hant")
WITH_FIGURES = [page for page in written() if 'class="figure"' in page.file.read_text("utf8")]


@pytest.mark.parametrize("page", WITH_FIGURES, ids=str)
def test_labels_have_room(read: Read, page: BookPage) -> None:
    crowded = read(page, "desk").probe("crowdedLabels")
    assert not crowded, "\n".join(crowded)


def test_a_label_without_room_is_seen(read: Read) -> None:
    visit = read(FIRST, "desk")
    label = visit.page.locator("svg.figure text", has_text="訓練週期").first
    label.evaluate("label => label.setAttribute('font-size', 90)")
    crowded = visit.probe("crowdedLabels")
    assert [fault.partition("“")[1:] for fault in crowded if "reaches out of" in fault] == [
        ("“", "訓練週期” reaches out of the picture")
    ]
    assert any(fault.endswith("“訓練週期” lies over “5”") for fault in crowded)


def test_words_are_found_and_only_the_description_is_read_aloud(read: Read) -> None:
    page = read(FIRST, "desk").page
    figure = page.locator("svg.figure", has_text="訓練週期").first
    label = figure.locator("text", has_text="訓練週期").first
    label.evaluate("label => getSelection().collapse(label.closest('svg').parentElement)")
    assert page.evaluate("find('訓練週期')")
    assert label.evaluate("label => getSelection().containsNode(label, true)")
    assert figure.aria_snapshot() == f'- img "{figure.get_attribute("aria-label")}"'
