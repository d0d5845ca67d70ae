"""Run and Stop: streams both answers into the page. Decides nothing about them.

Knows the comparison service and the frames; knows neither engine nor database.
"""

from collections.abc import AsyncGenerator

import gradio as gr

from app.compare import ComparisonService, RunRefused
from app.frames import Frame
from app.page import pane_view, updates, who_view
from app.page.asked import Asked
from app.page.browsing import values_of
from app.page.pairing import Pair, settled
from app.page.parts import Parts
from app.page.ticket import Ticket, now_ms
from app.page.updates import Update
from app.page.visitor import session_of

NOT_WHOLE = "Only two whole answers can be rated: press Run for another pair."


class Running:
    """The one event that fills both panes, and the button that ends it early."""

    def __init__(self, parts: Parts, comparisons: ComparisonService) -> None:
        self._parts = parts
        self._comparisons = comparisons

    async def run(
        self,
        task: str,
        a: str,
        b: str,
        first: str,
        second: str,
        third: str,
        request: gr.Request,
    ) -> AsyncGenerator[Update, None]:
        """Yields what changed, at the rate of the frames; closing it cancels both answers."""
        asked = self._asked(task, a, b, (first, second, third))
        fields = {} if asked is None else asked.fields
        frames = self._comparisons.run(session_of(request), task, fields, (a, b))
        shown: Update = {}
        try:
            async for frame in frames:
                assert asked is not None
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
            **updates.ticket(self._parts, held),
            **updates.status(self._parts, pane_view.spoken(pair, frame)),
        }

    def _refused(self, asked: Asked | None, refusal: RunRefused) -> Update:
        card = None if asked is None else asked.card
        can_run = asked is not None and self._is_able(asked)
        return {
            **updates.no_errors(self._parts),
            **updates.error(self._parts, card, refusal.field, str(refusal)),
            # What stands in the panes was said to another prompt.
            **({} if asked is None else updates.panes(self._parts, asked, None)),
            **updates.rating(self._parts, updates.WAIT_TO_RATE, can_rate=False, is_new=True),
            **updates.ticket(self._parts, None),
            **updates.buttons(self._parts, can_run=can_run, is_running=False),
        }

    def _is_able(self, asked: Asked) -> bool:
        able = self._comparisons.contenders(asked.card.task)
        return all(one in able for one in asked.pair)
