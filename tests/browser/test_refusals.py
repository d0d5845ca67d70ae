"""Bad input in a real Chromium: one sentence in the right place, and the page goes on."""

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from adapters.metrics import Mark
from app.sides import Side
from engine.errors import QueueFull
from engine.request import Event, FinishEvent, FinishReason
from tests.browser.chromium import Visitor
from tests.browser.demo import Demo

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def num_comparisons(demo: Demo) -> int:
    with sqlite3.connect(demo.feedback.path) as db:
        (number,) = db.execute("SELECT count(*) FROM comparisons").fetchone()
    db.close()
    return int(number)


def test_empty_field_is_named(demo: Demo, visit: Visit) -> None:
    """Catches an empty prompt that is sent, and a complaint that does not say which field."""
    before = num_comparisons(demo)
    page = visit().open(f"{demo.url}/?task=wikisql")
    page.locator("#field-2 textarea").fill("  ")
    page.locator("#run").click()
    expect(page.locator("#error-2")).to_contain_text("Please fill in")
    expect(page.locator("#error-1")).to_be_empty()
    assert num_comparisons(demo) == before
    page.locator("#field-2 textarea").fill("How many?")
    expect(page.locator("#error-2 [role=alert]")).to_have_count(0)


@pytest.mark.parametrize("num_words", [2_000, 6_500])
def test_too_long_prompt_is_refused(demo: Demo, visit: Visit, num_words: int) -> None:
    """Catches a prompt that is cut without a word, or that reaches the engine and fails there."""
    before = num_comparisons(demo)
    page = visit().open(f"{demo.url}/?task=covid")
    page.locator("#field-1 textarea").fill("so " * num_words)
    expect(page.locator("#tokens .over")).to_be_visible()
    page.locator("#run").click()
    expect(page.locator("#error-1")).to_contain_text("too long")
    assert num_comparisons(demo) == before


def test_unknown_task_is_said_and_left_again(demo: Demo, visit: Visit) -> None:
    """Catches a traceback or a blank page behind an old link; the name is shown as text."""
    page = visit().open(f"{demo.url}/compare?task=<img src=x onerror=alert(1)>")
    expect(page.locator("h1")).to_have_text("No such task")
    expect(page.locator("#card [role=alert]")).to_contain_text("<img src=x")
    expect(page.locator("#run")).to_be_hidden()
    page.locator("a[data-task=covid]").click()
    expect(page.locator("#run")).to_be_enabled()
    page.go_back()
    page.go_forward()
    expect(page.locator("a[data-task=covid][aria-current]")).to_be_visible()


def test_missing_adapter_is_said(demo: Demo, visit: Visit) -> None:
    """Catches a Run that fails late when the card could have said so at once."""
    folder = demo.catalog.entries["dbpedia"].folder
    assert folder is not None
    demo.worker.unload_adapter("dbpedia")
    try:
        page = visit().open(f"{demo.url}/?task=dbpedia")
        expect(page.locator("#card [role=alert]")).to_contain_text("adapter")
        expect(page.locator("#run")).to_be_disabled()
    finally:
        demo.worker.load_adapter("dbpedia", folder)


def test_full_queue_says_so_and_lets_retry(
    demo: Demo, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a visitor who waits for ever, and a row for an answer that nobody gives."""
    before = num_comparisons(demo)
    page = visit().open(f"{demo.url}/?task=wikisql")

    def full(_: object) -> Any:
        raise QueueFull("16 answers are waiting already; try again in 2 seconds.", 2.0)

    with monkeypatch.context() as patch:
        patch.setattr(demo.worker, "submit_many", full)
        page.locator("#run").click()
        expect(page.locator("#problem")).to_contain_text("try again in 2 seconds")
    assert num_comparisons(demo) == before
    page.locator("#problem").get_by_role("button", name="Try again").click()
    expect(page.locator("#vote-1")).to_be_enabled(timeout=60_000)
    expect(page.locator("#problem [role=alert]")).to_have_count(0)


def test_one_side_fails_and_the_other_goes_on(
    demo: Demo, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches an error that takes both answers with it, and a vote on half a pair."""
    take = Side.take

    def fail_the_base(side: Side, event: Event, given: Mark | None) -> None:
        if side.position == "B" and isinstance(event, FinishEvent):
            times = (event.num_prompt_tokens, event.num_tokens, 0.0, None, 0.1)
            event = FinishEvent(FinishReason.ERROR, "", "", *times, error="The step failed.")
            given = None
        take(side, event, given)

    monkeypatch.setattr(Side, "take", fail_the_base)
    page = visit().open(f"{demo.url}/?task=wikisql")
    page.locator("#run").click()
    expect(page.locator("#pane-b [role=alert]")).to_have_text("The step failed.", timeout=60_000)
    expect(page.locator("#mark-a")).to_be_visible()
    expect(page.locator("#vote-1")).to_be_disabled()
    expect(page.locator("#run")).to_be_enabled()


def test_impossible_sampling_is_named_and_a_possible_one_kept(demo: Demo, visit: Visit) -> None:
    """Catches a panel whose numbers are ignored, and a slip that ends the page."""
    page = visit().open(f"{demo.url}/?task=wikisql")
    panel = page.locator("#sampling-box").get_by_role("button", name="Sampling")
    panel.click()
    page.locator("#temperature input").fill("9")
    page.locator("#run").click()
    expect(page.locator("#problem")).to_contain_text("temperature must lie between 0 and 5")
    expect(page.locator("#temperature")).to_be_hidden()
    panel.click()
    page.locator("#temperature input").fill("0.7")
    page.locator("#seed input").fill("3")
    page.locator("#run").click()
    expect(page.locator("#vote-1")).to_be_enabled(timeout=60_000)
    expect(page.locator("#mark-line-b")).to_contain_text("temperature 0.7, seed 3")
    with sqlite3.connect(demo.feedback.path) as db:
        newest = "SELECT params_json FROM comparisons ORDER BY created_at_ms DESC LIMIT 1"
        (params,) = db.execute(newest).fetchone()
    db.close()
    assert '"temperature": 0.7' in params
