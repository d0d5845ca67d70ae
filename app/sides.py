"""One answer while it is made: what has arrived, and whether it is right.

Knows the engine's events and the metrics; knows neither other answers nor the database.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from adapters.card import Card, Example
from adapters.metrics import Mark, mark
from app.feedback.records import Contestant, Position, SideResult, SideStart
from app.frames import WHOLE, PaneStage, PaneState
from engine.request import Event, FinishEvent, FinishReason, TokenEvent
from engine.stream import Stream


@dataclass
class Growing:
    """One answer while it is made; `example` holds the right one."""

    stream: Stream
    card: Card
    example: Example | None
    state: PaneState = field(default_factory=lambda: PaneState(PaneStage.WAITING))
    rows_at_step: dict[int, int] = field(default_factory=dict)
    """Engine step to number of rows in it, for every step that made a token of this answer."""

    async def follow(self) -> None:
        """Take events as the engine makes them, until the answer is over."""
        async for event in self.stream:
            given = None
            if isinstance(event, FinishEvent):
                # Some marks take their time (code is run), and others' frames must not wait.
                given = await asyncio.to_thread(self._mark, event)
            self.take(event, given)

    def take(self, event: Event, given: Mark | None) -> None:
        """One event; `given` is the mark that comes with the last one, where there is one."""
        if isinstance(event, TokenEvent):
            self.rows_at_step[event.step] = event.num_rows
            self.state = self._longer(event)
        else:
            self.state = self._over(event, given)

    def _longer(self, event: TokenEvent) -> PaneState:
        first_s = self.state.first_token_s
        return replace(
            self.state,
            stage=PaneStage.RUNNING,
            text=self.state.text + event.text,
            num_tokens=event.num_tokens,
            first_token_s=event.at_s if first_s is None else first_s,
            last_token_s=event.at_s,
        )

    def _over(self, event: FinishEvent, given: Mark | None) -> PaneState:
        return replace(
            self.state,
            stage=PaneStage.FAILED if event.reason is FinishReason.ERROR else PaneStage.ENDED,
            text=event.text,
            num_tokens=event.num_tokens,
            num_prompt_tokens=event.num_prompt_tokens,
            first_token_s=event.first_token_s,
            queue_s=event.queue_s,
            total_s=event.total_s,
            reason=event.reason,
            error=event.error,
            mark=given,
        )

    def _mark(self, event: FinishEvent) -> Mark | None:
        if self.example is None or event.reason not in WHOLE:
            return None
        return mark(self.card, self.example, event.text)


@dataclass
class Side(Growing):
    """The answer at one position of a comparison, which is kept."""

    position: Position = field(kw_only=True)
    contestant: Contestant = field(kw_only=True)

    def start(self) -> SideStart:
        return SideStart(self.position, self.contestant)

    def result(self) -> SideResult:
        """What is kept of the answer; one that nobody waited for counts as cancelled."""
        state, first_s = self.state, self.state.first_token_s
        return SideResult(
            position=self.position,
            text=state.text,
            finish_reason=state.reason or FinishReason.CANCELLED,
            error=state.error,
            num_prompt_tokens=state.num_prompt_tokens,
            num_tokens=state.num_tokens,
            queue_ms=state.queue_s * 1000,
            first_token_ms=None if first_s is None else first_s * 1000,
            total_ms=(state.total_s or state.last_token_s or 0.0) * 1000,
        )


def shared_steps(a: Side, b: Side) -> tuple[int, ...]:
    """The engine steps that made a token of both answers, in order: proof of one batch."""
    return tuple(sorted(a.rows_at_step.keys() & b.rows_at_step.keys()))


def known_answers(card: Card, examples: tuple[Example, ...]) -> Mapping[tuple[str, ...], Example]:
    """Examples by their input, so that an answer is known whoever typed the input."""
    return {input_key(card, example.fields): example for example in examples}


def input_key(card: Card, fields: Mapping[str, str]) -> tuple[str, ...]:
    """The fields in the card's order, spaces as the prompt has them."""
    return tuple(" ".join(fields.get(item.name, "").split()) for item in card.fields)
