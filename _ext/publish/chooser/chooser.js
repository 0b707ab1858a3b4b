// Opens the book in the language chosen before, or else in the one that the browser prefers.
// `index.html?choose` stays here.
const KEY = "language";

function preferred() {
  const chosen = localStorage.getItem(KEY);
  if (chosen) return chosen;
  const first = navigator.languages.find((language) => /^(zh|en)\b/.test(language));
  return first?.startsWith("zh") ? "zh-Hant" : "en";
}

if (!location.search.includes("choose")) location.replace(`${preferred()}/index.html`);

document.addEventListener("click", (event) => {
  const chosen = event.target.closest("a")?.dataset.language;
  if (chosen) localStorage.setItem(KEY, chosen);
});
