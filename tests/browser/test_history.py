"""Links to comparisons and the own history, in a real Chromium with two people."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import Visitor
from tests.browser.demo import Demo

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
HOSTILE = "<img src=x onerror=window.__xss=1> </b><script>window.__xss=1</script>"


def test_a_link_shows_the_pair_to_others_until_it_is_revoked(demo: Demo, visit: Visit) -> None:
    """Catches a link that only its maker can open, one that cannot be taken back, and a prompt
    that is markup on the page of somebody else."""
    demo.pace.step_s = 0.0
    owner, other = visit(), visit(viewport={"width": 375, "height": 800})
    page = owner.open(f"{demo.url}/?task=covid")
    page.locator("#field-1 textarea").fill(HOSTILE)
    page.locator("#run").click()
    expect(page.locator("#share")).to_be_enabled(timeout=60_000)
    page.locator("#share").click()
    link = page.locator(".link a")
    address = f"{demo.url}/{link.get_attribute('href')}"
    answer = str(page.locator("#pane-a .answer pre").text_content())

    guest = other.page
    guest.goto(address)
    expect(guest.locator(".prompt")).to_contain_text(HOSTILE)
    expect(guest.locator(".answers section").first).to_contain_text(answer)
    expect(guest.get_by_role("heading", name="Base")).to_be_visible()
    expect(guest.get_by_role("button", name="Revoke every link")).to_have_count(0)
    assert guest.evaluate("window.__xss") is None
    assert guest.evaluate("document.documentElement.scrollWidth") == 375
    guest.goto(f"{demo.url}/history")
    expect(guest.locator("main")).to_contain_text("Nothing yet")

    page.goto(f"{demo.url}/history")
    line = page.locator("tbody tr").first
    expect(line).to_contain_text("shared")
    line.get_by_role("link").click()
    page.get_by_role("button", name="Revoke every link").click()
    expect(page.get_by_role("button", name="Revoke every link")).to_have_count(0)
    gone = guest.request.get(address)
    assert gone.status == 404
    assert "Nothing to read here" in gone.text()
