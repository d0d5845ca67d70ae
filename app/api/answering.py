"""From engine requests to an HTTP answer, whole or streamed, in whatever shape.

Owns the one path that all dialects share: wait or stream, and never leave a row behind. Knows no
dialect: a Shape writes.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from typing import Protocol

from fastapi import Request, Response

from app.api.errors import ApiError
from app.api.rows import Row, cancel_all, finished, merged, rows_response
from app.middleware.request_log import Work, work_of
from engine.request import FinishEvent, FinishReason, TokenEvent
from engine.stream import Stream


class Shape(Protocol):
    """How one dialect writes one answer of one or several rows; all but `whole` are for streams.

    Each returns the data of the events to send now. `index` counts the rows.
    """

    def whole(self, rows: Sequence[Row]) -> str:
        """The body as JSON."""

    def opening(self) -> Iterable[str]: ...

    def token(self, index: int, event: TokenEvent) -> Iterable[str]: ...

    def end(self, index: int, event: FinishEvent) -> Iterable[str]: ...

    def closing(self, ends: Sequence[FinishEvent]) -> Iterable[str]: ...

    def failed(self, error: ApiError) -> Iterable[str]:
        """Instead of all that would have followed."""


async def answered(
    request: Request, streams: Sequence[Stream], shape: Shape, *, is_stream: bool
) -> Response:
    """The response to `request`; a client that leaves frees its rows.

    Raises ApiError for an answer that failed, and ClientGone.
    """
    if is_stream:
        return rows_response(_events(shape, streams, work_of(request.scope)), streams)
    rows = await whole_rows(request, streams)
    return Response(shape.whole(rows), media_type="application/json")


async def whole_rows(
    request: Request, streams: Sequence[Stream], others: Sequence[Stream] = ()
) -> list[Row]:
    """Wait for all of `streams`. When that fails, `others` are cancelled with them.

    Raises ApiError for an answer that failed, and ClientGone.
    """
    if not streams:
        return []
    try:
        rows = await finished(request, streams)
    except BaseException:
        cancel_all(others)
        raise
    work = work_of(request.scope)
    for stream, row in zip(streams, rows, strict=True):
        work.add(stream.adapter_id, row.end.num_prompt_tokens, row.end.num_tokens)
    for row in rows:
        if (error := _failure(row.end)) is not None:
            cancel_all(others)
            raise error
    return rows


async def _events(shape: Shape, streams: Sequence[Stream], work: Work) -> AsyncIterator[str]:
    """The data of each server-sent event."""
    for data in shape.opening():
        yield data
    ends: dict[int, FinishEvent] = {}
    async with aclosing(merged(streams)) as events:
        async for index, event in events:
            if isinstance(event, FinishEvent):
                work.add(streams[index].adapter_id, event.num_prompt_tokens, event.num_tokens)
            if isinstance(event, TokenEvent):
                pieces = shape.token(index, event)
            elif (error := _failure(event)) is not None:
                for data in shape.failed(error):
                    yield data
                return
            else:
                ends[index] = event
                pieces = shape.end(index, event)
            for data in pieces:
                yield data
    for data in shape.closing([ends[index] for index in range(len(streams))]):
        yield data


def _failure(end: FinishEvent) -> ApiError | None:
    """Why the answer is not whole, None if it is."""
    if end.reason is FinishReason.ERROR:
        sentence = end.error or "The engine failed on this request."
        status, code = (504, "timeout") if end.is_overdue else (503, "generation_failed")
        return ApiError(status, sentence, code=code)
    if end.reason is FinishReason.CANCELLED:
        sentence = "The answer was cut off because the server is stopping."
        return ApiError(503, sentence, code="generation_failed")
    return None
