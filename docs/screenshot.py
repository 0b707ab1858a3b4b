"""Draws `docs/screenshot.png`, the picture in README, from the built book: `make screenshot`."""

import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
GAP = 24


def shot(browser: Browser, page: str, section: str, width: int, mode: str) -> Image.Image:
    """What a reader sees of a section."""
    view = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=mode)
    view.goto(f"{(ROOT / '_build' / 'site' / page).as_uri()}#{section}")
    view.evaluate("document.fonts.ready")
    return Image.open(io.BytesIO(view.screenshot()))


def main() -> None:
    chapter = "chapters/02-neuron.html"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), chromium_sandbox=False
        )
        desktop = shot(browser, f"zh-Hant/{chapter}", "train-one-neuron", 1180, "light")
        phone = shot(browser, f"en/{chapter}", "a-layer-of-neurons", 390, "dark")
    both = Image.new("RGB", (desktop.width + GAP + phone.width, desktop.height), "#d9dee3")
    both.paste(desktop, (0, 0))
    both.paste(phone, (desktop.width + GAP, 0))
    both.quantize(128).save(Path(__file__).with_name("screenshot.png"), optimize=True)


if __name__ == "__main__":
    main()
