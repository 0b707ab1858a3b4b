// Makes one page of all pages of a book, for paper. Runs in the browser, in the book's first page.
async ({ names, site }) => {
  const here = new URL(".", location);
  const prefix = (name) => name.replace(/\.html$/, "").replaceAll("/", "-");
  const own = new Map(names.map((name) => [new URL(name, here).href, prefix(name)]));

  // Where a link leads on paper: into the book, to the published site, or nowhere.
  function aim(link, from) {
    const target = new URL(link.getAttribute("href"), from);
    const [page] = target.href.split("#");
    if (own.has(page)) {
      link.setAttribute("href", `#${own.get(page)}${target.hash.replace("#", "--")}`);
    } else if (target.origin === location.origin) {
      const path = target.href.slice(new URL("..", here).href.length);
      if (site) link.setAttribute("href", site + path);
      else link.removeAttribute("href");
    }
  }

  // No two pages may have an id in common.
  function rename(article, start) {
    for (const element of [article, ...article.querySelectorAll("*")]) {
      for (const { name, value } of [...element.attributes]) {
        if (name === "id" || name === "for" || name.startsWith("aria-labelledby")) {
          element.setAttribute(name, `${start}--${value}`);
        } else if (value.includes("url(#")) {
          element.setAttribute(name, value.replaceAll("url(#", `url(#${start}--`));
        } else if (element.localName === "use" && /^(xlink:)?href$/.test(name)) {
          element.setAttribute(name, value.replace("#", `#${start}--`));
        }
      }
    }
  }

  async function articleOf(name) {
    const address = new URL(name, here);
    const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
    const article = document.importNode(page.querySelector("article"), true);
    article.querySelectorAll("script, .film details, .film .controls").forEach((one) => one.remove());
    article.querySelectorAll("details").forEach((answer) => (answer.open = true));
    article.querySelectorAll("img").forEach((image) => {
      image.src = new URL(image.getAttribute("src"), address);
    });
    rename(article, own.get(address.href));
    article.querySelectorAll("a[href]").forEach((link) => aim(link, address));
    article.id = own.get(address.href);
    if (page.body.classList.contains("landing")) article.classList.add("landing");
    return article;
  }

  function contents() {
    const list = document.querySelector(".bd-docs-nav .bd-toc-item").cloneNode(true);
    list.querySelectorAll("summary").forEach((one) => one.remove());
    list.querySelectorAll("details").forEach((one) => one.replaceWith(...one.childNodes));
    list.querySelectorAll("a[href]").forEach((link) => aim(link, here));
    list.querySelectorAll("[role=heading]").forEach((one) => one.removeAttribute("role"));
    list.className = "contents";
    return list;
  }

  // A heading as a bookmark has it: its number, and each formula once.
  function bookmark(heading) {
    const copy = heading.cloneNode(true);
    copy.querySelectorAll(".headerlink, .katex-mathml").forEach((one) => one.remove());
    copy.querySelector(".section-number")?.append(" ");
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  const articles = await Promise.all(names.map(articleOf));
  const list = contents();
  document.body.className = "";
  document.body.replaceChildren(articles[0], list, ...articles.slice(1));
  await document.fonts.ready;
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  return [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map(bookmark);
}
