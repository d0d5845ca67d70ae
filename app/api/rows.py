"""Reads several answers of the engine as one, and never leaves a row behind.

Knows nothing of the shapes in which they are written.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from app.event_stream import EventStream
from engine.request import Event, FinishEvent, TokenEvent
from engine.stream import Stream


class ClientGone(Exception):
    """The client closed its connection before the answer was complete."""


@dataclass(frozen=True)
class Row:
    """One answer that has ended, with its tokens."""

    tokens: tuple[TokenEvent, ...]
    end: FinishEvent


async def merged(streams: Sequence[Stream]) -> AsyncGenerator[tuple[int, Event]]:
    """The events of all streams as they come, each with the index of its stream."""
    queue: asyncio.Queue[tuple[int, Event] | Exception] = asyncio.Queue()

    async def pump(index: int, stream: Stream) -> None:
        try:
            async for event in stream:
                queue.put_nowait((index, event))
        except Exception as error:  # noqa: BLE001 - raised again in the reader
            queue.put_nowait(error)

    pumps = [asyncio.create_task(pump(index, stream)) for index, stream in enumerate(streams)]
    num_open = len(streams)
    try:
        while num_open:
            item = await queue.get()
            if isinstance(item, Exception):
                raise item
            num_open -= isinstance(item[1], FinishEvent)
            yield item
    finally:
        for task in pumps:
            task.cancel()


async def finished(request: Request, streams: Sequence[Stream]) -> list[Row]:
    """All streams to their ends. Raises ClientGone, and cancels every row, if nobody waits."""
    work = asyncio.create_task(_rows(streams))
    gone = asyncio.create_task(_disconnected(request))
    try:
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            raise ClientGone
        return work.result()
    finally:
        cancel_all(streams)
        work.cancel()
        gone.cancel()


async def _rows(streams: Sequence[Stream]) -> list[Row]:
    tokens: list[list[TokenEvent]] = [[] for _ in streams]
    ends: dict[int, FinishEvent] = {}
    async for index, event in merged(streams):
        if isinstance(event, FinishEvent):
            ends[index] = event
        else:
            tokens[index].append(event)
    return [Row(tuple(tokens[index]), ends[index]) for index in range(len(streams))]


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def cancel_all(streams: Sequence[Stream]) -> None:
    """Free the rows of the streams; those that have ended do not mind."""
    for stream in streams:
        stream.cancel()


def rows_response(content: AsyncIterator[Any], streams: Sequence[Stream]) -> EventStream:
    """Server-sent events over rows of the engine, which end when the response does."""

    async def end() -> None:
        cancel_all(streams)

    return EventStream(content, end)
