"""Run and Stop: streams both answers into the page. Decides nothing about them.

Knows the comparison service and the frames; knows neither engine nor database.
"""

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import gradio as gr

from app.compare import ComparisonService, RunRefused
from app.frames import Frame
from app.page import pane_view, updates, who_view
from app.page.asked import Asked
from app.page.browsing import values_of
from app.page.drawing import Drawing
from app.page.pairing import Pair, settled
from app.page.parts import NUM_FIELDS, Parts
from app.page.ticket import Ticket, now_ms
from app.page.updates import Update
from app.page.visitor import session_of
from engine.errors import BadRequest

NOT_WHOLE = "Only two whole answers can be rated: press Run for another pair."


class Running:
    """The one event that fills both panes, and the button that ends it early."""

    def __init__(self, parts: Parts, comparisons: ComparisonService) -> None:
        self._parts = parts
        self._comparisons = comparisons

    async def run(
        self, request: gr.Request, task: str, a: str, b: str, *boxes: Any
    ) -> AsyncGenerator[Update, None]:
        """Yields what changed, at the rate of the frames; closing it cancels both answers.

        `boxes` are the texts of the fields, then the numbers of the sampling panel.
        """
        asked = self._asked(task, a, b, boxes[:NUM_FIELDS])
        if asked is None:
            yield updates.nothing(self._parts)
            return
        try:
            sampling = Drawing(*boxes[NUM_FIELDS:]).sampling(asked.card)
        except BadRequest as error:
            yield self._refused(asked, RunRefused(str(error)))
            return
        asked = replace(asked, sampling=sampling)
        frames = self._comparisons.run(
            session_of(request), task, asked.fields, (a, b), asked.sampling
        )
        shown: Update = {}
        try:
            async for frame in frames:
                update = self._update(asked, frame, is_first=not shown)
                changed = {part: new for part, new in update.items() if shown.get(part) != new}
                shown |= update
                if changed:
                    yield changed
        except RunRefused as refusal:
            yield self._refused(asked, refusal)
        finally:
            await frames.aclose()

    def stop(self, ticket: str, request: gr.Request) -> None:
        held = Ticket.from_text(ticket)
        if held is not None:
            self._comparisons.stop(session_of(request), held.run_id)

    def _asked(self, task: str, a: str, b: str, texts: tuple[str, ...]) -> Asked | None:
        known = self._comparisons.tasks.get(task)
        if known is None:
            return None
        pair = settled(known.card, self._comparisons.contenders(task), a, b)
        return Asked(known.card, pair, values_of(known.card, texts))

    def _update(self, asked: Asked, frame: Frame, is_first: bool) -> Update:
        update = updates.panes(self._parts, asked, frame)
        if is_first:
            update |= updates.no_errors(self._parts)
            update |= updates.buttons(self._parts, can_run=True, is_running=True)
            update |= updates.rating(self._parts, updates.WAIT_TO_RATE, can_rate=False, is_new=True)
            update |= updates.closer(self._parts, can_dial=True, has_answers=False)
            update |= updates.ticket(self._parts, Ticket(frame.run_id))
            update |= updates.status(self._parts, f"{who_view.named(asked.pair)}, are running.")
        if frame.is_last:
            update |= self._ended(asked.pair, frame)
        return update

    def _ended(self, pair: Pair, frame: Frame) -> Update:
        note = who_view.question(pair) if frame.can_be_rated else frame.problem or NOT_WHOLE
        held = Ticket(frame.run_id, frame.comparison_id, now_ms())
        return {
            **updates.buttons(self._parts, can_run=True, is_running=False),
            **updates.rating(self._parts, note, can_rate=frame.can_be_rated),
            **updates.closer(self._parts, can_dial=True, has_answers=frame.can_be_rated),
            **updates.ticket(self._parts, held),
            **updates.status(self._parts, pane_view.spoken(pair, frame)),
        }

    def _refused(self, asked: Asked, refusal: RunRefused) -> Update:
        able = self._comparisons.contenders(asked.card.task)
        can_run = all(one in able for one in asked.pair)
        return {
            **updates.no_errors(self._parts),
            **updates.error(self._parts, asked.card, refusal.field, str(refusal)),
            # What stands in the panes was said to another prompt.
            **updates.panes(self._parts, asked, None),
            **updates.rating(self._parts, updates.WAIT_TO_RATE, can_rate=False, is_new=True),
            **updates.closer(self._parts, can_dial=can_run, has_answers=False),
            **updates.ticket(self._parts, None),
            **updates.buttons(self._parts, can_run=can_run, is_running=False),
        }
