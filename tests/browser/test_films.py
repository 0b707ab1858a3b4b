"""Figures that move, moved: by keyboard, by touch, by their address; with and without scripts.

The usual run moves one film of each kind, at one width; with `TEST_ALL` all are moved everywhere.
"""

import base64
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus, urlsplit

import numpy as np
import numpy.typing as npt
import pytest
from book_site import ALL, LANGUAGES, ROOT, BookPage, chapters, soup, transferred
from PIL import Image
from playwright.sync_api import Locator, expect
from reader import WIDTHS, Read, Visit, in_language, visited

from draw.figures import smooth
from draw.films import MOST_BYTES, MOST_BYTES_OF_IMAGE
from read import films
from read.films import Film, texts
from read.notebooks import read as read_notebook

FRAME, REST = 400, 500  # milliseconds, as in film.js
MOVED = 0.0003  # how much the mean pixel must change; 1 is from black to white
# How far a picture may be from its figure: at most at one pixel, and in the mean of what is drawn.
# The page rounds paths to hundredths. The figure of the frame beside it is more than 0.009 away.
ANY_PIXEL, DRAWN_PIXEL = 0.3, 0.006


@dataclass(frozen=True)
class Case:
    """A film of the book, on one of its pages."""

    page: BookPage
    film: Film
    template: str  # of its alternative text

    def __str__(self) -> str:
        return f"{self.page.lang}-{self.film.name}"

    @property
    def sentences(self) -> list[str]:
        return self.film.sentences(self.template)

    @property
    def start(self) -> list[int]:
        return [parameter["start"] for parameter in self.film.parameters]

    @property
    def end(self) -> list[int]:
        return [len(parameter["values"]) - 1 for parameter in self.film.parameters]


def cases(page: BookPage) -> list[Case]:
    cells = read_notebook((ROOT / page.name).with_suffix(".ipynb"))
    return [
        Case(page, film, cell.metadata["alt"][page.lang])
        for cell in cells
        for film in films.of_cell(cell)
    ]


CASES = {page: found for page in chapters() if (found := cases(page))}


def kind(film: Film) -> tuple[object, ...]:
    """Films of one kind are moved alike: by as many sliders, boxes and lists to choose from."""
    first = [each["values"][0] for each in film.parameters]
    moved_by = [type(value) if isinstance(value, bool | str) else float for value in first]
    return (*sorted(map(str, moved_by)), bool(film.play), bool(film.images))


def one_of_each_kind() -> set[tuple[str, str]]:
    every = [case for found in CASES.values() for case in found]
    first = {kind(case.film): case for case in reversed(every)}
    return {(case.page.name, case.film.name) for case in first.values()}


EXAMPLES = one_of_each_kind()


def asked(page: BookPage) -> list[Case]:
    return [case for case in CASES[page] if ALL or (page.name, case.film.name) in EXAMPLES]


SOME = next(iter(CASES.values()))[0]
PAGES = [page for page in CASES if asked(page)]
ENGLISH = [page for page in PAGES if page.lang == "en"]

ON_EVERY_WIDTH = visited(
    [(page, where) for page in PAGES for where in WIDTHS if ALL or where == page.width]
)
AT_ONE_WIDTH = visited([(page, page.width) for page in CASES])
AT_THE_DESK = visited([(page, "desk") for page in PAGES])
ENGLISH_AT_THE_DESK = visited([(page, "desk") for page in ENGLISH])
ENGLISH_ON_THE_PHONE = visited([(page, "phone") for page in ENGLISH])
EVERY_FILM = pytest.mark.parametrize(
    "case", [case for found in CASES.values() for case in found], ids=str
)


def is_box(parameter: dict[str, Any]) -> bool:
    """Whether what moves a parameter is a box to tick."""
    return isinstance(parameter["values"][0], bool)


def frame_at(film: Film, places: list[int]) -> int:
    frame = 0
    for parameter, place in zip(film.parameters, places, strict=True):
        frame = frame * len(parameter["values"]) + place
    return frame


def query(film: Film, places: list[int]) -> str:
    """The part of an address that leads to a frame."""
    chosen = [
        (each["name"], ("off", "on")[place] if is_box(each) else texts(each["values"])[place])
        for each, place in zip(film.parameters, places, strict=True)
    ]
    return "&".join(f"{film.name}.{name}={text}" for name, text in chosen).replace("−", "-")


@dataclass
class Player:
    """A film that a reader has before the eyes."""

    visit: Visit
    case: Case

    def __post_init__(self) -> None:
        self.figure = self.visit.page.locator(f"#film-{self.case.film.name}")
        self.picture = self.figure.locator("svg.figure")
        self.said = self.figure.get_by_role("status")
        self.button = self.figure.locator(".play")
        self.figure.evaluate("figure => figure.scrollIntoView({block: 'center'})")

    def control(self, parameter: dict[str, Any]) -> Locator:
        return self.figure.locator(f"#film-{self.case.film.name}-{parameter['name']}")

    def set(self, places: list[int]) -> None:
        for parameter, place in zip(self.case.film.parameters, places, strict=True):
            self.control(parameter).evaluate(
                """(control, place) => {
                  if (control.type === "checkbox") control.checked = Boolean(place);
                  else if (control.options) control.selectedIndex = place;
                  else control.value = place;
                  control.dispatchEvent(new Event("input", { bubbles: true }));
                }""",
                place,
            )
        self.expect_frame(places)

    def expect_frame(self, places: list[int]) -> None:
        """Wait until what is around the picture says that it is the frame at these places."""
        for parameter, place in zip(self.case.film.parameters, places, strict=True):
            control, values = self.control(parameter), parameter["values"]
            if is_box(parameter):
                expect(control).to_be_checked(checked=values[place])
            elif not isinstance(values[place], str):
                text = texts(values)[place]
                expect(control).to_have_attribute("aria-valuetext", text)
                expect(control.locator("+ .value")).to_have_text(text)
        frame = frame_at(self.case.film, places)
        expect(self.picture).to_have_attribute("aria-label", self.case.sentences[frame])
        expect(self.figure.locator("tbody tr").nth(frame)).to_have_attribute("aria-current", "true")

    def expect_address(self, places: list[int]) -> None:
        film = self.case.film

        def leads_here(address: str) -> bool:
            parts = urlsplit(address)
            return query(film, places) in unquote_plus(parts.query) and parts.fragment == (
                f"film-{film.name}"
            )

        self.visit.page.wait_for_url(leads_here)

    def stop_the_clock(self) -> Any:
        """From here on, the page's time goes on only when a test says so."""
        clock = self.visit.page.clock
        clock.install(time=0)
        clock.pause_at(1000)
        return clock

    def pixels(self) -> npt.NDArray[np.float64]:
        """The picture as it is on the screen."""
        box = self.picture.bounding_box()
        assert box
        png = self.visit.page.screenshot(clip=box)
        return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), float) / 255


# Moving


@ON_EVERY_WIDTH
def test_every_control_moves_it(visit: Visit, page: BookPage, subtests: pytest.Subtests) -> None:
    for case in asked(page):
        with subtests.test(film=case.film.name):
            move_by_keyboard(Player(visit, case), case)


def move_by_keyboard(player: Player, case: Case) -> None:
    places = list(case.start)
    player.expect_frame(places)
    for at, parameter in enumerate(case.film.parameters):
        last = case.end[at]
        player.control(parameter).focus()
        seen = []
        keys = [("Home", 0), ("End", last), ("ArrowLeft", last - 1)]
        if is_box(parameter):
            keys = [("Space", 1 - places[at]), ("Space", places[at])]
        for key, places[at] in keys:
            player.visit.page.keyboard.press(key)
            player.expect_frame(places)
            seen.append(player.pixels())
            if places != case.start:  # where it stands already, nothing is said
                player.expect_address(places)
                expect(player.said).to_have_text(case.sentences[frame_at(case.film, places)])
        moved = max(np.abs(seen[0] - other).mean() for other in seen[1:])  # the ends may be alike
        assert moved > MOVED, f"{parameter['name']} moves nothing"
        expect(player.control(parameter)).to_be_focused()


@ENGLISH_ON_THE_PHONE
def test_it_moves_by_touch(visit: Visit, page: BookPage, subtests: pytest.Subtests) -> None:
    for case in asked(page):
        with subtests.test(film=case.film.name):
            move_by_touch(Player(visit, case), case)


def move_by_touch(player: Player, case: Case) -> None:
    for at, parameter in enumerate(case.film.parameters):
        control = player.control(parameter)
        box = control.bounding_box()
        assert box
        assert box["height"] >= 36
        if not isinstance(parameter["values"][0], str):  # a list is the browser's own
            x = box["width"] / 2 if is_box(parameter) else box["width"] - 2
            player.visit.page.touchscreen.tap(box["x"] + x, box["y"] + box["height"] / 2)
            place = 1 - case.start[at] if is_box(parameter) else case.end[at]
            player.expect_frame([*case.start[:at], place, *case.start[at + 1 :]])
            player.set(case.start)


# The picture, then the figure of the notebook, in the upper left corner of the screen.
PUT_PICTURE = """(picture) => {
  const { width, height } = picture.viewBox.baseVal;
  picture.style = `position: fixed; z-index: 9; inset: 0 auto auto 0; margin: 0; background: white;
    width: 360px; height: ${Math.round((360 * height) / width)}px`;
}"""
PUT_FIGURE = """async (picture, figure) => {
  const image = new Image();
  image.style = picture.style.cssText;
  image.src = `data:image/svg+xml;base64,${figure}`;
  await image.decode();
  document.body.append(image);
  return image.style.cssText;
}"""


@ENGLISH_AT_THE_DESK
def test_its_pictures_are_the_figures_of_draw(
    visit: Visit, page: BookPage, subtests: pytest.Subtests
) -> None:
    """nbval compares what is stored with what `draw` draws; this, the page with what is stored."""
    for case in asked(page):
        with subtests.test(film=case.film.name):
            compare_with_figures(Player(visit, case), case)


def compare_with_figures(player: Player, case: Case) -> None:
    player.picture.evaluate(PUT_PICTURE)
    try:
        for places in ([0 for _ in case.end], [at // 3 for at in case.end], case.start, case.end):
            player.set(places)
            shown = player.pixels()
            figure = smooth(case.film.frames[frame_at(case.film, places)])
            player.picture.evaluate(PUT_FIGURE, base64.b64encode(figure.encode()).decode())
            apart = np.abs(player.pixels() - shown)
            player.visit.page.locator("body > img").evaluate("image => image.remove()")
            drawn = (np.abs(shown - shown[0, 0]) > 0.02).any(axis=2)
            assert apart.mean() <= DRAWN_PIXEL * drawn.mean(), case.film.name
            assert apart.max() <= ANY_PIXEL, case.film.name
    finally:  # or it would lie over the next one
        player.picture.evaluate("picture => picture.removeAttribute('style')")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_speaks_when_it_rests(read: Read, lang: str) -> None:
    case = next(found[0] for page, found in CASES.items() if page.lang == lang)
    player = Player(read(case.page, "desk"), case)
    player.stop_the_clock()
    player.control(case.film.parameters[-1]).press("End")
    for _ in range(3):
        player.visit.page.keyboard.press("ArrowLeft")
        player.visit.page.clock.run_for(REST - 1)
        assert player.said.text_content() == ""
    player.visit.page.clock.run_for(1)
    expect(player.said).not_to_be_empty()
    assert in_language(player.said.inner_text(), lang)


@ENGLISH_AT_THE_DESK
def test_it_moves_side_by_side(visit: Visit, page: BookPage) -> None:
    case = asked(page)[0]
    visit.side_by_side()
    player = Player(visit, case)
    player.set(case.end)
    player.expect_address(case.end)
    assert "both=" in visit.page.url


# The address


@pytest.mark.parametrize("page", ENGLISH, ids=str)
def test_moved_films_can_be_linked_to(read: Read, page: BookPage) -> None:
    moved = {case.film.name: [0 if start else 1 for start in case.start] for case in asked(page)}
    queries = [query(case.film, moved[case.film.name]) for case in asked(page)]
    first = f"film-{asked(page)[0].film.name}"
    visit = read(f"{page}?{'&'.join(queries)}#{first}", "phone")
    expect(visit.page.locator(f"#{first} svg.figure")).to_be_in_viewport()
    for case in asked(page):
        Player(visit, case).expect_frame(moved[case.film.name])

    visit.page.locator("a[hreflang]:visible").first.click()
    visit.page.wait_for_url(f"**/{page.twin}?*", wait_until="load")
    for case in CASES[page.twin]:
        if case.film.name in moved:
            Player(visit, case).expect_frame(moved[case.film.name])


def test_an_address_of_no_frame_shows_the_first(read: Read) -> None:
    case = SOME
    name = f"{case.film.name}.{case.film.parameters[0]['name']}"
    visit = read(f"{case.page}?{name}=nonsense&nothing.x=1", "desk")
    Player(visit, case).expect_frame(case.start)


# Playing


def playing() -> tuple[Case, dict[str, Any]]:
    case = next(case for found in CASES.values() for case in found if case.film.play)
    return case, next(each for each in case.film.parameters if each["name"] == case.film.play)


def expect_place(player: Player, time: dict[str, Any], place: int) -> None:
    expect(player.control(time)).to_have_value(str(place))


def test_it_plays(read: Read) -> None:
    case, time = playing()
    player = Player(read(case.page, "desk"), case)
    clock = player.stop_the_clock()
    last = len(time["values"]) - 1
    player.button.click()
    expect(player.button).to_have_text("暫停")
    clock.run_for(FRAME)
    expect_place(player, time, time["start"] + 2)
    assert player.said.text_content() == ""  # else it would speak all the time
    player.button.click()
    expect(player.button).to_have_text("播放")
    clock.run_for(REST)
    expect(player.said).not_to_be_empty()

    player.button.click()
    clock.run_for(FRAME * (last + 1))
    expect_place(player, time, last)
    expect(player.button).to_have_text("播放")
    player.button.click()
    clock.run_for(FRAME)
    expect_place(player, time, 1)  # from the beginning again
    player.control(time).press("End")  # who takes the slider stops it
    expect(player.button).to_have_text("播放")
    expect_place(player, time, last)


def test_it_steps(read: Read) -> None:
    case, time = playing()
    player = Player(read(case.page, "phone"), case)
    step, back = (player.figure.get_by_role("button", name=name) for name in ("下一步", "上一步"))
    player.control(time).press("Home")
    for press, place in ((step, 1), (step, 2), (back, 1), (back, 0), (back, 0)):
        press.click()
        expect_place(player, time, place)
    player.expect_frame([0 if each is time else each["start"] for each in case.film.parameters])

    player.button.click()
    step.click()  # who steps stops it
    expect(player.button).to_have_text("播放")


def test_it_does_not_play_for_who_wants_less_motion(read: Read) -> None:
    case, time = playing()
    player = Player(read(case.page, "desk", reduced_motion="reduce"), case)
    expect(player.button).to_be_hidden()
    expect(player.figure.get_by_role("button", name="下一步")).to_be_visible()
    expect(player.control(time)).to_be_visible()


# The numbers


@ENGLISH_ON_THE_PHONE
def test_its_numbers_are_there_on_request(
    visit: Visit, page: BookPage, subtests: pytest.Subtests
) -> None:
    for case in asked(page):
        with subtests.test(film=case.film.name):
            open_numbers(Player(visit, case), case)
    visit.assert_fits()


@visited([(page, "phone") for page in (ENGLISH if ALL else ENGLISH[:1])])
def test_axe_finds_nothing_in_its_numbers(visit: Visit) -> None:
    visit.page.locator(".film details").evaluate_all(
        "all => all.forEach((it) => { it.open = true })"
    )
    assert not (found := visit.axe()), "\n".join(found)


def open_numbers(player: Player, case: Case) -> None:
    table = player.figure.get_by_role("table")
    expect(table).to_be_hidden()
    player.figure.locator("summary").press("Enter")
    expect(table).to_be_visible()
    player.figure.locator(".pst-scrollable-table-container").scroll_into_view_if_needed()
    current = player.figure.locator("tr[aria-current]")
    expect(current).to_be_in_viewport()
    player.set(case.end)
    expect(current).to_be_in_viewport()
    assert current.locator("td").all_inner_texts() == case.film.rows[-1]


@EVERY_FILM
def test_its_words_are_in_the_language_of_the_page(case: Case) -> None:
    figure = soup(case.page.file).find(id=f"film-{case.film.name}")
    assert len(figure.select("tbody tr")) == len(case.film.frames)
    names = [element.get_text() for element in figure.select("label, th")]
    assert all(names)
    words = [name for name in names if len(name) > 3 or in_language(name, "zh-Hant")]
    assert all(in_language(word, case.page.lang) for word in words), words
    assert all(in_language(sentence, case.page.lang) for sentence in case.sentences)


# Without scripts, on paper, in the dark


@ON_EVERY_WIDTH
def test_the_first_frame_needs_no_script(
    plain: Visit, page: BookPage, subtests: pytest.Subtests
) -> None:
    for case in asked(page):
        with subtests.test(film=case.film.name):
            figure = plain.page.locator(f"#film-{case.film.name}")
            first = case.sentences[case.film.start]
            expect(figure.get_by_role("img", name=first, exact=True)).to_be_visible()
            expect(figure.locator(".controls")).to_be_hidden()
            figure.locator("summary").click()
            expect(figure.get_by_role("table")).to_be_visible()
            figure.locator("summary").click()


@AT_THE_DESK
def test_on_paper_it_is_a_picture(visit: Visit, page: BookPage, subtests: pytest.Subtests) -> None:
    visit.show_as(medium="print")
    for case in asked(page):
        with subtests.test(film=case.film.name):
            figure = visit.page.locator(f"#film-{case.film.name}")
            expect(figure.get_by_role("img")).to_be_visible()
            expect(figure.locator(".controls")).to_be_hidden()
            expect(figure.locator("details")).to_be_hidden()


@ENGLISH_AT_THE_DESK
def test_it_is_dark_in_dark_mode(visit: Visit, page: BookPage, subtests: pytest.Subtests) -> None:
    visit.prefer("dark")
    for case in asked(page):
        with subtests.test(film=case.film.name):
            player = Player(visit, case)
            player.expect_frame(case.start)
            assert player.pixels().mean() < 0.4
            colors = player.picture.evaluate("picture => picture.innerHTML.match(/#[0-9a-f]{6}/g)")
            assert colors is None, f"colors that do not follow the page: {set(colors)}"


# Weight


@AT_ONE_WIDTH
def test_images_wait_until_something_moves(visit: Visit) -> None:
    assert not images(visit.files_at_opening)


@AT_THE_DESK
def test_images_come_when_something_moves(
    visit: Visit, page: BookPage, subtests: pytest.Subtests
) -> None:
    visit.open_anew(page)
    for case in asked(page):
        if case.film.images:
            with subtests.test(film=case.film.name):
                before = len(images(visit.files()))
                Player(visit, case).set(case.end)
                visit.settle()
                assert len(images(visit.files())) > before
    assert all(size <= MOST_BYTES_OF_IMAGE for size in images(visit.files()))


def images(files: set[Path]) -> list[int]:
    """The sizes of the images of films among these files."""
    return [transferred(file) for file in files if file.parent.name == "_images"]


@EVERY_FILM
def test_weight_of_its_frames(case: Case) -> None:
    figure = soup(case.page.file).find(id=f"film-{case.film.name}")
    size = len(base64.b64decode(figure.select_one(".frames").string))
    frames = len(case.film.frames)
    assert size <= MOST_BYTES, f"{size / 1000:.1f} KB for {frames} frames"
