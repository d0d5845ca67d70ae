"""The page Engine in a real Chromium: alive while it is looked at, and whole without a script."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from engine.request import GenerationRequest, SamplingParams
from tests.browser.chromium import Visitor
from tests.browser.demo import Demo

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def opened(demo: Demo, visitor: Visitor) -> Page:
    visitor.page.goto(f"{demo.url}/engine")
    return visitor.page


def box(page: Page, name: str) -> Any:
    return page.locator(".card", has_text=name).locator(".value")


def ask(demo: Demo, num_tokens: int = 5) -> Any:
    sampling = SamplingParams(max_tokens=num_tokens, ignore_eos=True)
    return demo.worker.submit(GenerationRequest("### Tweet: so", "covid", sampling))


def hide(page: Page, is_hidden: bool) -> None:
    """What the browser says when another tab is in front."""
    page.evaluate(
        """isHidden => {
          Object.defineProperty(document, "hidden", {value: isHidden, configurable: true});
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        is_hidden,
    )


def test_figures_change_while_others_ask(demo: Demo, visit: Visit) -> None:
    """Catches a page that stands still, and one that forgets what it shows when paused."""
    page = opened(demo, visit())
    expect(box(page, "Rows running")).to_have_text("0")
    stream = ask(demo, 400)
    expect(box(page, "Rows running")).to_have_text("1")
    expect(page.locator("tr.busy th")).to_have_text("covid")
    page.get_by_role("button", name="Pause").click()
    stream.cancel()
    expect(page.locator("#told")).to_have_text("The figures stand still.")
    expect(box(page, "Rows running")).to_have_text("1")
    page.get_by_role("button", name="Go on").click()
    expect(box(page, "Rows running")).to_have_text("0")


def test_nobody_asks_for_a_page_that_is_not_seen(demo: Demo, visit: Visit) -> None:
    """Catches forgotten tabs that keep a server busy for days."""
    visitor = visit()
    visitor.page.clock.install()
    page = opened(demo, visitor)
    with page.expect_response("**/engine"):
        page.clock.run_for(1000)
    hide(page, is_hidden=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(60_000)
    assert asked == []
    hide(page, is_hidden=False)
    with page.expect_response("**/engine"):
        page.clock.run_for(1000)


def test_a_server_that_is_gone_is_said_to_be_gone(demo: Demo, visit: Visit) -> None:
    """Catches old figures that pass for new ones."""
    visitor = visit()
    page = opened(demo, visitor)
    page.route("**/engine", lambda route: route.abort())
    expect(page.locator("#told")).to_contain_text("does not answer")
    page.unroute("**/engine")
    expect(page.locator("#told")).to_contain_text("every second")
    visitor.complaints[:] = [told for told in visitor.complaints if "ERR_FAILED" not in told]


@pytest.mark.parametrize("script", [True, False])
def test_a_phone_shows_all_of_it_without_sideways_scroll(
    demo: Demo, visit: Visit, script: bool
) -> None:
    """Catches a wide table that makes the page slide about, and a page that needs its script."""
    ask(demo).result()
    page = opened(demo, visit(viewport={"width": 375, "height": 800}, java_script_enabled=script))
    expect(box(page, "Time to the first token")).to_contain_text("s")
    expect(page.locator("#adapters th")).to_have_count(len(demo.worker.adapters))
    expect(page.locator("path.part").first).to_be_attached()
    expect(page.locator("#pause")).to_be_visible(visible=script)
    if script:
        assert page.evaluate("document.documentElement.scrollWidth") == 375
