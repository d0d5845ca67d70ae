"""The vote bar: a rating, its undoing, thanks. Who may rate what is decided by the store.

Knows the feedback store; knows no engine.
"""

import asyncio
from collections.abc import Awaitable, Callable

import gradio as gr

from adapters.errors import LoraLandError
from app import consent
from app.contenders import BASE, HELD_BASE
from app.feedback.store import FeedbackStore
from app.page import pane_view, updates
from app.page.parts import CHOICES, Parts
from app.page.ticket import Ticket
from app.page.updates import Update
from app.page.visitor import session_of

Vote = Callable[[str, str, str, str, str, gr.Request], Awaitable[Update]]

KEPT = "Thanks. Your rating is kept."
_PLACES = {choice: place for place, (choice, _) in enumerate(CHOICES)}


class Rating:
    """What the four buttons and Undo do. `place` counts the buttons from 0."""

    def __init__(self, parts: Parts, feedback: FeedbackStore) -> None:
        self._parts = parts
        self._feedback = feedback

    def voter(self, place: int) -> Vote:
        """The handler of one button."""

        async def vote(
            task: str, a: str, b: str, ticket: str, comment: str, request: gr.Request
        ) -> Update:
            counted = task if {a, b} <= {task, BASE, HELD_BASE} else None
            return await self._vote(place, counted, ticket, comment, session_of(request))

        return vote

    async def _vote(
        self, place: int, counted: str | None, ticket: str, comment: str, session_id: str
    ) -> Update:
        """`counted` is the task whose counts this vote is among; None for other pairs."""
        held = Ticket.from_text(ticket)
        if held is None or held.comparison_id is None:
            return updates.rating(self._parts, updates.WAIT_TO_RATE, can_rate=False)
        choice, _ = CHOICES[place]
        try:
            # The line under the buttons says that whoever rates agrees.
            await asyncio.to_thread(self._feedback.agree, session_id, consent.VERSION)
            await asyncio.to_thread(
                self._feedback.cast_vote,
                comparison_id=held.comparison_id,
                session_id=session_id,
                choice=choice,
                comment=comment.strip() or None,
                tags=(),
                idem_key=held.vote_key,
                think_ms=held.think_ms(),
                identities_visible=True,
            )
        except LoraLandError as error:
            return await self._as_stored(held.comparison_id, session_id, str(error))
        thanks = await self._thanks(counted)
        return {
            **updates.rating(self._parts, thanks, can_rate=False, chosen=place),
            **updates.status(self._parts, thanks),
        }

    async def undo(self, ticket: str, request: gr.Request) -> Update:
        held = Ticket.from_text(ticket)
        if held is None or held.comparison_id is None:
            return updates.rating(self._parts, updates.WAIT_TO_RATE, can_rate=False)
        session_id = session_of(request)
        try:
            await asyncio.to_thread(
                self._feedback.retract_vote,
                held.comparison_id,
                session_id,
                f"{held.vote_key}-undo",
            )
        except LoraLandError as error:
            return await self._as_stored(held.comparison_id, session_id, str(error))
        again = Ticket(held.run_id, held.comparison_id, held.ended_ms)
        undone = f"Your rating is undone. {updates.ASK_AGAIN}"
        return {
            **updates.rating(self._parts, undone, can_rate=True),
            **updates.ticket(self._parts, again),
            **updates.status(self._parts, "Your rating is undone."),
        }

    async def _thanks(self, task: str | None) -> str:
        if task is None:
            return KEPT
        try:
            return pane_view.thanks(await asyncio.to_thread(self._feedback.counts, task))
        except LoraLandError:
            return KEPT  # only the figures are missing

    async def _as_stored(self, comparison_id: str, session_id: str, sentence: str) -> Update:
        """After a refusal: the bar as the store has it, and why; unknown, it stays as it is."""
        try:
            vote = await asyncio.to_thread(self._feedback.active_vote, comparison_id, session_id)
        except LoraLandError:
            return updates.vote_note(self._parts, sentence)
        chosen = None if vote is None else _PLACES[vote.choice]
        return {
            **updates.rating(self._parts, sentence, can_rate=vote is None, chosen=chosen),
            **updates.status(self._parts, sentence),
        }
