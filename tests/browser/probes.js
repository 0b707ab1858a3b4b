// What the tests ask of a page. Each probe answers with plain data, faults with a description of the
// element that is at fault.
globalThis.probes = (() => {
  const BLOCKS = "h1, h2, h3, h4, h5, h6, p, ul, ol, dl, table, blockquote";
  const CODE = "pre, code, samp, kbd, script, style, noscript, template";
  const FORMULA = ".katex";
  const TOLD = [
    "title", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext",
    "placeholder", "alt", "data-bs-title", "data-bs-original-title", "data-tooltip",
  ];

  const visible = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const squeeze = (text) => text.replace(/\s+/g, " ").trim();
  const content = () => document.querySelector("article") ?? document.querySelector("main");
  const language = (element) => element.closest("[lang]")?.lang ?? "";

  function describe(element) {
    const id = element.id ? `#${element.id}` : "";
    const classes = [...element.classList].slice(0, 3).map((name) => `.${name}`).join("");
    const section = element.closest("section[id]")?.id;
    const text = squeeze(element.textContent).slice(0, 60);
    return `<${element.localName}${id}${classes}> “${text}”${section ? ` in #${section}` : ""}`;
  }

  function textNodes(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      if (walker.currentNode.data.trim()) found.push(walker.currentNode);
    }
    return found;
  }

  // Colors ------------------------------------------------------------------------------------

  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });

  function rgba(color) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  }

  const over = ([r, g, b, alpha], below) =>
    [r, g, b].map((channel, at) => alpha * channel + (1 - alpha) * below[at]);

  function luminance(color) {
    const [red, green, blue] = color.map((channel) => {
      const part = channel / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function contrast(one, other) {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  // A color that a style sheet names, such as `var(--fig-ink)`, as it is in this page and mode.
  function resolved(name) {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = name;
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }

  function background(element) {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      layers.push(rgba(getComputedStyle(at).backgroundColor));
    }
    return layers.reduceRight((below, layer) => over(layer, below), rgba(resolved("Canvas")));
  }

  // The blocks of prose -------------------------------------------------------------------------

  // Outermost headings, paragraphs, lists and tables; not what code printed.
  function proseBlocks() {
    const article = document.querySelector("article");
    return [...article.querySelectorAll(BLOCKS)].filter(
      (block) => !block.parentElement.closest(`article :is(${BLOCKS}, .cell)`) && visible(block),
    );
  }

  function textOf(block) {
    const copy = block.cloneNode(true);
    copy.querySelectorAll(".headerlink").forEach((link) => link.remove());
    return squeeze(copy.textContent);
  }

  // What a test can leave other than it was.
  let observer, remembered, touched;
  const place = () => {
    const controls = [...document.querySelectorAll("input, select")];
    return [location.href, scrollX, scrollY, ...controls.map((each) => each.value + each.checked)].join();
  };
  const markup = () =>
    document.documentElement.cloneNode(false).outerHTML + document.querySelector("main").outerHTML;

  // The labels of figures -------------------------------------------------------------------------

  // The corners of a label's letters, on the screen. Text has room above and below its letters.
  function corners(label) {
    let { x, y, width, height } = label.getBBox();
    if (label.localName === "text") {
      const size = parseFloat(getComputedStyle(label).fontSize);
      [y, height] = [-0.88 * size, size]; // as high as Han letters
    }
    const matrix = label.getScreenCTM();
    return [[x, y], [x + width, y], [x + width, y + height], [x, y + height]].map(
      (corner) => new DOMPoint(...corner).matrixTransform(matrix),
    );
  }

  // Whether a line divides two convex shapes, which may touch: then a side of one of them does.
  function divided(one, other) {
    return [one, other].some((shape) =>
      shape.some((from, at) => {
        const to = shape[(at + 1) % shape.length];
        const across = ({ x, y }) => (x - from.x) * (to.y - from.y) - (y - from.y) * (to.x - from.x);
        const side = Math.hypot(to.x - from.x, to.y - from.y) || 1;
        const [here, there] = [one, other].map((each) => each.map((point) => across(point) / side));
        const least = Math.min(Math.max(...here) - Math.min(...there), Math.max(...there) - Math.min(...here));
        return least <= 1;
      }),
    );
  }

  function crowded(figure) {
    const walker = document.createTreeWalker(figure, NodeFilter.SHOW_COMMENT);
    const labels = [...figure.querySelectorAll("text")].map((text) => [text.textContent, text]);
    while (walker.nextNode()) labels.push([walker.currentNode.data.trim(), walker.currentNode.nextElementSibling]);
    const placed = labels.filter(([, label]) => label).map(([words, label]) => [words, corners(label)]);
    const frame = figure.getBoundingClientRect();
    const faults = placed
      .filter(([, shape]) =>
        shape.some(({ x, y }) => x < frame.left - 1 || x > frame.right + 1 || y < frame.top - 1 || y > frame.bottom + 1),
      )
      .map(([words]) => `“${words}” reaches out of the picture`);
    placed.forEach(([words, shape], at) => {
      for (const [others, other] of placed.slice(at + 1)) {
        if (!divided(shape, other)) faults.push(`“${words}” lies over “${others}”`);
      }
    });
    return faults;
  }

  async function unpacked(film) {
    const bytes = Uint8Array.from(atob(film.querySelector(".frames").textContent), (sign) => sign.charCodeAt());
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  }

  return {
    // Layout ------------------------------------------------------------------------------------

    // What makes the page wider than the screen; nothing if it is not.
    tooWide(width) {
      const needed = Math.max(document.scrollingElement.scrollWidth, window.innerWidth);
      if (needed <= width) return [];
      const wide = [...document.body.querySelectorAll("*")].filter(
        (element) => element.getBoundingClientRect().right > width + 1 && visible(element),
      );
      const innermost = wide.filter((element) => !wide.some((other) => other.parentElement === element));
      return [`${needed} pixels on a screen of ${width}`, ...innermost.map(describe)];
    },

    // Text, pictures and formulas of which a part lies where no reader can scroll to.
    cutOff(width) {
      const parts = [...document.querySelectorAll("img, svg, input, button, .katex-html > .base")]
        .filter((part) => !part.parentElement.closest("svg"))
        .map((part) => ({ owner: part, box: part.getBoundingClientRect() }));
      const range = document.createRange();
      for (const text of textNodes(document.body)) {
        if (text.parentElement.closest(`${FORMULA}, svg, ${CODE.replace("pre, code, ", "")}`)) continue;
        range.selectNodeContents(text);
        parts.push({ owner: text.parentElement, box: range.getBoundingClientRect(), isText: true });
      }
      return parts
        .filter(({ owner, box }) => box.width > 1 && box.height > 1 && visible(owner))
        .filter(({ owner, box, isText }) => {
          const sticksOut = (frame) => box.left < frame.left - 1 || box.right > frame.right + 1;
          for (let at = isText ? owner : owner.parentElement; at; at = at.parentElement) {
            const { overflowX, clip, position } = getComputedStyle(at);
            const frame = at.getBoundingClientRect();
            if (clip !== "auto" || (frame.width <= 1 && frame.height <= 1)) return false; // for ears
            if (at === document.body) break;
            if (/auto|scroll/.test(overflowX)) return false;
            if (/hidden|clip/.test(overflowX) && sticksOut(frame)) return true;
            if (position === "fixed") break;
          }
          return sticksOut({ left: 0, right: width });
        })
        .map(({ owner }) => describe(owner));
    },

    // Formulas ----------------------------------------------------------------------------------

    formulas: () => document.querySelectorAll(`article ${FORMULA}`).length,

    unreadableFormulas() {
      const found = [];
      document.querySelectorAll("article details").forEach((answer) => { answer.open = true; });
      for (const formula of document.querySelectorAll("article .math")) {
        const set = formula.querySelector(".katex-html");
        const { width, height } = set?.getBoundingClientRect() ?? { width: 0, height: 0 };
        if (!set || !visible(set) || width < 2 || height < 4) found.push(describe(formula));
      }
      for (const text of textNodes(content())) {
        const raw = /\$\$|\\\(|\\\[|\\(?:frac|mathbf|begin|tag)\b/.test(text.data);
        if (raw && !text.parentElement.closest(`${FORMULA}, ${CODE}`)) {
          found.push(`raw TeX in ${describe(text.parentElement)}`);
        }
      }
      return found;
    },

    // Glyphs of formulas that ask for another font than KaTeX's; words in Chinese may.
    strangeGlyphs() {
      return textNodes(content())
        .filter((text) => text.parentElement.closest(".katex-html"))
        .filter((text) => !/^[\p{Script=Han}\u200b\s]+$/u.test(text.data))
        .filter((text) => !/^"?KaTeX_/.test(getComputedStyle(text.parentElement).fontFamily))
        .map((text) => describe(text.parentElement));
    },

    fonts: (status) =>
      [...document.fonts].filter((font) => font.status === status).map((font) => font.family),

    // Inline formulas: how their letters compare with those of the text around them.
    formulaSizes() {
      const xHeight = (style) => {
        canvas.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
        return canvas.measureText("x").actualBoundingBoxAscent;
      };
      const sizes = [];
      for (const formula of document.querySelectorAll(`article :is(p, li, td) ${FORMULA}`)) {
        if (formula.closest(".katex-display") || !visible(formula)) continue;
        const [inside, outside] = [formula, formula.closest("p, li, td")].map(getComputedStyle);
        sizes.push({
          element: describe(formula.closest("p, li, td")),
          xHeight: xHeight(inside) / xHeight(outside),
          fontSize: parseFloat(inside.fontSize) / parseFloat(outside.fontSize),
        });
      }
      return sizes;
    },

    // Pictures ----------------------------------------------------------------------------------

    pictures() {
      return [...document.querySelectorAll("article :is(img, svg)")]
        .filter((picture) => !picture.parentElement.closest(`svg, button, a, summary, ${FORMULA}`))
        .map((picture) => {
          const labels = picture.getAttribute("aria-labelledby")?.split(/\s+/) ?? [];
          const box = picture.getBoundingClientRect();
          const drawn = picture.matches("img")
            ? picture.naturalWidth > 0
            : [...picture.querySelectorAll("path, image, use")].some((part) => {
                const { width, height } = part.getBoundingClientRect();
                return width + height > 4;
              });
          return {
            element: describe(picture),
            isImage: picture.matches("img, [role=img]"),
            name:
              picture.getAttribute("aria-label") ??
              picture.getAttribute("alt") ??
              labels.map((id) => document.getElementById(id)?.textContent).join(" "),
            shown: visible(picture) && box.width > 40 && box.height > 40 && drawn,
          };
        });
    },

    // Lines and letters of figures that are hard to tell from the page, in the mode it is in.
    faintInFigures() {
      const faint = new Set();
      // Meant to be quiet, or to lie under a line or a letter.
      const quiet = new Set(
        ["grid", "paper", "blue-pale", "orange-pale"].map((name) => resolved(`var(--fig-${name})`)),
      );
      for (const figure of document.querySelectorAll("article svg[role=img]")) {
        const page = background(figure);
        for (const shape of figure.querySelectorAll("path, use, line, rect, circle, polygon, text")) {
          if (shape.closest("defs, clipPath, pattern, mask")) continue;
          // The colors of what is used again and again may stand where it is defined.
          const target =
            shape.localName === "use" ? document.querySelector(shape.getAttribute("href") ?? shape.getAttribute("xlink:href")) : null;
          const paint = (kind) => {
            const owner = target?.style[kind] || target?.getAttribute(kind) ? target : shape;
            const style = getComputedStyle(owner);
            if (style[kind] === "none" || (kind === "stroke" && !parseFloat(style.strokeWidth))) return null;
            if (style[kind].startsWith("url")) return null; // a hatch
            let alpha = parseFloat(style[`${kind}Opacity`]);
            for (let at = shape; at !== figure; at = at.parentElement) {
              alpha *= parseFloat(getComputedStyle(at).opacity);
            }
            const [red, green, blue, own] = rgba(style[kind]);
            const seen = over([red, green, blue, own * alpha], page);
            return { color: style[kind], contrast: contrast(seen, page) };
          };
          const isLetter = shape.localName === "text" || (target && !/m[0-9a-f]{8,}$/.test(target.id));
          const paints = (isLetter ? ["fill"] : ["fill", "stroke"]).map(paint).filter(Boolean);
          if (!paints.length || paints.some(({ color }) => quiet.has(color))) continue;
          const best = Math.max(...paints.map((each) => each.contrast));
          if (best >= (isLetter ? 4.5 : 3)) continue;
          const colors = paints.map(({ color }) => color).join(" and ");
          faint.add(
            `${isLetter ? "letter" : "line"} in ${colors}, contrast ${best.toFixed(2)}, ` +
              `in the figure “${figure.getAttribute("aria-label").slice(0, 40)}…”`,
          );
        }
      }
      return [...faint];
    },

    // Labels of figures, and of every frame of a film, that lie over another label or reach out of
    // the picture.
    async crowdedLabels() {
      const found = new Set();
      const closed = document.querySelectorAll("article details:not([open])");
      closed.forEach((answer) => { answer.open = true; });
      for (const figure of document.querySelectorAll("svg.figure")) {
        const film = figure.closest(".film");
        const name = film?.id ?? figure.getAttribute("aria-label").slice(0, 40);
        for (const fault of crowded(figure)) found.add(`${name}: ${fault}`);
        if (!film) continue;
        const { pieces, frames } = await unpacked(film);
        const first = [...figure.childNodes];
        for (const frame of frames) {
          figure.innerHTML = frame.map((piece) => pieces[piece]).join("");
          for (const fault of crowded(figure)) found.add(`${name}: ${fault}`);
        }
        figure.replaceChildren(...first);
      }
      closed.forEach((answer) => { answer.open = false; });
      return [...found];
    },

    // How light the page is: 0 is black, 1 white.
    brightness: () => luminance(background(content())),

    // Language ----------------------------------------------------------------------------------

    // Every string that the theme shows, tells or keeps ready, with the language it is marked as.
    themeStrings(isWritten) {
      const written = (element) =>
        element.closest("#search-results li, .definition") ||
        (isWritten && element.closest("article") &&
          !element.closest("button:not(.term), .cell summary, .headerlink, .eqno, .admonition-title"));
      const found = [];
      const note = (text, element, place) => {
        if (/\p{Letter}/u.test(text)) {
          found.push({ text: squeeze(text), lang: language(element), place, element: describe(element) });
        }
      };
      for (const text of textNodes(document.body)) {
        const element = text.parentElement;
        if (!written(element) && !element.closest("script, style, noscript, template, .katex")) {
          note(text.data, element, element.closest("a[href]") ? "link" : "text");
        }
      }
      for (const element of document.body.querySelectorAll("*")) {
        if (element.closest(".katex, svg svg, svg *")) continue;
        for (const name of TOLD) {
          const isAlternative = element.matches("article :is(img, svg)"); // a test of its own
          if (element.hasAttribute(name) && !isAlternative) {
            note(element.getAttribute(name), element, name);
          }
        }
        for (const pseudo of ["::before", "::after"]) {
          const { content } = getComputedStyle(element, pseudo);
          const shown = [...content.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]).join("");
          note(shown.replace(/[\uE000-\uF8FF]/g, ""), element, `CSS ${pseudo}`);
        }
      }
      note(document.title, document.documentElement, "page title");
      return found;
    },

    // All that a page says in its own language, to look for characters that it should not have.
    allWords() {
      const own = document.documentElement.lang;
      const words = textNodes(document.documentElement)
        .filter((text) => !text.parentElement.closest("script, style, noscript, template"))
        .filter((text) => language(text.parentElement) === own)
        .map((text) => text.data);
      for (const element of document.querySelectorAll(`[${TOLD.join("], [")}]`)) {
        if (language(element) === own) {
          words.push(...TOLD.map((name) => element.getAttribute(name) ?? ""));
        }
      }
      return words.join("\n");
    },

    // Passages of the article that are not in the language they are marked as.
    mislabeled() {
      const found = [];
      for (const text of textNodes(content())) {
        const element = text.parentElement;
        if (element.closest(`${CODE}, ${FORMULA}, svg`)) continue;
        if (/\p{Script=Han}/u.test(text.data) && !/^(zh|ja)/.test(language(element))) {
          found.push(describe(element));
        }
      }
      const shown = "p, li, td, th, dd, dt, h1, h2, h3, h4, h5, h6, caption, figcaption, summary";
      for (const block of document.querySelectorAll(`article :is(${shown})`)) {
        if (!language(block).startsWith("zh")) continue;
        const copy = block.cloneNode(true);
        copy.querySelectorAll(`${CODE}, ${FORMULA}, svg, [lang]`).forEach((part) => part.remove());
        const words = copy.textContent.match(/[A-Za-z]{2,}/g) ?? [];
        if (words.length > 3 && !/\p{Script=Han}/u.test(copy.textContent)) found.push(describe(block));
      }
      return found;
    },

    // Reading -----------------------------------------------------------------------------------

    // Blocks of prose: `shared` ones are marked, inside the article, as being in some language.
    blocks: () =>
      proseBlocks().map((block) => {
        const { left, right, top, bottom } = block.getBoundingClientRect();
        return {
          section: block.closest("section[id]")?.id ?? "",
          tag: block.localName,
          text: textOf(block),
          lang: language(block),
          shared: Boolean(block.closest("article [lang]")),
          box: { left, right, top: top + scrollY, bottom: bottom + scrollY },
        };
      }),

    repeatedIds() {
      const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
      return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
    },

    // Sections that fill more than half the screen, without the ones that have sections inside.
    longSections: () =>
      [...document.querySelectorAll("article section[id]:not(:has(section))")]
        .filter((section) => section.getBoundingClientRect().height > innerHeight * 0.8)
        .map((section) => section.id),

    // Bring the given part of a section to the upper third of the screen.
    readSection(id, part) {
      const { top, height } = document.getElementById(id).getBoundingClientRect();
      const behavior = "instant";
      scrollTo({ top: scrollY + top + part * height - (part ? innerHeight / 3 : 100), behavior });
    },

    // The section that a reader has before the eyes.
    sectionInView() {
      const line = innerHeight / 3;
      const here = [...document.querySelectorAll("article section[id]")].filter((section) => {
        const { top, bottom } = section.getBoundingClientRect();
        return top <= line && bottom > line;
      });
      return here.at(-1)?.id ?? "";
    },

    // Whether nothing lies over a heading that is on the screen.
    headingIsCovered(id) {
      const heading = document.getElementById(id).querySelector("h1, h2, h3, h4, h5, h6");
      const { left, top, height } = heading.getBoundingClientRect();
      if (top + height <= 0) return false; // scrolled past
      const there = document.elementFromPoint(left + 4, top + height / 2);
      return !heading.contains(there);
    },

    scrollPosition: () => scrollY,

    // What changes while a page is coming up or scrolling.
    state: () =>
      [scrollY, document.fonts.status, document.readyState, document.getAnimations().length].join(),

    // Whether the page is still, or again, what it was when `remember` was called. (Around `main`,
    // the theme waits some time before it makes room for a banner.)
    remember() {
      observer?.disconnect();
      remembered = { place: place(), markup: markup() };
      touched = false;
      observer = new MutationObserver(() => { touched = true; });
      const everything = { attributes: true, characterData: true, childList: true, subtree: true };
      observer.observe(document, everything);
    },

    isAsRemembered() {
      if (!observer) return false; // it is another page
      if (observer.takeRecords().length) touched = true;
      return place() === remembered.place && (!touched || markup() === remembered.markup);
    },

    // Accessibility -----------------------------------------------------------------------------

    async axe(options) {
      const { violations } = await axe.run(document, { ...options, resultTypes: ["violations"] });
      return violations.flatMap(({ id, impact, nodes }) =>
        nodes.map(({ target, failureSummary }) => {
          const element = document.querySelector(target[0]);
          return {
            rule: id,
            impact,
            element: describe(element),
            inArticle: Boolean(element.closest("article")),
            summary: squeeze(failureSummary),
          };
        }),
      );
    },
  };
})();
