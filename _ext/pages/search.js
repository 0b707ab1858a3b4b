// Sphinx's weights, and first the name in nnlib that is the query, letter for letter; then the pages
// and sections whose title holds the whole query. What has a description is a name.
var Scorer = {
  score: ([, title, anchor, description, score]) => {
    const query = new URLSearchParams(location.search).get("q")?.trim();
    if (description) {
      const named = `.${title}`.endsWith(`.${query}`) && !/\.[A-Z]\w*\./.test(title); // no method
      return score + (named ? 150 - title.split(".").length : 0); // entries of the glossary get 100
    }
    const named = query && title.toLowerCase().includes(query.toLowerCase());
    return score + (named ? (anchor ? 15 : 20) : 0);
  },
  objNameMatch: 2,
  objPartialMatch: 1,
  objPrio: {},
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};

// In a folder, no page can read another, so results quote nothing there.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

// What a result quotes of a page has each formula once, not again as MathML and TeX, and of the
// glossary no words in Simplified characters, for nothing marks their language there. The anchor
// becomes a selector, which `#5-linear` is not as it stands.
const textOfPage = Search.htmlToText;
Search.htmlToText = (page, anchor) =>
  textOfPage(
    page
      .replace(/<span class="katex-mathml">.*?<\/math><\/span>/gs, "")
      .replace(/<li lang="zh-Hans">.*?<\/li>/gs, ""),
    anchor && `#${CSS.escape(anchor.slice(1))}`,
  );
