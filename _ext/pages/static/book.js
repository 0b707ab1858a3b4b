// What the pages do: the way between the languages, both side by side, definitions under the mouse,
// and copying code.

const otherPage = () => document.querySelector("a.translation");

// Blocks of running text, in order. Code cells, their output and what is said of the names of nnlib
// are the same in both books.
const proseOf = (section) =>
  [...section.children].filter((block) => !block.matches("section, .cell, .names, script, style"));

const definitionsHere = () => document.querySelector(".definitions");

const sectionsOf = (page) => [...page.querySelectorAll("article section[id]")];

// ---- The link to the other language leads to the section on screen.

function sectionOnScreen() {
  const begun = sectionsOf(document).filter(
    (section) => section.getBoundingClientRect().top < innerHeight / 3,
  );
  return scrollY > 0 ? begun.at(-1) : undefined;
}

function aimTranslation(event) {
  const link = event.target.closest("a.translation");
  if (!link) return;
  link.hash = sectionOnScreen()?.id ?? "";
  link.search = location.search;
  localStorage.setItem("language", link.hreflang === "en" ? "en" : "zh-Hant");
}

// ---- Side by side: the other book's prose beside this one's, inside one flow of code.

// What a block says, without the link to itself.
function bare(block) {
  const copy = block.cloneNode(true);
  copy.querySelectorAll(".headerlink").forEach((link) => link.remove());
  return copy.innerHTML;
}

// A copy of something from the other page that says the same in this one.
function bring(original, page, address) {
  const copy = document.importNode(original, true);
  for (const element of [copy, ...copy.querySelectorAll("*")]) {
    const target = element.getAttribute("href");
    if (target && !target.startsWith("#")) element.href = new URL(target, address);
  }
  copy.lang = page.documentElement.lang;
  return copy;
}

// A copy of a block, which can stand beside its partner: ids are left to this page.
function adopt(block, page, address) {
  const copy = bring(block, page, address);
  for (const element of [copy, ...copy.querySelectorAll("[id]")]) element.removeAttribute("id");
  copy.querySelectorAll(".headerlink").forEach((link) => link.remove());
  return copy;
}

async function showBoth() {
  const address = otherPage().href.split("#")[0];
  const answer = await fetch(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const theirs = new Map(sectionsOf(page).map((section) => [section.id, proseOf(section)]));
  for (const section of sectionsOf(document)) {
    const partners = theirs.get(section.id) ?? [];
    proseOf(section).forEach((block, place) => {
      const partner = partners[place];
      if (!partner || bare(partner) === bare(block)) return; // a formula is shown once
      const pair = document.createElement("div");
      pair.className = "pair";
      block.replaceWith(pair);
      pair.append(block, adopt(partner, page, address));
    });
  }
  const definitions = page.querySelector(".definitions");
  if (definitions) definitionsHere().after(bring(definitions, page, address));
}

function showOne() {
  document.querySelector(".definitions[lang]")?.remove();
  document.querySelectorAll(".pair").forEach((pair) => pair.replaceWith(pair.firstElementChild));
}

// The state is in the address, so that it can be shared and survives a change of language.
async function setSideBySide(button, both) {
  const kept = sectionOnScreen();
  const before = kept?.getBoundingClientRect().top;
  if (both) await showBoth();
  else showOne();
  document.documentElement.classList.toggle("both", both);
  prepareWideFormulas();
  button.setAttribute("aria-pressed", both);
  const address = new URL(location);
  if (both) address.searchParams.set("both", "");
  else address.searchParams.delete("both");
  history.replaceState(null, "", address);
  if (kept) scrollBy(0, kept.getBoundingClientRect().top - before);
}

function prepareSideBySide() {
  const button = document.querySelector("button.side-by-side");
  if (!button || location.protocol === "file:") return; // no page can read another from a folder
  button.hidden = false;
  button.addEventListener("click", () =>
    setSideBySide(button, button.getAttribute("aria-pressed") === "false"),
  );
  if (new URLSearchParams(location.search).has("both")) setSideBySide(button, true);
}

// ---- A definition opens where the mouse rests on its term, and closes when it has left both. Press
// and keys do it without a script, and what the reader has opened so stays open.

function prepareDefinitions() {
  let waiting;
  let opened; // by the mouse
  const soon = (act, milliseconds) => {
    clearTimeout(waiting);
    waiting = setTimeout(act, milliseconds);
  };

  document.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType !== "mouse") return;
    const term = target.closest("button.term");
    const definition = term?.popoverTargetElement;
    if (definition) {
      soon(() => {
        if (definition.matches(":popover-open")) return;
        term.click();
        opened = definition;
      }, 200);
    } else if (target.closest(".definition")) clearTimeout(waiting);
    else soon(() => {
      opened?.hidePopover();
      opened = undefined;
    }, 300);
  });

  // Sphinx's script keeps Escape from the browser, which would do it by itself.
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") document.querySelector(".definition:popover-open")?.hidePopover();
  });

  document.addEventListener("click", (event) => {
    const definition = event.target.closest("button.term")?.popoverTargetElement;
    if (!event.isTrusted || !definition) return;
    const open = definition.matches(":popover-open");
    if (open && definition === opened) event.preventDefault(); // else the press would close it
    if (!open && !event.detail) setTimeout(() => definition.focus()); // by a key: so it is read aloud
    opened = undefined;
  });
}

// ---- A button at each code cell copies it.

function prepareCopying() {
  const template = document.querySelector("template#copy-code");
  if (!template || !navigator.clipboard) return;
  for (const code of document.querySelectorAll(".cell_input .highlight")) {
    const button = template.content.cloneNode(true).firstElementChild;
    const name = button.title;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.querySelector("pre").textContent.trimEnd());
      button.title = button.ariaLabel = button.dataset.done;
      button.classList.add("done");
      setTimeout(() => {
        button.title = button.ariaLabel = name;
        button.classList.remove("done");
      }, 2000);
    });
    code.append(button);
  }
}

// ---- A formula wider than the page scrolls, with the keyboard too.

function prepareWideFormulas() {
  for (const formula of document.querySelectorAll("div.math")) {
    if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
    else formula.removeAttribute("tabindex");
  }
}

// ---- The menu of places to run a page closes when the reader goes on.

function prepareLaunch() {
  const menu = document.querySelector("details.launch");
  if (!menu) return;
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.firstElementChild.focus();
  });
}

// ---- On the page of search the reader can type at once.

function focusSearch() {
  const field = document.querySelector(".bd-search-container input[type=search]");
  field?.focus();
  field?.select();
}

document.addEventListener("click", aimTranslation);
addEventListener("resize", prepareWideFormulas);
document.fonts.ready.then(prepareWideFormulas);
document.addEventListener("DOMContentLoaded", () => {
  prepareSideBySide();
  prepareCopying();
  prepareDefinitions();
  prepareLaunch();
  focusSearch();
});
