"""The arena as its page sees it: a pair is drawn, runs unnamed, is rated, and told. Knows no HTTP.

What a visitor may know at which moment is decided here: of a pair under way, the texts; with the
rating, everything. Pairs that have run are asked of the database alone, so that a rating outlives
the server that made the answers.
"""

import asyncio
import random
import secrets
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field

from adapters.errors import LoraLandError
from app import consent
from app.arena.draw import Draw, draw, playable
from app.arena.release import Release, Tick
from app.arena.reveal import Reveal, reveal
from app.compare import FRAMES_PER_S, ComparisonService, RunRefused
from app.feedback.comparisons import now_ms
from app.feedback.errors import FeedbackUnavailable, VoteRefused
from app.feedback.records import ShownPair, Vote
from app.feedback.store import FeedbackStore
from app.task import Task

MAX_DRAWN = 200
"""Pairs that were drawn and not yet asked for; the oldest is forgotten first."""
UNDO_S = 60
NOT_WHOLE = "One of the two answers was not finished, so this pair cannot be rated."
NOT_KEPT = "This pair could not be kept, so it cannot be rated."


class ConsentNeeded(LoraLandError):
    """A rating came before its giver had agreed that it is kept; the page asks, and sends again."""


@dataclass(frozen=True)
class Ending:
    """The end of a run: why the pair cannot be rated, None if it can."""

    problem: str | None


@dataclass(frozen=True)
class Ballot:
    """A rating as it comes. `key` makes the same ballot, sent twice, one rating."""

    choice: str
    key: str
    tags: tuple[str, ...] = ()
    comment: str = ""
    correction: str = ""


@dataclass
class Arena:
    """One server's arena; `chance` draws task, example, contenders and places."""

    comparisons: ComparisonService
    feedback: FeedbackStore
    chance: random.Random = field(default_factory=secrets.SystemRandom)
    _drawn: dict[str, Draw] = field(default_factory=dict)

    def tasks(self) -> list[Task]:
        return playable(self.comparisons)

    def draw(
        self, session_id: str, task: str | None = None, fields: Mapping[str, str] | None = None
    ) -> Draw:
        """A pair to be run once. Raises RunRefused. Not for the event loop."""
        drawn = draw(self.comparisons, session_id, task, fields, self.chance)
        self._drawn[drawn.run_id] = drawn
        while len(self._drawn) > MAX_DRAWN:
            del self._drawn[next(iter(self._drawn))]
        return drawn

    def take(self, session_id: str, run_id: str) -> Draw | None:
        """The visitor's own pair, to be run now; None for another's, and the second time."""
        drawn = self._drawn.get(run_id)
        return self._drawn.pop(run_id, None) if drawn and drawn.session_id == session_id else None

    async def run(self, drawn: Draw) -> AsyncGenerator[Tick | Ending, None]:
        """Both texts at one pace, then the ending. Closing it early cancels both answers."""
        frames = self.comparisons.run(
            drawn.session_id,
            drawn.task.card.task,
            drawn.fields,
            drawn.pair,
            mode="blind",
            run_id=drawn.run_id,
        )
        release = Release()
        try:
            async with aclosing(frames):
                async for frame in frames:
                    yield release.tick(frame)
        except RunRefused as refusal:
            yield Ending(str(refusal))
            return
        while not release.is_over:
            await asyncio.sleep(1 / FRAMES_PER_S)
            yield release.tick(frame)
        if frame.can_be_rated:
            yield Ending(None)
        else:
            # Not the frame's own words: they may name who failed.
            yield Ending(NOT_WHOLE if frame.problem is None else NOT_KEPT)

    def agree(self, session_id: str, version: str) -> None:
        """Keep the visitor's consent. Raises ConsentNeeded for an older text than today's."""
        if version != consent.VERSION:
            raise ConsentNeeded("The text has changed since you opened this page; load it again.")
        self.feedback.agree(session_id, version)

    def has_agreed(self, session_id: str) -> bool:
        try:
            return self.feedback.agreed(session_id) == consent.VERSION
        except FeedbackUnavailable:
            return False  # Only the ratings are missing then; the page itself goes on.

    def vote(self, session_id: str, run_id: str, ballot: Ballot) -> Reveal:
        """Keep a rating and tell who is who. Raises ConsentNeeded, VoteRefused. Blocks."""
        pair = self._pair(session_id, run_id)
        if not self.has_agreed(session_id):
            raise ConsentNeeded("Please read first what is kept of a rating, and agree to it.")
        vote = self.feedback.cast_vote(
            pair.comparison_id,
            session_id,
            ballot.choice,
            comment=ballot.comment,
            tags=ballot.tags,
            correction=ballot.correction,
            idem_key=ballot.key,
            think_ms=max(0, now_ms() - pair.finished_at_ms),
            # Whoever has undone a rating has seen the names.
            identities_visible=pair.num_events > 0,
        )
        return self._reveal(session_id, pair, vote)

    def undo(self, session_id: str, run_id: str, key: str) -> None:
        """Take the rating back, for a while. Raises VoteRefused. Blocks."""
        pair = self._pair(session_id, run_id)
        vote = self.feedback.active_vote(pair.comparison_id, session_id)
        if vote is not None and now_ms() - vote.created_at_ms > UNDO_S * 1000:
            raise VoteRefused(f"A rating can be undone for {UNDO_S} seconds; these are over.")
        self.feedback.retract_vote(pair.comparison_id, session_id, key)

    def _pair(self, session_id: str, run_id: str) -> ShownPair:
        pair = self.feedback.shown(session_id, run_id)
        if pair is None or pair.mode != "blind":
            raise VoteRefused("This pair is not a finished one of yours, so you cannot rate it.")
        return pair

    def _reveal(self, session_id: str, pair: ShownPair, vote: Vote) -> Reveal:
        task = self.comparisons.tasks.get(pair.task)
        return reveal(pair, vote, task, self.feedback.others(pair, session_id))
