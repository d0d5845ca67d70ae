"""Text that wants to be markup, in every place that shows text, in a real Chromium."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from adapters.metrics import Mark
from app.sides import Side
from engine.request import Event, FinishEvent
from tests.browser.chromium import Visitor
from tests.browser.demo import Demo

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]

HOSTILE = (
    "<img src=x onerror=window.__xss=1>"
    "<script>window.__xss=1</script>"
    "<svg onload=window.__xss=1></svg>"
    "<a href='javascript:window.__xss=1'>a</a>"
    "<style>body{display:none}</style>"
    "<iframe src='//example.test/'></iframe>"
    "<form action='//example.test/'><button>b</button></form>"
    "{{constructor.constructor('window.__xss=1')()}}${window.__xss=1}`${window.__xss=1}`"
    "</pre></section><b id=escaped>"
)


def test_hostile_text_stays_text(demo: Demo, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches prompt, answer or comment that runs, draws or asks for anything."""
    take = Side.take

    def answer(side: Side, event: Event, given: Mark | None) -> None:
        said = replace(event, text=HOSTILE) if isinstance(event, FinishEvent) else event
        take(side, said, given)

    monkeypatch.setattr(Side, "take", answer)
    page = visit().open(f"{demo.url}/?task=covid")
    page.locator("#field-1 textarea").fill(HOSTILE[:120])
    page.locator("#field-3 input").fill("<svg onload=window.__xss=1>")
    page.locator("#prompt-box").get_by_role("button").click()
    expect(page.locator("#prompt pre")).to_contain_text("<svg onload")
    page.locator("#run").click()
    expect(page.locator("#vote-1")).to_be_enabled(timeout=60_000)
    for pane in ("a", "b"):
        assert page.locator(f"#pane-{pane} .answer pre").text_content() == HOSTILE
        expect(page.locator(f"#mark-{pane}")).to_have_text("no known answer to your text")
    page.locator("#comment input").fill(HOSTILE)
    page.locator("#vote-2").click()
    expect(page.locator("#vote-note")).to_contain_text("Thanks")
    assert page.evaluate("window.__xss") is None
    made = "img, iframe, form, #escaped, #panes a, #panes style, #prompt style"
    assert page.locator(made).count() == 0
    expect(page.locator("h1")).to_be_visible()
