"""Chapters that prose names: "Chapter 5", 第 5 章, "chapters 5 and 6", "Exercise 5", 習題 5.

A chapter of another book has its owner right beside it: a link out of the book
(`[Nielsen (2015)](https://…), Chapter 5`, `chapter 5 of [Nielsen`), a name or a pronoun (Nielsen's
chapter 5, 他的第 5 章).
"""

import re


def compiled(*patterns: str) -> list[re.Pattern[str]]:
    return [re.compile(pattern, re.MULTILINE) for pattern in patterns]


LIST = r"\d+(?:(?:,\s+and|,|\s+and|\s+or|\s+to|\s?[-–、和到至])\s*\d+)*"
MENTIONS = compiled(
    r"\b[Cc]hapter\s(\d+)\b(?!\.\d)",
    rf"\b[Cc]hapters\s({LIST})",
    rf"第 ?({LIST}) ?章",
    r"\b[Ee]xercise\s(\d+)\b(?![-.]\d)",
    rf"\b[Ee]xercises\s({LIST})",
    r"習題 ?(\d+)(?![-.]?\d)",
)
OWNER_BEFORE = re.compile(
    r"""(?: \]\(https?://\S*\) (?:,|\s?的)? \s*  # [Nielsen (2015)](https://…), Chapter 5
        | (?:\w['’]s|\b[Hh]is|\b[Hh]er|\b[Ii]ts|\b[Tt]heir) \s
        )$""",
    re.VERBOSE,
)
OWNER_BEFORE_CHINESE = re.compile(r"(?:\]\(https?://\S*\)|[A-Za-z]|[他她它]的)\s?的?\s?$")
OWNER_AFTER = re.compile(r"\s+of\s+\[|\]\(https?://")


def owned_elsewhere(mention: re.Match[str]) -> bool:
    """Whether it is a chapter of another book, by what stands beside it."""
    chinese = mention[0][0] in "第習"
    before = OWNER_BEFORE_CHINESE if chinese else OWNER_BEFORE
    line = mention.string[: mention.start()].rpartition("\n")[2]
    return bool(before.search(line) or OWNER_AFTER.match(mention.string, mention.end()))


def mentions(text: str, *, ours: bool = True) -> list[re.Match[str]]:
    """The mentions of chapters and exercises, of this book or of others."""
    found = [mention for pattern in MENTIONS for mention in pattern.finditer(text)]
    return [mention for mention in found if owned_elsewhere(mention) != ours]
