"""POST /v1/completions: OpenAI's completions, whole or as a stream of server-sent events."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, Request, Response

from app.api.completion_request import (
    CompletionRequest,
    engine_requests,
    refuse_what_is_not_served,
)
from app.api.errors import ApiError, error_text
from app.api.request_services import ServicesOf
from app.api.rows import ClientGone, RowsResponse, finished, merged
from app.api.shapes import ERRORS, Choice, Completion, Usage
from app.services import Services
from engine.request import FinishEvent, FinishReason, TokenEvent, new_request_id
from engine.stream import Stream

router = APIRouter(prefix="/v1", tags=["completions"], responses=ERRORS)
DONE = "[DONE]"


@router.post("/completions", response_model=Completion)
async def create_completion(
    request: Request, body: CompletionRequest, services: ServicesOf
) -> Response:
    """Complete one prompt or several; each choice is a row of its own in the running batch.

    `model` is an adapter's task or the base's id. The prompt is taken as it stands: an adapter
    expects its card's template. A client that leaves frees its rows.
    """
    refuse_what_is_not_served(body)
    streams = await asyncio.to_thread(_submit, body, services)
    shape = _Shape(body, f"cmpl-{new_request_id()}", int(time.time()), services.base_id)
    if body.stream:
        return RowsResponse(_chunks(shape, streams), streams)
    try:
        ends = await finished(request, streams)
    except ClientGone:
        return Response(status_code=499)
    return _json(_whole(shape, ends))


def _submit(body: CompletionRequest, services: Services) -> list[Stream]:
    """Queue all rows; blocks while prompts are encoded, and while a new adapter is loaded."""
    requests = engine_requests(body, services.adapter_id(body.model))
    return services.worker.submit_many(requests)


@dataclass(frozen=True)
class _Shape:
    """What all chunks of one answer share, and how a choice and a chunk are written."""

    body: CompletionRequest
    completion_id: str
    created: int
    base_id: str

    def completion(self, choices: list[Choice], usage: Usage | None = None) -> Completion:
        return Completion(
            id=self.completion_id,
            created=self.created,
            model=self.body.model,
            system_fingerprint=self.base_id,
            choices=choices,
            usage=usage,
        )

    def echo(self, index: int) -> str:
        """What stands before the answer of choice `index`: the prompt where it is asked for."""
        return self.body.prompts[index // self.body.num_choices] if self.body.echo else ""

    def usage(self, ends: Sequence[FinishEvent]) -> Usage:
        """Token counts over all choices; `ends` in the order of the choices."""
        num_prompt = sum(end.num_prompt_tokens for end in ends[:: self.body.num_choices])
        num_answer = sum(end.num_tokens for end in ends)
        return Usage(
            prompt_tokens=num_prompt,
            completion_tokens=num_answer,
            total_tokens=num_prompt + num_answer,
        )


def _whole(shape: _Shape, ends: Sequence[FinishEvent]) -> Completion:
    for end in ends:
        if (sentence := _failure(end)) is not None:
            raise ApiError(503, sentence, code="generation_failed")
    choices = [
        Choice(index=index, text=shape.echo(index) + end.text, finish_reason=_reason(end))
        for index, end in enumerate(ends)
    ]
    return shape.completion(choices, shape.usage(ends))


async def _chunks(shape: _Shape, streams: Sequence[Stream]) -> AsyncIterator[str]:
    """The data of each server-sent event, [DONE] last."""
    for index in range(len(streams)) if shape.body.echo else ():
        yield _piece(shape, index, shape.echo(index), None)
    ends: dict[int, FinishEvent] = {}
    async with aclosing(merged(streams)) as events:
        async for index, event in events:
            if isinstance(event, TokenEvent):
                if event.text:
                    yield _piece(shape, index, event.text, None)
            elif (sentence := _failure(event)) is not None:
                yield error_text(503, sentence, code="generation_failed")
                yield DONE
                return
            else:
                ends[index] = event
                yield _piece(shape, index, event.tail, _reason(event))
    if shape.body.includes_usage:
        usage = shape.usage([ends[index] for index in range(len(streams))])
        yield shape.completion([], usage).model_dump_json()
    yield DONE


def _piece(shape: _Shape, index: int, text: str, reason: Literal["stop", "length"] | None) -> str:
    choice = Choice(index=index, text=text, finish_reason=reason)
    return shape.completion([choice]).model_dump_json()


def _reason(end: FinishEvent) -> Literal["stop", "length"]:
    return "stop" if end.reason is FinishReason.STOP else "length"


def _failure(end: FinishEvent) -> str | None:
    """Why the answer is not whole, None if it is."""
    if end.reason is FinishReason.ERROR:
        return end.error or "The engine failed on this request."
    if end.reason is FinishReason.CANCELLED:
        return "The answer was cut off because the server is stopping."
    return None


def _json(completion: Completion) -> Response:
    return Response(completion.model_dump_json(), media_type="application/json")
