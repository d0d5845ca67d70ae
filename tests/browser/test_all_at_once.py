"""All at once in a real Chromium: cells fill, lanes are drawn, times appear, keys work."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import Visitor
from tests.browser.demo import Demo, eventually

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
BATCH, ONE_BY_ONE = "button[value=batch]", "button[value=one-by-one]"

# Collects, in the page, every length that an answer has had.
WATCH_LENGTHS = """() => {
  window.lengths = {};
  new MutationObserver(() => {
    for (const cell of document.querySelectorAll("[data-row]")) {
      const length = cell.querySelector(".answer").textContent.length;
      if (length) (window.lengths[cell.dataset.cell] ??= new Set()).add(length);
    }
  }).observe(document.querySelector(".cells"), {childList: true, subtree: true});
}"""
ANSWERS = """() => [...document.querySelectorAll("[data-row]")].map(
  (cell) => [cell.dataset.cell, cell.querySelector(".answer").textContent])"""
# How many steps each lane's picture has: reading the prompt, and writing.
DRAWN = """() => [...document.querySelectorAll(".lanes g")].map((lane) => [
  lane.dataset.lane,
  ...["prefill", "decode"].map((kind) =>
    [...lane.querySelector(`.${kind}`).getAttribute("d").matchAll(/h(\\d+)v/g)]
      .reduce((sum, found) => sum + Number(found[1]), 0)),
])"""


def opened(demo: Demo, visitor: Visitor) -> Page:
    visitor.page.goto(f"{demo.url}/all")
    return visitor.page


def ran(page: Page, button: str) -> Page:
    page.locator(button).click()
    expect(page.locator(".said")).to_have_text(re.compile(r"answers? .* in .*s\."), timeout=120_000)
    return page


def test_cells_fill_are_marked_and_both_times_appear(demo: Demo, visit: Visit) -> None:
    """Catches answers that come all at once, cells without a mark, times that compare nothing."""
    page = opened(demo, visit())
    page.evaluate(WATCH_LENGTHS)
    demo.pace.step_s = 0.03
    ran(page, BATCH)
    demo.pace.step_s = 0.0
    expect(page.locator("[data-row]:not([data-state=ended])")).to_have_count(0)
    expect(page.locator("[data-row] .mark:empty")).to_have_count(0)
    lengths = page.evaluate("Object.values(window.lengths).map(seen => seen.size)")
    assert max(lengths) >= 3
    expect(page.locator(".bars")).to_be_hidden()
    answers = page.evaluate(ANSWERS)
    ran(page, ONE_BY_ONE)
    assert page.evaluate(ANSWERS) == answers
    expect(page.locator(".bars dd span")).to_have_text([re.compile(r"\d+ m?s")] * 2)
    page.locator("[data-do=fresh]").click()
    expect(page.locator(".bars")).to_be_hidden()
    page.locator("[data-do=stop]").click()
    expect(page.locator(".said")).to_contain_text("Stopped")


def test_what_is_drawn_is_the_step_log(demo: Demo, visit: Visit) -> None:
    """Catches a picture of when texts arrived, and lanes that stand under another row's name."""
    page = opened(demo, visit())
    first = demo.worker.status().step
    ran(page, BATCH)
    read, written = Counter[str](), Counter[str]()
    for record in demo.worker.steps_since(first):
        for row in record.rows:
            (written if row.is_decoding else read)[row.adapter_id or "base"] += 1
    lanes = page.evaluate(DRAWN)
    assert {name: (drawn, more) for name, drawn, more in lanes} == {
        name: (read[name], written[name]) for name in read
    }
    cells = page.evaluate("[...document.querySelectorAll('[data-row]')].map(c => c.dataset.cell)")
    assert [name for name, *_ in lanes] == cells


def test_arrows_move_and_enter_opens(demo: Demo, visit: Visit) -> None:
    """Catches a grid that only a mouse can use, and a prompt that is nowhere to be read."""
    page = ran(opened(demo, visit()), BATCH)
    cells = page.locator(".cell")
    cells.first.focus()
    for key, place in (("ArrowRight", 1), ("ArrowDown", 6), ("ArrowUp", 1), ("ArrowUp", 0)):
        page.keyboard.press(key)
        expect(cells.nth(place)).to_be_focused()
    expect(page.locator(".cell[tabindex='0']")).to_have_count(1)
    task = cells.first.get_attribute("data-cell") or ""
    page.keyboard.press("Enter")
    drawer = page.locator(".drawer")
    expect(drawer.locator("[data-part=prompt]")).to_contain_text("###")
    expect(drawer.locator("[data-part=expected]")).to_be_visible()
    expect(drawer.locator("[data-part=figures]")).to_contain_text("tokens read")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(cells.first).to_be_focused()
    page.keyboard.press("Enter")
    drawer.get_by_role("link", name="Open in Compare").click()
    expect(page).to_have_url(f"{demo.url}/?task={task}")


def test_one_text_leaves_cells_grey_with_the_reason(demo: Demo, visit: Visit) -> None:
    """Catches a table's task that answers about no table, and a text that is taken as markup."""
    page = opened(demo, visit())
    page.get_by_label("The text for all").fill("It is <b>bold</b> to rain. All were glad.")
    expect(page.get_by_label("One text for all")).to_be_checked()
    ran(page, BATCH)
    expect(page.locator("[data-cell=wikisql]")).to_have_attribute("data-state", "out")
    expect(page.locator("[data-cell=wikisql]")).to_contain_text("This task needs a table.")
    expect(page.locator("[data-cell=covid] .asked")).to_contain_text("<b>bold</b>")


def test_who_leaves_takes_their_rows_along(demo: Demo, visit: Visit) -> None:
    """Catches rows that go on for a page that was closed."""
    page = opened(demo, visit())
    demo.pace.step_s = 0.2
    page.locator(ONE_BY_ONE).click()
    expect(page.locator("[data-state=running]").first).to_be_visible()
    page.goto(f"{demo.url}/about")
    eventually(lambda: demo.worker.status().num_running == 0, "the engine is idle")


def test_phone_stillness_and_no_script(demo: Demo, visit: Visit) -> None:
    """Catches a page that slides about, that moves where nothing should, that is empty unasked."""
    page = opened(demo, visit(viewport={"width": 375, "height": 800}, reduced_motion="reduce"))
    page.evaluate(WATCH_LENGTHS)
    ran(page, BATCH)
    assert page.evaluate("Object.values(window.lengths).every(seen => seen.size === 1)")
    assert page.locator(".lanes svg .decode").first.get_attribute("d")
    for width in (375, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    still = opened(demo, visit(java_script_enabled=False))
    expect(still.locator("noscript p")).to_be_visible()
    expect(still.locator(BATCH)).to_be_hidden()
