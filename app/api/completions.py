"""POST /v1/completions: OpenAI's completions, whole or as a stream of server-sent events."""

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from app.api.answering import answered, whole_rows
from app.api.completion_request import CompletionRequest, Reading, check, engine_requests, readings
from app.api.completion_shape import CompletionShape, ReadPrompt
from app.api.request_services import ServicesOf
from app.api.shapes import ERRORS, STREAMED, Completion
from app.api.target import target_of
from app.services import Services
from engine.request import new_request_id
from engine.stream import Stream

router = APIRouter(prefix="/v1", tags=["completions"], responses=ERRORS)


@router.post("/completions", response_model=Completion, responses=STREAMED)
async def create_completion(
    request: Request, body: CompletionRequest, services: ServicesOf
) -> Response:
    """Complete one prompt or several; each choice is a row of its own in the running batch.

    `model` is an adapter's task or the base's id. The prompt is taken as it stands: an adapter
    expects its card's template. A client that leaves frees its rows.
    """
    check(body)
    to_read, scores, answers = await asyncio.to_thread(_submit, services, body)
    # The prompt stands before the answer, so it is scored to its end before a word is sent.
    rows = iter(await whole_rows(request, scores, answers))
    read = [ReadPrompt(r, None if r.request is None else next(rows)) for r in to_read]
    shape = CompletionShape(
        body, f"cmpl-{new_request_id()}", services.base_id, services.worker.vocabulary, read=read
    )
    return await answered(request, answers, shape, is_stream=bool(body.stream))


def _submit(
    services: Services, body: CompletionRequest
) -> tuple[Sequence[Reading], list[Stream], list[Stream]]:
    """Queue all rows: those that read the prompts, then those that answer. Not for the event loop:
    it encodes."""
    target = target_of(services, body.model, body.lora)
    to_read = readings(body, target, services.worker)
    scores = [reading.request for reading in to_read if reading.request is not None]
    streams = services.worker.submit_many(scores + engine_requests(body, target))
    return to_read, streams[: len(scores)], streams[len(scores) :]
