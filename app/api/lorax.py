"""LoRAX's addresses, so that its unmodified Python client works: POST /, /generate, /info, ...

/health is shared with everybody else (app/api/health.py).
"""

import asyncio
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict
from sse_starlette import EventSourceResponse

from app.api.answering import answered
from app.api.fields import MAX_STOPS
from app.api.lorax_request import CompatRequest, GenerateRequest, TokenizeRequest, engine_request
from app.api.lorax_shape import GenerateAnswer, LoraxShape
from app.api.request_services import ServicesOf
from app.api.shapes import STREAMED
from app.services import Services
from engine.request import GenerationRequest
from engine.stream import Stream


class LoraxError(BaseModel):
    """Every error of LoRAX's addresses."""

    error: str
    error_type: str


class Info(BaseModel):
    """What is served, in LoRAX's words; null where this server has no such thing."""

    model_config = ConfigDict(protected_namespaces=())

    model_id: str
    model_sha: str | None
    model_dtype: str
    model_device_type: str
    model_pipeline_tag: str = "text-generation"
    max_concurrent_requests: int
    max_best_of: int = 1
    max_stop_sequences: int = MAX_STOPS
    max_input_length: int
    max_total_tokens: int
    waiting_served_ratio: float | None = None
    max_batch_total_tokens: int
    max_waiting_tokens: int | None = None
    validation_workers: int | None = None
    version: str
    sha: str | None = None
    docker_label: str | None = None
    request_logger_url: str | None = None


class TextToken(BaseModel):
    """One token of a text and the characters that it stands for."""

    id: int
    text: str
    start: int
    stop: int


_ERRORS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": LoraxError, "description": "Refused, with the reason."},
    "5XX": {"model": LoraxError, "description": "Failed, or not serving now."},
}
router = APIRouter(tags=["lorax"], responses=_ERRORS)


@router.post("/", response_model=list[GenerateAnswer], responses=STREAMED)
async def generate_compat(request: Request, body: CompatRequest, services: ServicesOf) -> Response:
    """What LoRAX's Python client calls: a list of one answer, or a stream."""
    return await _answer(request, body, services, is_stream=bool(body.stream), is_list=True)


@router.post("/generate", response_model=GenerateAnswer)
async def generate(request: Request, body: GenerateRequest, services: ServicesOf) -> Response:
    """Answer one prompt by `parameters.adapter_id`, or by the base where there is none."""
    return await _answer(request, body, services, is_stream=False)


@router.post("/generate_stream", response_class=EventSourceResponse, responses=STREAMED)
async def generate_stream(
    request: Request, body: GenerateRequest, services: ServicesOf
) -> Response:
    """The same as server-sent events, one per token."""
    return await _answer(request, body, services, is_stream=True)


@router.get("/info")
def info(services: ServicesOf) -> Info:
    """The base and the limits of this server."""
    status, settings = services.worker.status(), services.settings
    return Info(
        model_id=services.base_id,
        model_sha=services.shelf.stock.catalog.base_digest,
        model_dtype=status.kernel,
        model_device_type=status.device,
        max_concurrent_requests=settings.max_rows + settings.max_waiting,
        max_input_length=status.context_length - 1,
        max_total_tokens=status.context_length,
        max_batch_total_tokens=settings.max_rows * status.context_length,
        version=version("lora-land"),
    )


@router.post("/tokenize")
def tokenize(body: TokenizeRequest, services: ServicesOf) -> list[TextToken]:
    """The tokens of a text, with what the tokenizer puts before it unless that is declined."""
    services.worker.count_tokens(body.inputs)  # refuses what is far too long to be a prompt
    tokens, start = [], 0
    for piece in services.worker.vocabulary.pieces(body.inputs):
        if piece.end > 0 or body.add_special_tokens is not False:
            tokens.append(
                TextToken(id=piece.token_id, text=piece.text, start=start, stop=piece.end)
            )
        start = piece.end
    return tokens


async def _answer(
    request: Request,
    body: GenerateRequest,
    services: Services,
    *,
    is_stream: bool,
    is_list: bool = False,
) -> Response:
    asked, streams = await asyncio.to_thread(_submit, services, body)
    shape = LoraxShape(body, asked, services.worker.vocabulary, is_list)
    return await answered(request, streams, shape, is_stream=is_stream)


def _submit(services: Services, body: GenerateRequest) -> tuple[GenerationRequest, list[Stream]]:
    """Queue the one row. Not for the event loop: it encodes."""
    asked = engine_request(services, body)
    return asked, services.worker.submit_many([asked])
