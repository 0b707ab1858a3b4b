"""The visit itself: one test leaves nothing to the next, and what goes wrong behind it is seen."""

import pytest
from book_site import BookPage
from playwright.sync_api import Route
from reader import Visit, visited

SOMEWHERE = visited([(BookPage("en", "chapters/references.html"), "phone")])
CHANGES = {
    "scrolled": "scrollTo({ top: 300, behavior: 'instant' })",
    "marked": "document.documentElement.classList.add('both')",
    "rewritten": "document.querySelector('h1').textContent = 'Other words'",
    "elsewhere": "history.replaceState(null, '', '?both=')",
    "switched": "document.querySelector('button.theme-switch-button').click()",
}


@SOMEWHERE
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_a_test_has_changed_is_undone(visit: Visit, page: BookPage, change: str) -> None:
    visit.page.evaluate(change)
    assert not visit.probe("isAsRemembered")
    visit.open_again_if_changed(page)
    assert visit.probe("isAsRemembered")
    assert visit.page.url == f"{visit.origin}{page}"
    assert visit.page.evaluate("document.documentElement.dataset.mode") == "auto"


@SOMEWHERE
def test_a_page_that_is_as_before_is_not_opened_again(visit: Visit, page: BookPage) -> None:
    visit.page.evaluate("globalThis.here = true")
    visit.page.evaluate("document.querySelector('h1').toggleAttribute('hidden')")
    visit.page.evaluate("document.querySelector('h1').toggleAttribute('hidden')")
    visit.open_again_if_changed(page)
    assert visit.page.evaluate("globalThis.here")


@SOMEWHERE
def test_a_file_that_is_missing_is_a_fault(visit: Visit) -> None:
    visit.page.evaluate("fetch('missing.json')")
    visit.settle()
    assert any("status 404" in fault for fault in visit.faults)
    visit.faults.clear()


@SOMEWHERE
def test_a_page_that_is_never_complete_is_a_fault(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.PATIENCE", 300)
    held: list[Route] = []
    visit.page.route("**/never", lambda route: held.append(route))
    visit.page.evaluate("void fetch('never')")
    with pytest.raises(AssertionError, match="never was so: the page was complete and at rest"):
        visit.settle()
    held.pop().fulfill(body="")  # let go unanswered, it would reach the server after all: a 404
    visit.page.unroute_all()
