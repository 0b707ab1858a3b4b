"""Search: Chinese by pairs of neighboring characters, and titles before text.

Chinese has no spaces between words, and a dictionary that divides it knows 梯度 but not 學習率.
Every pair of neighbors is in the index, and the browser divides what the reader types the same way.
"""

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.search.zh import SearchChinese

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"

# Stands in for Sphinx's `splitQuery`: runs of letters and digits, and the pairs of runs of Han.
SPLIT_QUERY = rf"""
var splitQuery = (query) =>
  (query.match(/[{HAN}]+|(?:(?![{HAN}])[\p{{Letter}}\p{{Number}}_])+/gu) || []).flatMap((run) =>
    /[{HAN}]/.test(run) && run.length > 1
      ? Array.from(run.slice(1), (_, at) => run.slice(at, at + 2))
      : [run]);
"""


class ChineseBigrams(SearchChinese):
    lang = "zh_TW"
    js_splitter_code = SPLIT_QUERY

    def split(self, text: str) -> list[str]:
        words = self.latin1_letters.findall(text)
        for run in re.findall(f"[{HAN}]+", text):
            words += run
            words += [run[at : at + 2] for at in range(len(run) - 1)]
        return words

    def stem(self, word: str) -> str:
        """As Sphinx does, which looks for each word in a list of all that came before it."""
        word = word.lower()
        stem: str = self.stemmer.stemWord(word)
        short = len(stem) < 3 <= len(word) and self.latin1_letters.fullmatch(word)
        return word if short else stem

    def word_filter(self, word: str) -> bool:
        return len(word) > 1 or bool(re.match(f"[{HAN}]", word))


def setup(app: Sphinx) -> dict[str, Any]:
    app.config.html_search_scorer = str(Path(__file__).with_name("search.js"))
    app.add_search_language(ChineseBigrams)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
