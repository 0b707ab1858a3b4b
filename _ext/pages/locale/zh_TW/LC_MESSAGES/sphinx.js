// What Sphinx's search says, for the Chinese book; it stands in for Sphinx's own translation. Sphinx
// makes the rule for the plural from a string, which the pages' policy forbids: Chinese has one form.
Object.assign(Documentation.TRANSLATIONS, {
  ", in ": "，在 ",
  "Hide Search Matches": "取消標示搜尋字詞",
  "Preparing search...": "準備搜尋中…",
  "Search Results": "搜尋結果",
  "Search finished, found ${resultCount} page(s) matching the search query.":
    "找到 ${resultCount} 處。",
  Searching: "搜尋中",
  "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.":
    "找不到。換個說法試試。",
});
Documentation.PLURAL_EXPR = () => 0;
Documentation.LOCALE = "zh_Hant_TW";
