"""What the page is like to use: narrow, dark, by keyboard, read aloud."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import Visitor
from tests.browser.demo import TASKS, Demo

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


@pytest.mark.parametrize("task", TASKS)
def test_phone_has_no_sideways_scroll(demo: Demo, visit: Visit, task: str) -> None:
    """Catches the one wide thing that makes a phone's page slide about."""
    demo.pace.step_s = 0.0
    page = visit(viewport={"width": 375, "height": 800}).open(f"{demo.url}/?task={task}")
    page.locator("#run").click()
    expect(page.locator("#vote-1")).to_be_enabled(timeout=60_000)
    for width in (375, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    expect(page.locator("#vote-1")).to_be_in_viewport()
    box = page.locator("#vote-1").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    page.locator(".open-rail").click()
    page.locator("a[data-task=covid]").click()
    expect(page.locator("a[data-task=covid]")).to_be_hidden()


def test_a_long_right_answer_leaves_the_batch_line_in_sight(demo: Demo, visit: Visit) -> None:
    """Catches the proof of one batch pushed over the edge, and the page with it."""
    demo.pace.step_s = 0.0
    page = visit(viewport={"width": 1280, "height": 800}).open(f"{demo.url}/?task=wikisql")
    page.locator("#run").click()
    expect(page.locator("#vote-1")).to_be_enabled(timeout=60_000)
    page.locator(".expected b").evaluate("node => { node.textContent = 'a word '.repeat(40) }")
    for width in (1280, 1024, 800):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.locator("#batch").evaluate("node => node.scrollWidth <= node.clientWidth")


def test_a_long_name_of_a_field_stays_beside_its_box(demo: Demo, visit: Visit) -> None:
    """Catches a name without spaces that runs under the box and is cut there."""
    page = visit(viewport={"width": 1280, "height": 800}).open(f"{demo.url}/?task=covid")
    name = page.locator("#fields .field:visible label > span").first
    name.evaluate("node => { node.textContent = 'act(attribute[value],attribute[value])' }")
    assert name.evaluate("node => node.scrollWidth <= node.clientWidth")


def test_the_open_task_is_in_sight_in_a_long_list(demo: Demo, visit: Visit) -> None:
    """Catches a list longer than the screen that hides the open task, or pushes the page about."""
    page = visit(viewport={"width": 1280, "height": 260}).open(f"{demo.url}/?task=wikisql")
    expect(page.locator("a[data-task=wikisql]")).to_be_in_viewport(ratio=1)
    expect(page.locator("a[data-task=covid]")).not_to_be_in_viewport()
    assert page.evaluate("scrollY") == 0


def test_theme_is_remembered(demo: Demo, visit: Visit) -> None:
    """Catches a choice of dark that is forgotten at the next page."""
    visitor = visit(color_scheme="light")
    page = visitor.open(demo.url)
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="light and dark").click()
    dark = page.evaluate(paper)
    assert light != dark
    visitor.open(demo.url)
    assert page.evaluate(paper) == dark


@pytest.mark.parametrize("task", TASKS)
def test_fields_are_those_of_the_template(demo: Demo, visit: Visit, task: str) -> None:
    """Catches boxes of another task, and an example that fills fewer boxes than there are."""
    page = visit().open(f"{demo.url}/?task={task}")
    card = demo.card(task)
    boxes = page.locator("#fields textarea:visible, #fields input:visible")
    expect(boxes).to_have_count(len(card.fields))
    page.locator("#chip-2").click()
    for place, item in enumerate(card.fields):
        expect(boxes.nth(place)).to_have_value(card.examples[1].fields.get(item.name, ""))
        expect(page.locator("#fields")).to_contain_text(item.label)
    expect(page.locator("#pane-a")).to_contain_text("appears here")


def test_token_count_follows_typing(demo: Demo, visit: Visit) -> None:
    """Catches a count that misses deletions, or that is another tokenizer's."""
    page = visit().open(f"{demo.url}/?task=wikisql")
    question = page.locator("#field-2 textarea")
    columns = page.locator("#field-1 input").input_value()
    question.fill("How many points?")
    page.keyboard.press("Backspace")
    prompt = demo.card("wikisql").prompt({"table": columns, "question": "How many points"})
    number = demo.worker.count_tokens(prompt)
    expect(page.locator("#tokens")).to_have_text(f"{number} tokens")


def test_status_speaks_once_at_start_and_end(demo: Demo, visit: Visit) -> None:
    """Catches a screen reader that is told every token, or nothing."""
    page = visit().open(f"{demo.url}/?task=wikisql")
    page.evaluate(
        """() => {
          window.told = [];
          new MutationObserver(() => {
            const text = document.querySelector("#status [role=status]").textContent;
            if (text && text !== window.told.at(-1)) window.told.push(text);
          }).observe(document.querySelector("#status"),
                     {childList: true, subtree: true, characterData: true});
        }"""
    )
    page.locator("#run").click()
    expect(page.locator("#vote-1")).to_be_enabled(timeout=60_000)
    told = page.evaluate("window.told")
    assert len(told) == 2
    assert told[0] == "A, SQL from a question, and B, Base alone, are running."
    assert told[1].startswith("A, SQL from a question, stopped by itself, right")
    expect(page.locator(".pane[aria-live=off]")).to_have_count(2)


def test_fresh_example_is_another_one(demo: Demo, visit: Visit) -> None:
    """Catches a die that gives the same example, and one whose answer is not known."""
    page = visit().open(f"{demo.url}/?task=wikisql")
    question = page.locator("#field-2 textarea")
    before = question.input_value()
    page.locator("#fresh").click()
    expect(question).not_to_have_value(before)
    page.locator("#run").click()
    expect(page.locator("#vote-1")).to_be_enabled(timeout=60_000)
    expect(page.locator("#expected b")).not_to_be_empty()


def test_own_text_that_the_miniature_cannot_know_is_said(demo: Demo, visit: Visit) -> None:
    """Catches odd answers to foreign text that look like a fault of the adapter."""
    page = visit().open(f"{demo.url}/?task=covid")
    page.locator("#field-1 textarea").fill("Der Hund schläft im Garten und träumt von Würsten.")
    expect(page.locator("#unlike")).to_contain_text("stand in none of this demo’s examples")
    page.locator("#chip-1").click()
    expect(page.locator(".unlike")).to_have_count(0)
