"""Pictures of the page for the documentation: `python -m tests.screenshots docs/images`.

Starts the real demo on a free port and photographs what a visitor sees. Knows no test.
"""

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.chromium import new_visitor, open_browser
from tests.browser.demo import Demo, has_embedded_base, running_demo

PHONE = {"width": 375, "height": 800}
STEP_S = 0.15  # slow enough that a picture can be taken while both answers grow
GROWN = re.compile(r"\w{3}")


def take_all(demo: Demo, browser: Browser, folder: Path) -> None:
    first_visit(demo, browser, folder)
    streaming(demo, browser, folder)
    rated(demo, browser, folder)
    on_a_phone(demo, browser, folder)
    in_the_dark(demo, browser, folder)
    all_at_once(demo, browser, folder)


def first_visit(demo: Demo, browser: Browser, folder: Path) -> None:
    """The page once the example that runs by itself has ended, at the engine's own speed."""
    page = new_visitor(browser, is_new=True).open(demo.url)
    expect(page.locator("#vote-1")).to_be_enabled(timeout=60_000)
    page.screenshot(path=folder / "first-view.png")
    page.context.close()


def streaming(demo: Demo, browser: Browser, folder: Path) -> None:
    """Both answers under way, the engine slowed down so that they can be photographed."""
    demo.pace.step_s = STEP_S
    page = new_visitor(browser, is_new=True).open(demo.url)
    for pane in ("#pane-a", "#pane-b"):
        expect(page.locator(f"{pane} .answer")).to_contain_text(GROWN)
    page.screenshot(path=folder / "streaming.png")
    page.context.close()
    demo.pace.step_s = 0.0


def rated(demo: Demo, browser: Browser, folder: Path) -> None:
    page = new_visitor(browser).open(demo.url)
    page.locator("#run").click()
    expect(page.locator("#vote-1")).to_be_enabled(timeout=60_000)
    page.keyboard.press("1")
    expect(page.locator("#vote-note")).to_contain_text("Thanks")
    page.screenshot(path=folder / "rated.png")
    page.context.close()


def on_a_phone(demo: Demo, browser: Browser, folder: Path) -> None:
    options = {"viewport": PHONE, "device_scale_factor": 2, "has_touch": True}
    page = new_visitor(browser, **options).open(f"{demo.url}/?task=dbpedia")
    page.locator("#run").click()
    expect(page.locator("#vote-1")).to_be_enabled(timeout=60_000)
    page.screenshot(path=folder / "phone.png")
    page.context.close()


def in_the_dark(demo: Demo, browser: Browser, folder: Path) -> None:
    page = new_visitor(browser, color_scheme="dark").open(f"{demo.url}/?task=e2e_nlg")
    page.locator("#run").click()
    expect(page.locator("#vote-1")).to_be_enabled(timeout=60_000)
    page.screenshot(path=folder / "dark.png")
    page.context.close()


def all_at_once(demo: Demo, browser: Browser, folder: Path) -> None:
    """The page All at once when both of its orders have run, at the engine's own speed."""
    page = new_visitor(browser).page
    page.goto(f"{demo.url}/all")
    for order in ("all in one batch", "one after another"):
        page.get_by_role("button", name=order).click()
        expect(page.get_by_role("button", name="Stop")).to_be_enabled()
        expect(page.get_by_role("button", name="Stop")).to_be_disabled(timeout=120_000)
    page.screenshot(path=folder / "all.png")
    page.context.close()


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images")
    if not has_embedded_base():
        raise SystemExit("The embedded base or an adapter is missing; make them before pictures.")
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        running_demo(Path(home), max_rows=32) as demo,
        open_browser() as browser,
    ):
        take_all(demo, browser, folder)


if __name__ == "__main__":
    main()
