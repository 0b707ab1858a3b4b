"""The words in figures: they have room, and a reader's browser finds them."""

from book_site import BookPage, written
from reader import Visit, visited

WITH_FIGURES = [page for page in written() if 'class="figure"' in page.file.read_text("utf8")]
EPOCHS = BookPage("zh-Hant", "chapters/02-neuron.html")  # an axis of a figure there counts 訓練週期

WHERE_FIGURES_ARE = visited([(page, page.width) for page in WITH_FIGURES])
WHERE_EPOCHS_ARE = visited([(EPOCHS, EPOCHS.width)])


@WHERE_FIGURES_ARE
def test_labels_have_room(visit: Visit) -> None:
    crowded = visit.probe("crowdedLabels")
    assert not crowded, "\n".join(crowded)


@WHERE_EPOCHS_ARE
def test_a_label_without_room_is_seen(visit: Visit) -> None:
    label = visit.page.locator("svg.figure text", has_text="訓練週期").first
    label.evaluate("label => label.setAttribute('font-size', 90)")
    crowded = visit.probe("crowdedLabels")
    assert any(fault.endswith("“訓練週期” reaches out of the picture") for fault in crowded)
    assert any(fault.endswith("“訓練週期” lies over “5”") for fault in crowded)


@WHERE_EPOCHS_ARE
def test_words_are_found_and_only_the_description_is_read_aloud(visit: Visit) -> None:
    figure = visit.page.locator("svg.figure", has_text="訓練週期").first
    label = figure.locator("text", has_text="訓練週期").first
    label.evaluate("label => getSelection().collapse(label.closest('svg').parentElement)")
    assert visit.page.evaluate("find('訓練週期')")
    assert label.evaluate("label => getSelection().containsNode(label, true)")
    assert figure.aria_snapshot() == f'- img "{figure.get_attribute("aria-label")}"'
