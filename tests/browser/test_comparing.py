"""The story of the page in a real Chromium: open, watch, rate, stop, leave."""

import re
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import Visitor
from tests.browser.demo import Demo, eventually

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]

# Collects, in the page, every length that an answer has had.
WATCH_LENGTHS = """() => {
  window.lengths = {a: new Set(), b: new Set()};
  new MutationObserver(() => {
    for (const pane of ["a", "b"]) {
      const text = document.querySelector(`#pane-${pane} .answer pre`)?.textContent ?? "";
      window.lengths[pane].add(text.length);
    }
  }).observe(document.querySelector("#panes"),
             {childList: true, subtree: true, characterData: true});
}"""


def rows(demo: Demo, sql: str, *values: object) -> list[dict[str, Any]]:
    with sqlite3.connect(demo.feedback.path) as db:
        db.row_factory = sqlite3.Row
        found = [dict(row) for row in db.execute(sql, values)]
    db.close()
    return found


def open_long_pair(demo: Demo, page: Page) -> str:
    """An example that both sides answer at length, the base too; returns the expected answer."""
    example = demo.card("e2e_nlg").examples[1]
    page.locator("#chip-2").click()
    box = page.locator("#field-1").locator("textarea, input")
    expect(box).to_have_value(example.fields["meaning_representation"])
    return example.answer


def run_to_the_end(page: Page) -> None:
    page.locator("#run").click()
    expect(page.locator("#vote-1")).to_be_enabled(timeout=60_000)


def test_first_visit_starts_by_itself(demo: Demo, visit: Visit) -> None:
    """Catches a first screen where nothing happens, and one that runs again at each visit."""
    visitor = visit(is_new=True)
    page = visitor.open(demo.url)
    expect(page.locator("h1")).to_contain_text("SQL")
    expect(page.locator("#vote-1")).to_be_enabled(timeout=60_000)
    num_before = len(rows(demo, "SELECT * FROM comparisons"))
    visitor.open(demo.url)
    expect(page.locator("#pane-a")).to_contain_text("appears here")
    assert len(rows(demo, "SELECT * FROM comparisons")) == num_before


def test_both_panes_grow_and_are_marked(demo: Demo, visit: Visit) -> None:
    """Catches a page that shows answers only when they are whole, and one that does not judge."""
    page = visit().open(f"{demo.url}/?task=e2e_nlg")
    expected = open_long_pair(demo, page)
    page.evaluate(WATCH_LENGTHS)
    run_to_the_end(page)
    for pane in ("a", "b"):
        lengths = page.evaluate(f"[...window.lengths.{pane}].filter(n => n > 0)")
        assert len(lengths) >= 3, f"pane {pane}: {lengths}"
        expect(page.locator(f"#mark-{pane}")).to_have_text(re.compile("right|wrong"))
    expect(page.locator("#expected")).to_contain_text(expected)
    expect(page.locator("#batch")).to_contain_text("both rows in one batch of 2")


def test_vote_lands_in_the_database_and_can_be_undone(demo: Demo, visit: Visit) -> None:
    """Catches a vote that is only painted, a double click that votes twice, a lost comment."""
    page = visit().open(f"{demo.url}/?task=wikisql")
    run_to_the_end(page)
    page.locator("#comment input").fill("the <b>base</b> rambles")
    page.locator("#vote-1").dblclick()
    expect(page.locator("#vote-note")).to_contain_text("Thanks")
    comparison = rows(demo, "SELECT * FROM comparisons ORDER BY created_at_ms DESC LIMIT 1")[0]
    events = "SELECT * FROM vote_events WHERE comparison_id = ? ORDER BY event_id"
    cast = rows(demo, events, comparison["comparison_id"])
    assert [(row["kind"], row["choice"]) for row in cast] == [("cast", "A")]
    assert cast[0]["comment"] == "the <b>base</b> rambles"
    page.locator("#undo").click()
    expect(page.locator("#vote-2")).to_be_enabled()
    page.locator("#vote-4").click()
    expect(page.locator("#vote-note")).to_contain_text("Thanks")
    kinds = [row["kind"] for row in rows(demo, events, comparison["comparison_id"])]
    assert kinds == ["cast", "retract", "cast"]


def test_what_was_shown_is_what_is_kept(demo: Demo, visit: Visit) -> None:
    """Catches a rating that refers to another text than the one that was read."""
    page = visit().open(f"{demo.url}/?task=covid")
    run_to_the_end(page)
    newest = "SELECT comparison_id FROM comparisons ORDER BY created_at_ms DESC LIMIT 1"
    kept = rows(demo, f"SELECT * FROM outputs WHERE comparison_id = ({newest})")
    for row in kept:
        shown = page.locator(f"#pane-{row['position'].lower()} .answer pre").text_content()
        assert shown == row["text"].removeprefix(" ")
        assert row["finish_reason"] in {"stop", "length"}


def test_keys_run_rate_and_undo_but_not_while_typing(demo: Demo, visit: Visit) -> None:
    """Catches shortcuts that do not work, and digits in a comment that cast a vote."""
    page = visit().open(f"{demo.url}/?task=wikisql")
    page.locator("#field-2 textarea").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#vote-1")).to_be_enabled(timeout=60_000)
    page.locator("#comment input").press_sequentially("1 of 4")
    expect(page.locator("#vote-1")).to_be_enabled()
    page.locator("#comment input").blur()
    page.keyboard.press("3")
    expect(page.locator("#vote-note")).to_contain_text("Thanks")
    page.keyboard.press("u")
    expect(page.locator("#vote-note")).to_contain_text("undone")
    question = page.locator("#field-2 textarea")
    before = question.input_value()
    page.keyboard.press("n")
    expect(question).not_to_have_value(before)


def test_stop_frees_the_rows(demo: Demo, visit: Visit) -> None:
    """Catches a Stop that only hides an answer which the engine goes on making."""
    demo.pace.step_s = 0.6  # the base's answer has fourteen tokens; nobody's machine is that slow
    page = visit().open(f"{demo.url}/?task=e2e_nlg")
    open_long_pair(demo, page)
    page.locator("#run").click()
    expect(page.locator("#pane-b .caret")).to_be_visible()
    expect(page.locator("#stop")).to_be_enabled()
    page.locator("#stop").click()
    expect(page.locator("#pane-b")).to_contain_text("stopped by you")
    assert demo.worker.status().num_running == 0
    expect(page.locator("#run")).to_be_enabled()
    expect(page.locator("#vote-1")).to_be_disabled()
    expect(page.locator("#vote-note")).to_contain_text("whole answers")


@pytest.mark.parametrize("how", ["close", "another task", "another example"])
def test_leaving_frees_the_rows(demo: Demo, visit: Visit, how: str) -> None:
    """Catches answers that are made for nobody, and comparisons that stay open for ever."""
    demo.pace.step_s = 0.2
    page = visit().open(f"{demo.url}/?task=e2e_nlg")
    open_long_pair(demo, page)
    page.locator("#run").click()
    expect(page.locator("#pane-b")).to_contain_text("tokens/s")
    if how == "close":
        page.close()
    elif how == "another task":
        page.locator("a[data-task=covid]").click()
    else:
        page.locator("#chip-3").click()
    eventually(lambda: demo.worker.status().num_running == 0, "the rows are free")
    newest = "SELECT state FROM comparisons ORDER BY created_at_ms DESC LIMIT 1"
    eventually(lambda: rows(demo, newest)[0]["state"] == "cancelled", "the row is closed")
    if how != "close":
        expect(page.locator("#pane-b")).to_contain_text("appears here")
        expect(page.locator("#run")).to_be_enabled()


def test_two_visitors_do_not_cross(demo: Demo, visit: Visit) -> None:
    """Catches state that is shared between sessions: each must see its own prompt answered."""
    pages = [visit().open(f"{demo.url}/?task={task}") for task in ("wikisql", "e2e_nlg")]
    for page in pages:
        page.locator("#run").click()
    for page, task in zip(pages, ("wikisql", "e2e_nlg"), strict=True):
        expect(page.locator("#vote-1")).to_be_enabled(timeout=60_000)
        expect(page.locator("#pane-a h2")).to_contain_text(task)
        kept = rows(
            demo,
            "SELECT text FROM outputs JOIN comparisons USING(comparison_id)"
            " WHERE task = ? AND position = 'A' ORDER BY created_at_ms DESC LIMIT 1",
            task,
        )
        shown = page.locator("#pane-a .answer pre").text_content()
        assert shown == kept[0]["text"].removeprefix(" ")


def test_any_two_can_be_chosen_and_linked(demo: Demo, visit: Visit) -> None:
    """Catches a choice that only renames a pane, that is lost with the task, or not in a link."""
    visitor = visit()
    page = visitor.open(f"{demo.url}/?task=wikisql")
    page.locator("#who-b select").select_option("covid")
    expect(page).to_have_url(f"{demo.url}/?task=wikisql&b=covid")
    run_to_the_end(page)
    expect(page.locator("#pane-b h2")).to_contain_text("covid")
    kept = rows(
        demo,
        "SELECT contestant_id FROM outputs JOIN comparisons USING(comparison_id)"
        " ORDER BY created_at_ms DESC, position LIMIT 2",
    )
    assert [row["contestant_id"].split("@")[0] for row in kept] == [
        "adapter:wikisql",
        "adapter:covid",
    ]
    page.locator("#who-a select").select_option("base")
    expect(page.locator("#pane-a")).to_contain_text("appears here")
    page.locator("a[data-task=e2e_nlg]").click()
    expect(page).to_have_url(f"{demo.url}/?task=e2e_nlg&a=base&b=covid")
    page = visitor.open(page.url)
    expect(page.locator("#who-a select")).to_have_value("base")
    expect(page.locator("#who-b select")).to_have_value("covid")


def test_a_finished_answer_is_shown_as_what_it_is_and_raw(demo: Demo, visit: Visit) -> None:
    """Catches an answer whose exact text cannot be seen, and a toggle that does not say so."""
    page = visit().open(f"{demo.url}/?task=wikisql")
    run_to_the_end(page)
    shown, exact = page.locator("#pane-b .shown"), page.locator("#pane-b .answer pre")
    expect(shown).to_contain_text(re.compile("missing|no column|Valid SQL"))
    expect(exact).to_be_hidden()
    raw = page.locator("#pane-b").get_by_role("button", name="raw")
    raw.click()
    expect(raw).to_have_attribute("aria-pressed", "true")
    expect(exact).to_be_visible()
    expect(shown).to_be_hidden()
    expect(page.locator("#pane-a .answer pre")).to_be_hidden()
