"""X-ray, Dial and Share: what can be done with a prompt or a finished pair beside rating it.

Knows the dial, the X-ray and the kept comparisons; knows neither frames of Run nor votes.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import gradio as gr

from adapters.errors import LoraLandError
from app.compare import ComparisonService
from app.contenders import adapter_of
from app.dial import Dial
from app.feedback.records import Kept, ShownSide
from app.feedback.store import FeedbackStore
from app.page import dial_view, share_view, xray_view
from app.page.browsing import values_of
from app.page.drawing import Drawing
from app.page.pairing import settled
from app.page.parts import NUM_FIELDS, Parts
from app.page.ticket import Ticket
from app.page.updates import Update
from app.page.visitor import session_of
from app.xray import NotReadable, xray
from engine.worker import EngineWorker


class LookingCloser:
    """The buttons under the vote bar and the place where they show what they found."""

    def __init__(
        self,
        parts: Parts,
        comparisons: ComparisonService,
        dial: Dial,
        worker: EngineWorker,
        feedback: FeedbackStore,
    ) -> None:
        self._parts = parts
        self._comparisons = comparisons
        self._dial = dial
        self._worker = worker
        self._feedback = feedback

    async def dial(self, task: str, a: str, b: str, *boxes: Any) -> AsyncGenerator[Update, None]:
        """The prompt as it stands now, under the first adapter of the pair."""
        known = self._comparisons.tasks.get(task)
        if known is None:
            return
        card = known.card
        pair = settled(card, self._comparisons.contenders(task), a, b)
        who = next((one for one in pair if one.adapter_id is not None), adapter_of(card))
        fields, drawing = values_of(card, boxes[:NUM_FIELDS]), Drawing(*boxes[NUM_FIELDS:])
        try:
            frames = self._dial.run(task, fields, str(who.adapter_id), drawing.sampling(card))
            async with aclosing(frames):
                async for frame in frames:
                    yield {self._parts.closer.view: dial_view.table(who, frame)}
        except LoraLandError as error:
            yield {self._parts.closer.view: dial_view.refusal(str(error))}

    async def xray(self, ticket: str, request: gr.Request) -> Update:
        """The finished answer of the first adapter of the pair."""
        try:
            picture = await self._xray(ticket, session_of(request))
        except LoraLandError as error:
            picture = dial_view.refusal(str(error))
        return {self._parts.closer.view: picture}

    async def share(self, ticket: str, request: gr.Request) -> Update:
        """A link to the finished pair, for whoever is given it."""
        try:
            token = await asyncio.to_thread(
                self._feedback.share, _comparison_of(ticket), session_of(request)
            )
            shown = share_view.link(token)
        except LoraLandError as error:
            shown = dial_view.refusal(str(error))
        return {self._parts.closer.view: shown}

    async def _xray(self, ticket: str, session_id: str) -> str:
        comparison_id = _comparison_of(ticket)
        kept = await asyncio.to_thread(self._feedback.comparison, comparison_id, session_id)
        if kept is None:
            raise NotReadable("There is no finished answer of yours to look at.")
        side, adapter_id = self._first_adapter(kept)
        card = self._comparisons.tasks[kept.task].card
        pieces = await xray(self._worker, card.prompt(kept.inputs), side.result.text, adapter_id)
        return xray_view.picture(side.contestant.name, pieces)

    def _first_adapter(self, kept: Kept) -> tuple[ShownSide, str]:
        """The side of an adapter, and the id under which the same weights are served now."""
        is_known = kept.task in self._comparisons.tasks
        served = {info.digest: info.adapter_id for info in self._worker.adapters}
        sides = [side for side in kept.sides if side.contestant.kind == "adapter"]
        if not sides:
            raise NotReadable("Neither answer is an adapter’s; there is nothing to set apart.")
        if not is_known or sides[0].contestant.weights_digest not in served:
            raise NotReadable("The weights that answered are no longer served; press Run again.")
        if not sides[0].result.text:
            raise NotReadable("The adapter’s answer is empty.")
        return sides[0], served[sides[0].contestant.weights_digest]


def _comparison_of(ticket: str) -> str:
    """The id that the browser holds; whose it is, the store decides."""
    held = Ticket.from_text(ticket)
    return "" if held is None else held.comparison_id or ""
