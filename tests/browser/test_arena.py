"""The arena in a real Chromium: a blind pair, a rating, the names, and the way back."""

import re
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from adapters.metrics import Mark
from app.arena.release import CHARACTERS
from app.sides import Side
from engine.errors import QueueFull
from engine.request import Event, FinishEvent
from tests.browser.chromium import Visitor
from tests.browser.demo import Demo, eventually
from tests.browser.test_hostile_text import HOSTILE

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
BEGINNINGS = {
    "Base": "base:",
    "Specialist": "adapter:e2e_nlg@",
    "Generalist": "adapter:generalist@",
}

# Collects, in the page, every length that an answer has had, and all that is announced.
WATCH = """() => {
  window.lengths = {a: new Set(), b: new Set()};
  window.told = [];
  new MutationObserver(() => {
    for (const side of ["a", "b"]) {
      window.lengths[side].add(document.querySelector(`#text-${side}`).textContent.length);
    }
    const text = document.querySelector("#status").textContent;
    if (text !== window.told.at(-1)) window.told.push(text);
  }).observe(document.body, {childList: true, subtree: true, characterData: true});
}"""


def rows(demo: Demo, sql: str, *values: object) -> list[dict[str, Any]]:
    with sqlite3.connect(demo.feedback.path) as db:
        db.row_factory = sqlite3.Row
        found = [dict(row) for row in db.execute(sql, values)]
    db.close()
    return found


def newest(demo: Demo) -> dict[str, Any]:
    return rows(demo, "SELECT * FROM comparisons ORDER BY created_at_ms DESC LIMIT 1")[0]


def votes_of(demo: Demo) -> list[dict[str, Any]]:
    query = "SELECT * FROM vote_events WHERE comparison_id = ? ORDER BY event_id"
    return rows(demo, query, newest(demo)["comparison_id"])


def arena(visitor: Visitor, demo: Demo, task: str) -> Page:
    visitor.page.goto(f"{demo.url}/arena?task={task}")
    return visitor.page


def draw(page: Page) -> None:
    page.locator("#start").click()
    expect(page.locator("#vote-1")).to_be_enabled(timeout=60_000)


def test_a_blind_pair_is_run_rated_told_and_undone(demo: Demo, visit: Visit) -> None:
    """Catches answers that come whole, names before the rating, a rating that is only painted, and
    one that cannot be taken back. No mouse is used."""
    page = arena(visit(), demo, "e2e_nlg")
    page.evaluate(WATCH)
    page.locator("#start").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#vote-1")).to_be_enabled(timeout=60_000)
    for side in ("a", "b"):
        expect(page.locator(f"#who-{side}")).to_be_empty()
    assert not re.search("Specialist|mini-base", page.content())
    kept = rows(
        demo, "SELECT * FROM outputs WHERE comparison_id = ?", newest(demo)["comparison_id"]
    )
    for row in kept:
        side, text = row["position"].lower(), row["text"].removeprefix(" ")
        assert page.locator(f"#text-{side}").text_content() == text
        lengths = page.evaluate(f"[...window.lengths.{side}].filter(n => n > 0)")
        assert len(lengths) >= min(3, len(text) // CHARACTERS), f"answer {side}: {lengths}"

    page.locator("#reasons input").nth(1).focus()
    page.keyboard.press("Space")
    page.keyboard.press("2")
    page.keyboard.press("Enter")  # the dialog opens on its first button
    expect(page.locator("#note")).to_contain_text("Thanks")
    who = [page.locator(f"#who-{side}").inner_text() for side in ("a", "b")]
    for row, name in zip(sorted(kept, key=lambda row: row["position"]), who, strict=True):
        assert row["contestant_id"].startswith(BEGINNINGS[name.split()[0]])
    expect(page.locator("#expected b")).not_to_be_empty()
    expect(page.locator("#figures-a")).to_contain_text("token")
    cast = votes_of(demo)
    assert [(row["kind"], row["choice"], row["tags_json"]) for row in cast] == [
        ("cast", "B", '["format"]')
    ]

    page.keyboard.press("u")
    expect(page.locator("#note")).to_contain_text("undone")
    page.keyboard.press("4")
    expect(page.locator("#note")).to_contain_text("both bad")
    assert [row["kind"] for row in votes_of(demo)] == ["cast", "retract", "cast"]
    told = page.evaluate("window.told")
    assert told[:2] == [
        "Two answers are being written.",
        "Both answers are complete. Which is better?",
    ]
    assert len(told) == 5
    before = newest(demo)["comparison_id"]
    page.keyboard.press("n")
    expect(page.locator("#who-a")).to_be_empty()
    expect(page.locator("#vote-1")).to_be_enabled(timeout=60_000)
    assert newest(demo)["comparison_id"] != before


def test_whoever_declines_goes_on_without_a_vote(demo: Demo, visit: Visit) -> None:
    """Catches a rating kept of somebody who said no, and a page that stops there."""
    demo.pace.step_s = 0.0
    page = arena(visit(), demo, "wikisql")
    draw(page)
    page.locator("#vote-3").click()
    page.get_by_role("button", name="Not now").click()
    expect(page.locator("#note")).to_contain_text("No rating was given")
    expect(page.locator("#who-a")).to_be_empty()
    assert votes_of(demo) == []
    expect(page.locator("#vote-1")).to_be_enabled()
    page.locator("#next").click()
    expect(page.locator("#vote-1")).to_be_enabled(timeout=60_000)
    page.locator("#vote-1").click()
    expect(page.locator("#consent")).to_be_visible()


def test_own_text_and_words_of_ones_own(demo: Demo, visit: Visit) -> None:
    """Catches digits in a comment that vote, a refused text without a reason, lost words."""
    demo.pace.step_s = 0.0
    visitor = visit()
    page = arena(visitor, demo, "wikisql")
    page.get_by_text("My own text").click()
    boxes = page.locator(".own:visible textarea")
    expect(boxes).to_have_count(len(demo.card("wikisql").fields))
    page.locator("#start").click()
    expect(page.locator("#refused")).to_contain_text("Please fill in")
    assert "400 (Bad Request)" in visitor.complaints.pop()  # Chromium's own remark
    for box, text in zip(boxes.all(), ("Player, Points", "Who has 3 points?"), strict=True):
        box.fill(text)
    draw(page)
    expect(page.locator("#fields")).to_contain_text("Who has 3 points?")
    page.locator("#more summary").click()
    page.locator("#comment").press_sequentially("1 of 4")
    page.locator("#correction").fill("SELECT Player FROM table WHERE Points = 3")
    page.locator("#vote-4").click()
    page.locator("#agree").click()
    expect(page.locator("#verdict-a")).to_have_text("no known answer to your text")
    (cast,) = votes_of(demo)
    assert (cast["choice"], cast["comment"]) == ("both_bad", "1 of 4")
    assert cast["correction"] == "SELECT Player FROM table WHERE Points = 3"


def test_phone_has_no_sideways_scroll(demo: Demo, visit: Visit) -> None:
    """Catches the one wide thing that makes a phone's page slide about, and a rating out of
    reach."""
    demo.pace.step_s = 0.0
    page = arena(visit(viewport={"width": 375, "height": 800}), demo, "covid")
    page.get_by_text("My own text").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    page.get_by_text("An example").click()
    draw(page)
    for width in (375, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        expect(page.locator("#vote-4")).to_be_in_viewport(ratio=1)
    box = page.locator("#vote-1").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    page.locator("#vote-1").click()
    page.locator("#agree").click()
    expect(page.locator("#undo")).to_be_in_viewport(ratio=1)
    expect(page.locator("#next")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_hostile_text_stays_text(demo: Demo, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches an answer, or words of a visitor, that run, draw or ask for anything."""
    demo.pace.step_s = 0.0
    take = Side.take

    def answer(side: Side, event: Event, given: Mark | None) -> None:
        text = HOSTILE if isinstance(event, FinishEvent) else ""
        take(side, replace(event, text=text), given)

    monkeypatch.setattr(Side, "take", answer)
    page = arena(visit(), demo, "<img src=x onerror=window.__xss=1>")
    page.goto(f"{demo.url}/arena?task=covid")
    page.get_by_text("My own text").click()
    page.locator(".own:visible textarea").first.fill(HOSTILE[:120])
    draw(page)
    for side in ("a", "b"):
        assert page.locator(f"#text-{side}").text_content() == HOSTILE
    expect(page.locator("#fields")).to_contain_text(HOSTILE[:120])
    page.locator("#vote-1").click()
    page.locator("#agree").click()
    expect(page.locator("#note")).to_contain_text("Thanks")
    assert page.evaluate("window.__xss") is None
    assert page.locator("#pair :is(img, iframe, form, #escaped, a, style, script)").count() == 0


def test_closing_the_page_frees_the_rows(demo: Demo, visit: Visit) -> None:
    """Catches answers that the engine goes on making for nobody."""
    demo.pace.step_s = 0.3
    page = arena(visit(), demo, "e2e_nlg")
    page.locator("#start").click()
    expect(page.locator("#text-a")).not_to_be_empty(timeout=60_000)
    page.close()
    eventually(lambda: demo.worker.status().num_running == 0, "the rows are free")
    eventually(lambda: newest(demo)["state"] == "cancelled", "the row is closed")


def test_a_full_queue_says_so_and_lets_retry(
    demo: Demo, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a visitor who waits for ever, and votes on answers that never came."""
    demo.pace.step_s = 0.0
    page = arena(visit(), demo, "wikisql")

    def full(_: object) -> Any:
        raise QueueFull("16 answers are waiting already; try again in 2 seconds.", 2.0)

    with monkeypatch.context() as patch:
        patch.setattr(demo.worker, "submit_many", full)
        page.locator("#start").click()
        expect(page.locator("#problem")).to_contain_text("try again in 2 seconds")
        expect(page.locator("#vote-1")).to_be_disabled()
    page.locator("#again").click()
    expect(page.locator("#vote-1")).to_be_enabled(timeout=60_000)
    expect(page.locator("#problem")).to_be_hidden()
