"""Every page as it opens, in both languages, with and without scripts.

Chapters at both widths; other pages in the usual run at one: in Chinese on the phone, in English
at the desk.
"""

from itertools import product
from pathlib import Path

from book_site import ALL, SITE, BookPage, pages, transferred
from reader import WIDTHS, Visit, in_language, visited, wrong_words

BUDGET = 600_000  # bytes, compressed, for all that a page loads before the reader scrolls
SAME_SIZE = (0.95, 1.15)  # letters of formulas against letters of the text around them

EVERYWHERE = visited(
    [
        (page, where)
        for page, where in product(pages(), WIDTHS)
        if ALL or page.is_chapter or where == page.width
    ]
)
WITHOUT_SCRIPTS = visited(
    [(page, where) for page, where in product(pages(), WIDTHS) if ALL or where == page.width]
)


@EVERYWHERE
def test_asks_nothing_of_other_hosts_and_nothing_fails(visit: Visit) -> None:
    assert not visit.faults, "\n".join(visit.faults)


@EVERYWHERE
def test_weight(visit: Visit) -> None:
    sizes = {file: transferred(file) for file in visit.files_at_opening}
    total = sum(sizes.values())

    def line(file: Path) -> str:
        return f"{sizes[file]:8,}  {file.relative_to(SITE)}"

    largest = sorted(sizes, key=lambda file: -sizes[file])
    assert total <= BUDGET, "\n".join([f"{total:,} bytes:", *map(line, largest[:12])])


@EVERYWHERE
def test_fits_the_screen(visit: Visit) -> None:
    visit.assert_fits()


@EVERYWHERE
def test_formulas_are_as_large_as_the_text(visit: Visit) -> None:
    low, high = SAME_SIZE
    wrong = [
        f"x-height {size['xHeight']:.2f}, font size {size['fontSize']:.2f} times: {size['element']}"
        for size in visit.probe("formulaSizes")
        if not (low <= size["xHeight"] <= high or low <= size["fontSize"] <= high)
    ]
    assert not wrong, f"{len(wrong)} formulas, such as\n" + "\n".join(wrong[:5])


@EVERYWHERE
def test_pictures_have_names_in_the_language_of_the_page(visit: Visit, page: BookPage) -> None:
    for picture in visit.probe("pictures"):
        name, element = picture["name"], picture["element"]
        assert picture["isImage"], f"not an image to a screen reader: {element}"
        assert name, f"no alternative text: {element}"
        assert in_language(name, page.lang), f"alternative text “{name}” of {element}"


@EVERYWHERE
def test_passages_are_marked_with_their_language(visit: Visit) -> None:
    mislabeled = visit.probe("mislabeled")
    assert not mislabeled, "no lang, or a wrong one:\n" + "\n".join(mislabeled)


@EVERYWHERE
def test_words_of_the_theme(visit: Visit, page: BookPage) -> None:
    wrong = list(wrong_words(visit, page))
    assert not wrong, f"{len(wrong)} in the wrong language:\n" + "\n".join(wrong)


@EVERYWHERE
def test_ids_are_unique(visit: Visit) -> None:
    repeated = visit.probe("repeatedIds")
    assert not repeated, f"ids that more than one element has: {repeated}"


@WITHOUT_SCRIPTS
def test_fits_the_screen_without_scripts(plain: Visit) -> None:
    plain.assert_fits()


@WITHOUT_SCRIPTS
def test_reads_without_scripts(plain: Visit, page: BookPage) -> None:
    assert not (broken := plain.probe("unreadableFormulas")), "\n".join(broken)
    assert not (strange := plain.probe("strangeGlyphs")), "\n".join(strange)
    assert not (failed := plain.probe("fonts", "error")), f"fonts that did not load: {failed}"
    if plain.probe("formulas"):
        assert {"KaTeX_Main", "KaTeX_Math"} <= set(plain.probe("fonts", "loaded"))
    hidden = [each["element"] for each in plain.probe("pictures") if not each["shown"]]
    assert not hidden, "figures that do not show:\n" + "\n".join(hidden)
    if page.is_written:
        blocks = plain.probe("blocks")
        assert blocks[0]["tag"] == "h1"
        assert len(blocks) > 1, "no prose shows"
    assert not plain.faults, "\n".join(plain.faults)
