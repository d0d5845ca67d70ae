"""The page of the votes in a browser: by width, by theme, without a script."""

from collections.abc import Callable

import pytest

from tests.app.feedback.recording import rated
from tests.browser.chromium import Visitor
from tests.browser.demo import Demo

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


@pytest.mark.parametrize(("scheme", "scripts"), [("light", False), ("dark", True)])
def test_votes_on_a_phone_and_in_the_dark(
    demo: Demo, visit: Visit, scheme: str, scripts: bool
) -> None:
    """Catches a table that pushes a phone's page about, or bars that a policy or a theme hides."""
    for number in range(22):
        rated(demo.feedback, f"{scheme}-{number}", "A" if number % 4 else "B", mode="blind")
    page = visit(color_scheme=scheme, java_script_enabled=scripts).page
    page.goto(f"{demo.url}/leaderboard?mode=blind")
    page.get_by_role("link", name="Names hidden").wait_for()
    for width in (1280, 800, 375, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    bar = page.locator("table .share").first
    assert bar.evaluate("node => getComputedStyle(node).fill") != "rgb(0, 0, 0)"
    box = bar.bounding_box()
    assert box is not None
    assert box["width"] > 40
