"""The page of the paper in a browser: on a phone, without scripts, in both themes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import Visitor
from tests.browser.demo import Demo

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]

# The contrast of each cell's text with its own shade, by the formula of WCAG 2.
LEAST_CONTRAST = """
() => {
  const channels = (color) => {
    const numbers = color.match(/[\\d.]+/g).map(Number).slice(0, 3);
    return color.startsWith("rgb") ? numbers.map((one) => one / 255) : numbers;
  };
  const light = (color) => {
    const [r, g, b] = channels(color).map(
      (one) => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const shaded = document.querySelectorAll("[class*=rise-], [class*=fall-]");
  return Math.min(...[...shaded].map((node) => {
    const style = getComputedStyle(node);
    const [a, b] = [light(style.color), light(style.backgroundColor)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }));
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_figure_can_be_read_on_its_shade(demo: Demo, visit: Visit, scheme: str) -> None:
    """Catches a shade so deep that its figure is lost, and shades that all look alike."""
    page = visit(color_scheme=scheme).page
    for show in ("fine-tuned", "gpt-4"):
        page.goto(f"{demo.url}/paper?show={show}")
        assert page.evaluate(LEAST_CONTRAST) >= 4.5
    shades = "nodes => new Set(nodes.map(n => getComputedStyle(n).backgroundColor)).size"
    assert page.locator(".scale li").evaluate_all(shades) == 20


def test_phone_without_scripts_scrolls_the_map_and_keeps_the_task(demo: Demo, visit: Visit) -> None:
    """Catches a page that slides about, figures without a task beside them, switches by script."""
    viewport = {"width": 375, "height": 800}
    page = visit(viewport=viewport, java_script_enabled=False).page
    page.goto(f"{demo.url}/paper")
    page.get_by_role("link", name="Lift", exact=True).click()
    expect(page.locator(".map caption")).to_contain_text("the score after it, less the score")
    page.get_by_role("columnheader", name="gpt-4").get_by_role("link").click()
    expect(page.locator("[aria-sort]")).to_have_text("gpt-4")
    page.locator(".map tr:last-child td").last.scroll_into_view_if_needed()
    expect(page.get_by_role("rowheader", name="reuters").first).to_be_in_viewport(ratio=1)
    for width in (375, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width
