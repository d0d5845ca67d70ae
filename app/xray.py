"""The X-ray: how much likelier an adapter makes each token of an answer than the base does.

Owns the two readings of one answer, in one batch; knows no page and no database.
"""

import asyncio
from dataclasses import dataclass

from adapters.errors import LoraLandError
from engine.request import FinishEvent, FinishReason, GenerationRequest, SamplingParams, TokenEvent
from engine.stream import Stream
from engine.worker import EngineWorker


class NotReadable(LoraLandError):
    """An answer that cannot be read again; shown to visitors."""


@dataclass(frozen=True)
class Piece:
    """Some characters of an answer, and their log-probabilities in nats.

    Usually one token; tokens that end inside a character are one piece with those that end it.
    """

    text: str
    adapter: float
    base: float

    @property
    def gained(self) -> float:
        return self.adapter - self.base


async def xray(
    worker: EngineWorker, prompt: str, answer: str, adapter_id: str
) -> tuple[Piece, ...]:
    """The answer in pieces; together they are its text. Raises LoraLandError."""
    sampling = SamplingParams(logprobs=0)
    streams = worker.submit_many(
        [GenerationRequest(prompt, who, sampling, answer=answer) for who in (adapter_id, None)]
    )
    try:
        (with_adapter, last), (alone, _) = await asyncio.gather(*map(_read, streams))
    finally:
        for stream in streams:
            stream.cancel()
    return _pieces(with_adapter, alone, last.tail)


async def _read(stream: Stream) -> tuple[list[TokenEvent], FinishEvent]:
    events = [event async for event in stream]
    last = events.pop()
    assert isinstance(last, FinishEvent)
    if last.reason not in (FinishReason.STOP, FinishReason.LENGTH):
        raise NotReadable(last.error or "The answer could not be read again.")
    return [event for event in events if isinstance(event, TokenEvent)], last


def _pieces(
    with_adapter: list[TokenEvent], alone: list[TokenEvent], tail: str
) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    adapter = base = 0.0
    for one, other in zip(with_adapter, alone, strict=True):
        assert one.chance is not None
        assert other.chance is not None
        adapter, base = adapter + one.chance.logprob, base + other.chance.logprob
        if one.text:
            pieces.append(Piece(one.text, adapter, base))
            adapter = base = 0.0
    if tail:
        pieces.append(Piece(tail, adapter, base))
    return tuple(pieces)
