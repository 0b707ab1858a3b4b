"""What a check says, in Chinese and English: as text, and as HTML with hints to open."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from nncheck.answers import Text

LANGUAGES = {"both": ("zh-Hant", "en"), "zh": ("zh-Hant",), "en": ("en",)}
HINT = ("提示 {}", "Hint {}")
TOTAL = ("總分：{:g}／{:g}", "Total: {:g} of {:g}")
COMMON: dict[str, Text] = {
    "right": ("答對了。", "Right."),
    "todo": (
        "還沒作答：把{what} `...` 換成你的答案，再執行一次。",
        "Not attempted yet: replace the `...`{what} and run the cell again.",
    ),
    "none": (
        "{what}是 None。函式裡是不是少了 `return`？",
        "{what} is None. Is a `return` missing in a function?",
    ),
    "raised": (
        "程式停在 `{line}`。Python 說：`{error}`。",
        "Your code stopped at `{line}`. Python says: `{error}`.",
    ),
    "type": (
        "{what}應該是{kind}，現在的型別是 {got}。",
        "{what} must be {kind}, but is of type {got}.",
    ),
    "shape": (
        "{what}應該是{form}，現在的形狀是 {got}。",
        "{what} must be {form}, but has shape {got}.",
    ),
    "nan": ("{what}裡有 NaN 或無限大。", "{what} has a NaN or an infinity in it."),
    "changed": (
        "`{name}` 改動了傳進來的陣列，呼叫它的人會嚇一跳。請產生新的陣列。",
        "`{name}` changes an array that it was given, which surprises its caller. Make a new one.",
    ),
    "value": (
        "{what}形狀對，數值不對{where}：應該是 {want}，你的是 {got}。",
        "{what} has the right shape but a wrong value{where}: it must be {want}, but is {got}.",
    ),
    "wrong": ("不對，再想想。", "That is not it. Think again."),
    "predicted": (
        "`{name}`：{got} 不對。寫下每個陣列的兩個長度，看看哪兩個對消。",
        "`{name}`: {got} is not it. Write down both lengths of each array; which two cancel?",
    ),
    "option": ("選項是 {want}，你寫的是 {got}。", "The options are {want}; you wrote {got}."),
    "slow": (
        "對，但是慢：資料越多，Python 走的步數越多。改用陣列運算，一次算完。",
        "Right, but slow: the more data, the more steps Python takes. Compute with whole arrays.",
    ),
    "forbidden": (
        "`{name}` 用了 `{used}`，這一題請不要用它，自己寫。",
        "`{name}` uses `{used}`. This question asks you to do without it and write your own.",
    ),
}
RETRY = ("raised", "type", "shape", "nan", "value")  # where trying the same input again helps
AGAIN = (
    "同一組輸入再試一次：`{name}(*check.case)`",
    " The same input again: `{name}(*check.case)`",
)
POINTS = ("{name}（{points:g}／{of:g} 分）：", "{name} ({points:g} of {of:g}): ")
RESULT = ("結果", "The result")
ONE, ARRAY = ("一個數字", "one number"), ("形狀 {} 的陣列", "an array of shape {}")
RIGHT, OTHER = "#3d8b57", "#b86a1c"  # readable on light and on dark


@dataclass(frozen=True, repr=False)
class Shown:
    """What a notebook or a terminal shows in the chosen language."""

    language: str = field(default="both", kw_only=True)

    def chosen(self, texts: Text) -> dict[str, str]:
        """The texts of the chosen languages, by language."""
        if self.language not in LANGUAGES:
            raise ValueError(f'language must be "both", "zh" or "en", not {self.language!r}')
        both = dict(zip(LANGUAGES["both"], texts, strict=True))
        return {each: both[each] for each in LANGUAGES[self.language]}

    def plain(self, texts: Text) -> str:
        return "\n".join(self.chosen(texts).values())

    def html(self, texts: Text, tag: str = "div") -> str:
        """Each text in an element marked with its language: a page in one language drops others."""
        marked = []
        for lang, text in self.chosen(texts).items():
            content = re.sub("`(.+?)`", r"<code>\1</code>", escape(text))
            marked.append(f'<{tag} lang="{lang}">{content}</{tag}>')
        return " ".join(marked)


def box(kind: str, content: str) -> str:
    style = f"border-left:4px solid {RIGHT if kind == 'right' else OTHER};padding:2px 12px"
    return f'<div class="check {kind}" style="{style}">{content}</div>'


@dataclass(frozen=True, repr=False)
class Note(Shown):
    texts: Text

    def __repr__(self) -> str:
        return self.plain(self.texts)

    def _repr_html_(self) -> str:
        return box("note", self.html(self.texts))


@dataclass(frozen=True, repr=False)
class Feedback(Note):
    """The answer of a check, with the points that are earned, and the hints."""

    question: str
    code: str  # "right", "todo", a mistake of the question, …
    points: float
    of: float
    hints: Sequence[Text] = ()
    case: tuple[Any, ...] = ()

    def _repr_html_(self) -> str:
        content = self.html(self.texts)
        for number, hint in enumerate(self.hints, 1):
            summary = self.html((HINT[0].format(number), HINT[1].format(number)), "span")
            content += f"<details><summary>{summary}</summary>{self.html(hint)}</details>"
        return box(self.code, content)


@dataclass(frozen=True, repr=False)
class Report(Shown):
    """The feedback on every question, and the sum of the points."""

    feedback: Sequence[Feedback]

    @property
    def points(self) -> float:
        return sum(each.points for each in self.feedback)

    @property
    def of(self) -> float:
        return sum(each.of for each in self.feedback)

    @property
    def total(self) -> Text:
        return TOTAL[0].format(self.points, self.of), TOTAL[1].format(self.points, self.of)

    def __repr__(self) -> str:
        return "\n".join([*map(repr, self.feedback), self.plain(self.total)])

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{self.html(each.texts)}</li>" for each in self.feedback)
        done = self.points == self.of
        return box("right" if done else "report", f"<ul>{items}</ul>{self.html(self.total)}")
