"""Draws `_ext/pages/static/card-*.png`, what others see of a link to the book: `make card`.

It is the figure of the landing page beside the title, in each language.
"""

import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
WIDTH, HEIGHT = 1200, 630  # as Open Graph wants it

DRAW = """() => {
  const picture = document.querySelector("svg.figure");
  const title = document.querySelector("h1").innerHTML.replace(/<a class="headerlink.*?<\\/a>/, "");
  document.body.innerHTML = `<div class="card"><h1>${title}</h1></div>`;
  document.querySelector(".card").append(picture);
  picture.setAttribute("preserveAspectRatio", "xMidYMid slice");
}"""
STYLE = """
  body { min-height: 0; overflow: hidden; }
  .card { display: flex; flex-direction: column; width: 1200px; height: 630px; padding: 56px 72px; }
  .card h1 { margin: 0; font-size: 62px; line-height: 1.25; text-align: start; }
  .card h1::before { content: none; }
  .card svg { flex: 1; width: 1056px; max-width: none; min-height: 0; margin-top: 36px; }
"""


def card(browser: Browser, lang: str) -> Image.Image:
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, bypass_csp=True)
    view = context.new_page()
    view.goto((ROOT / "_build" / "site" / lang / "index.html").as_uri())
    view.evaluate(DRAW)
    view.add_style_tag(content=STYLE)
    view.evaluate("document.fonts.ready")
    return Image.open(io.BytesIO(view.screenshot()))


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), chromium_sandbox=False
        )
        for lang in ("zh-Hant", "en"):
            path = ROOT / "_ext" / "pages" / "static" / f"card-{lang}.png"
            card(browser, lang).convert("RGB").quantize(128).save(path, optimize=True)


if __name__ == "__main__":
    main()
