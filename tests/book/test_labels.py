"""The words in figures: what the list of them lacks, and what pages make of a stored figure."""

import gzip
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from check.labels import figures_speak_chinese, list_is_right
from draw.films import packed
from draw.labels import HREF, TEXT, USE, exchange
from nnlib.explore import explore
from read import labels
from read.book import Book, Notebook
from read.films import Film
from read.notebooks import Cell

WORDS = {
    "layer": "層",
    "layer {}": "第 {} 層",
    "norm of the gradient": "梯度範數",
    "gate {}": "閘 {}",
    "cost after {} steps": "{} 步後的成本",
    "squared error": "平方誤差",
    "dense": "全連接",
}


def stored(draw: Callable[[Axes], object]) -> tuple[str, Figure]:
    """What a notebook stores of a drawing, and the drawing."""
    with plt.style.context("nnlib.book"):
        figure = Figure(dpi=72)  # a pixel is a point, as in the file
        draw(figure.subplots())
        file = io.StringIO()
        figure.savefig(file, format="svg")
    return file.getvalue(), figure


def cell(*svgs: str) -> Cell:
    outputs = [{"data": {"image/svg+xml": svg}} for svg in svgs]
    return Cell(7, "code", None, "", {}, outputs)


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Book]:
    def make(*says: str, rows: str = "") -> Book:
        """A book with one figure, which says this, and a list of these rows."""
        svg, _ = stored(lambda ax: [ax.text(0, 0, text) for text in says])
        file = tmp_path / labels.FILE
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"# remark\nEnglish\tChinese\n{rows}", "utf8")
        return Book(tmp_path, [Notebook("chapters/02-neuron.ipynb", [cell(svg)])], {})

    return make


# The list


def faults(book: Book) -> list[str]:
    return [fault for _, fault in figures_speak_chinese(book.notebooks[0], book)]


@pytest.mark.parametrize(
    ("says", "fault"),
    [
        (
            "loss of heat",
            'its figure says "loss of heat", for which there is no Chinese. '
            'Add it to chapters/labels.tsv, as "loss of heat".',
        ),
        (
            r"loss $\ell$ after 1,000 steps",
            r'its figure says "loss $\ell$ after 1,000 steps", for which there is no Chinese. '
            'Add it to chapters/labels.tsv, as "loss {} after {} steps".',
        ),
        (
            r"gate $\frac{1}{2}$",
            r'its figure says "gate $\frac{1}{2}$", a formula among words that a page cannot set. '
            "Give it letters, signs and scripts alone, or a text without words.",
        ),
    ],
)
def test_a_word_without_chinese(book: Callable[..., Book], says: str, fault: str) -> None:
    assert faults(book(says, rows="gate {}\t閘 {}\n")) == [fault]


def test_what_a_figure_may_say(book: Callable[..., Book]) -> None:
    mathematics = ["$x_1$", "0.5", "−1", "N(0, 1/n)", r"$\frac{1}{2} z$", "+", "W"]
    known = ["layer", "layer 12", r"gate $\sigma(\beta_1 z)$"]
    assert not faults(
        book(*mathematics, *known, rows="layer\t層\nlayer {}\t第 {} 層\ngate {}\t閘 {}\n")
    )


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("neuron\t神經元", 'chapters/labels.tsv, "neuron": no figure says so. Take the line out.'),
        ("layer\t層\nlayer\t層", '"layer": it is there twice. Take one line out.'),
        ("layer {}\t層", '"layer {}": the Chinese has another number of {}. Give both the same.'),
        ("layer", '"layer": this is no English, a tab, and Chinese. Write both.'),
        ("layer\t层", "Simplified characters: 层."),
        ("layer\t神經網絡的層", "「網絡」 is not the book's word. Write 「網路」"),
        ("layer {}\t第{} 層", "no space between Chinese and letters, figures or formulas"),
        ("layer\t層(layer)", "half-width punctuation in Chinese"),
    ],
)
def test_a_list_with_a_fault(book: Callable[..., Book], rows: str, fault: str) -> None:
    (found,) = list_is_right(book("layer", "layer 3", rows=f"{rows}\n"))
    assert fault in found


def test_a_book_without_a_list(tmp_path: Path) -> None:
    assert not list(list_is_right(Book(tmp_path, [], {})))


# The exchange


def exchanged(svg: str) -> dict[str, ElementTree.Element]:
    """The texts of a page's figure by what they say."""
    root = ElementTree.fromstring(exchange(svg, WORDS))
    ids = {element.get("id") for element in root.iter()}
    assert {use.get(HREF, "#")[1:] for use in root.iter(USE)} <= ids  # no glyph is missing
    return {"".join(text.itertext()): text for text in root.iter(TEXT)}


def middle(text: ElementTree.Element) -> float:
    """Where an unrotated text has its middle on the page."""
    (shift,) = re.findall(r"^translate\(([\d.]+) ", text.get("transform", ""))
    return float(shift) + float(text.get("x", 0))


def test_axis_labels_keep_their_middle_turn_size_and_color() -> None:
    def draw(ax: Axes) -> None:
        ax.set_xlabel("layer", size=14, color="#b4532a")
        ax.set_ylabel("norm of the gradient")

    svg, figure = stored(draw)
    across, up = exchanged(svg)["層"], exchanged(svg)["梯度範數"]
    box = figure.axes[0].xaxis.label.get_window_extent()
    assert middle(across) == pytest.approx((box.x0 + box.x1) / 2, abs=1)
    assert across.get("font-size") == "14"
    assert across.get("style") == "fill: #b4532a"
    assert {across.get("text-anchor"), up.get("text-anchor")} == {"middle"}
    assert "rotate(-90)" in up.get("transform", "")
    box = figure.axes[0].yaxis.label.get_window_extent()
    assert 2 * float(up.get("x", 0)) == pytest.approx(box.height, abs=2)


def test_a_legend_starts_at_its_lines_and_a_tick_label_ends_at_its_axis() -> None:
    def draw(ax: Axes) -> None:
        ax.plot([1, 2], label="layer 1")
        ax.legend()
        ax.set_yticks([1, 2], ["dense", "squared error"])

    svg, figure = stored(draw)
    texts = exchanged(svg)
    assert texts["第 1 層"].get("text-anchor") is None
    assert texts["第 1 層"].get("x") is None
    box = figure.axes[0].get_yticklabels()[0].get_window_extent()
    assert texts["全連接"].get("text-anchor") == texts["平方誤差"].get("text-anchor") == "end"
    assert middle(texts["全連接"]) == pytest.approx(box.x1, abs=1)


def test_other_texts_keep_their_middle_but_in_a_column() -> None:
    def draw(ax: Axes) -> None:
        ax.text(0.5, 0.9, "layer", ha="center")
        ax.text(0.1, 0.5, "dense")
        ax.text(0.1, 0.4, "squared error")

    svg, _ = stored(draw)
    anchors = {says: text.get("text-anchor") for says, text in exchanged(svg).items()}
    assert anchors == {"層": "middle", "全連接": None, "平方誤差": None}


def test_mathematics_stays_as_it_is_drawn() -> None:
    svg, _ = stored(
        lambda ax: ax.set(xlabel="$z$", ylabel="layer", title=r"dense" "\n" r"$\ell = 2$")
    )
    page = exchange(svg, WORDS)
    assert set(exchanged(svg)) == {"層", "全連接"}
    assert "<!-- $z$ -->" in page
    assert r"<!-- $\ell = 2$ -->" in page
    assert "<!-- layer -->" not in page
    assert page.count("<use") < svg.count("<use")


def test_a_formula_among_words() -> None:
    svg, _ = stored(lambda ax: ax.set_ylabel(r"gate $\sigma(\beta_1 z^{10}) \leq 1$"))
    (text,) = exchanged(svg).values()
    spans = [(span.text, span.get("class"), span.get("dy")) for span in text]
    assert spans == [
        ("閘 ", None, None),
        ("σ", "symbol", None),
        ("(", "sign", None),
        ("β", "symbol", None),
        ("1", "sign", "2.4"),
        ("z", "symbol", "-2.4"),
        ("10", "sign", "-4.8"),
        (") ≤ 1", "sign", "4.8"),
    ]


def test_every_frame_of_a_film() -> None:
    def swish(ax: Axes, n: int = 1) -> dict[str, int]:
        ax.set_title(f"cost after {n} steps")
        return {"cost": n}

    film = Film.stored(explore(swish, n=range(1, 4), live=False).content)
    content = json.loads(gzip.decompress(packed(film, "", WORDS)))
    frames = ["".join(content["pieces"][at] for at in frame) for frame in content["frames"]]
    assert [re.findall(r">([^<]+)</text>", frame) for frame in frames] == [
        [f"{n} 步後的成本"] for n in (1, 2, 3)
    ]
    assert len(packed(film, "", WORDS)) < len(packed(film, ""))
