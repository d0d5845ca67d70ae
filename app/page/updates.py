"""What each part of the page shows at a moment, as Gradio updates. Decides nothing.

An update is a dict of component to new value; components that are not in it stay as they are.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr
from gradio.components import Component

from adapters.card import Card
from app.compare import PromptLength
from app.contenders import Contender
from app.frames import Frame, PaneState
from app.page import pane_view, task_view, who_view
from app.page.asked import Asked
from app.page.figures import shortened
from app.page.pairing import Pair
from app.page.parts import NUM_CHIPS, Parts
from app.page.ticket import Ticket

Update = dict[Component, Any]

WAIT_TO_RATE = "You can rate the answers when both have ended."
ASK_AGAIN = "Which answer is better?"
NOTHING_TO_RATE = "There is nothing to rate while this task has no adapter."
CHIP_LENGTH = 40


def nothing(parts: Parts) -> Update:
    """Gradio takes an empty dict for a missing answer."""
    return {parts.start: gr.skip()}


def fields(parts: Parts, card: Card, values: Mapping[str, str]) -> Update:
    """One box per variable of the template, filled."""
    update: Update = {}
    for place, box in enumerate(parts.input.fields):
        if place >= len(card.fields):
            update[box] = gr.update(visible=False, value="")
            continue
        item = card.fields[place]
        update[box] = gr.update(
            visible=True,
            label=f"{item.label} (optional)" if item.optional else item.label,
            lines=min(item.lines, 2),  # a box grows with its text
            max_lines=6 if item.lines > 1 else 1,
            value=values.get(item.name, ""),
        )
    return update


def drawing(parts: Parts, card: Card) -> Update:
    """The sampling panel as the task has it: greedy, and as long as its answers are."""
    standard = (0, 1, card.max_tokens, 0)
    return dict(zip(parts.input.drawing, standard, strict=True))


def chips(parts: Parts, card: Card, has_heldout: bool) -> Update:
    update: Update = {}
    for place, chip in enumerate(parts.input.chips):
        known = place < min(len(card.examples), NUM_CHIPS)
        label = ""
        if known:
            text = card.examples[place].fields[card.main_field]
            label = f"{place + 1}  {shortened(text, CHIP_LENGTH)}"
        update[chip] = gr.update(value=label, visible=known)
    update[parts.input.fresh] = gr.update(interactive=has_heldout)
    return update


def prompt(
    parts: Parts, card: Card, values: Mapping[str, str], length: PromptLength | None
) -> Update:
    return {
        parts.input.prompt: task_view.prompt(card, values),
        parts.input.tokens: task_view.token_count(length),
    }


def no_errors(parts: Parts) -> Update:
    return {**no_field_errors(parts), parts.input.problem: ""}


def no_field_errors(parts: Parts) -> Update:
    """What stands above Run stays: fields also change, late, because the page has filled them."""
    return dict.fromkeys(parts.input.errors, "")


def error(parts: Parts, card: Card, field: str | None, sentence: str) -> Update:
    """A sentence beside the field it is about, else above Run."""
    names = [item.name for item in card.fields]
    if field in names:
        return {parts.input.errors[names.index(field)]: task_view.field_error(sentence)}
    return {parts.input.problem: task_view.problem(sentence)}


def who(parts: Parts, card: Card, able: Sequence[Contender], pair: Pair) -> Update:
    """Who answers at A and B, and who else could."""
    shown = zip(parts.output.who, who_view.choices(card, able, pair), strict=True)
    held = zip(parts.pair, (one.contender_id for one in pair), strict=True)
    return {**dict(shown), **dict(held)}


def panes(parts: Parts, asked: Asked, frame: Frame | None) -> Update:
    """Both answers; None is before the first run."""
    idle = PaneState()
    a, b = (idle, idle) if frame is None else (frame.a, frame.b)
    return {
        parts.output.pane_a: pane_view.pane("a", asked, a),
        parts.output.pane_b: pane_view.pane("b", asked, b),
        parts.output.expected: pane_view.expected_line(asked.card.kind, frame),
        parts.output.queue: pane_view.queue_line(frame),
        parts.output.batch: pane_view.batch_line(frame),
    }


def buttons(parts: Parts, can_run: bool, is_running: bool) -> Update:
    return {
        parts.input.run: gr.update(interactive=can_run and not is_running),
        parts.input.stop: gr.update(interactive=is_running),
    }


def rating(
    parts: Parts, note: str, can_rate: bool, chosen: int | None = None, is_new: bool = False
) -> Update:
    """The vote bar. `chosen` is the button that was pressed; `is_new` empties the comment."""
    update: Update = {
        button: gr.update(
            interactive=can_rate, variant="primary" if place == chosen else "secondary"
        )
        for place, button in enumerate(parts.votes.buttons)
    }
    update |= vote_note(parts, note)
    update[parts.votes.undo] = gr.update(visible=chosen is not None)
    comment = gr.update(interactive=chosen is None)
    update[parts.votes.comment] = {**comment, "value": ""} if is_new else comment
    return update


def vote_note(parts: Parts, sentence: str) -> Update:
    """The line under the vote buttons alone."""
    return {parts.votes.note: pane_view.note(sentence)}


def closer(parts: Parts, can_dial: bool, has_answers: bool) -> Update:
    """What can be looked at closer; what was is taken away."""
    return {
        parts.closer.xray: gr.update(interactive=has_answers),
        parts.closer.share: gr.update(interactive=has_answers),
        parts.closer.dial: gr.update(interactive=can_dial),
        parts.closer.view: "",
    }


def ticket(parts: Parts, held: Ticket | None) -> Update:
    return {parts.ticket: "" if held is None else held.to_text()}


def status(parts: Parts, sentence: str) -> Update:
    """What a screen reader is told; it hears each change once."""
    return {parts.output.status: pane_view.status(sentence)}
