// Sphinx's weights, and first the pages and sections whose title holds the whole query.
var Scorer = {
  score: ([, title, anchor, , score]) => {
    const query = new URLSearchParams(location.search).get("q")?.trim().toLowerCase();
    const named = query && title.toLowerCase().includes(query);
    return score + (named ? (anchor ? 15 : 20) : 0);
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};

// What a result quotes of a page has each formula once, not again as MathML and TeX.
const textOfPage = Search.htmlToText;
Search.htmlToText = (page, anchor) =>
  textOfPage(page.replace(/<span class="katex-mathml">.*?<\/math><\/span>/gs, ""), anchor);
