"""X-ray and dial in a real Chromium, on real adapters."""

import sqlite3
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import Visitor
from tests.browser.demo import Demo

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def test_xray_and_dial_show_what_the_adapter_does(demo: Demo, visit: Visit) -> None:
    """Catches buttons that do nothing, tints without tokens, and six answers that are kept."""
    demo.pace.step_s = 0.0
    page = visit().open(f"{demo.url}/?task=wikisql")
    expect(page.locator("#xray")).to_be_disabled()
    page.locator("#run").click()
    expect(page.locator("#xray")).to_be_enabled(timeout=60_000)
    page.locator("#xray").click()
    exact = str(page.locator("#pane-a .answer pre").text_content())
    expect(page.locator(".xray")).to_have_text(exact, timeout=30_000)
    expect(page.locator(".legend li")).to_have_count(5)
    page.locator("#dial").click()
    rows = page.locator(".dial tbody tr")
    expect(page.locator(".dial .mark")).to_have_count(6, timeout=60_000)
    expect(rows).to_have_count(6)
    # Strengths 1 and 0 are the two answers of the panes.
    assert " ".join(exact.split()) in str(rows.nth(4).text_content())
    base = str(page.locator("#pane-b .answer pre").text_content())
    assert " ".join(base.split()) in str(rows.nth(0).text_content())
    with sqlite3.connect(demo.feedback.path) as db:
        running = db.execute("SELECT count(*) FROM comparisons WHERE state = 'running'")
        assert running.fetchone() == (0,)
    db.close()
    page.locator("#chip-2").click()
    expect(page.locator("#closer-view .dial")).to_have_count(0)
