"""POST /v1/chat/completions: an adapter asked by a message, or a base that knows how to chat."""

import asyncio

from fastapi import APIRouter, Request, Response

from app.api.answering import answered
from app.api.chat_prompt import prompt_of
from app.api.chat_request import ChatRequest, check
from app.api.chat_shape import ChatCompletion, ChatShape
from app.api.request_services import ServicesOf
from app.api.shapes import ERRORS, STREAMED
from app.api.target import target_of
from app.services import Services
from engine.request import new_request_id
from engine.stream import Stream

router = APIRouter(prefix="/v1", tags=["chat"], responses=ERRORS)


@router.post("/chat/completions", response_model=ChatCompletion, responses=STREAMED)
async def create_chat_completion(
    request: Request, body: ChatRequest, services: ServicesOf
) -> Response:
    """Answer the last message of the user, put into the template of the adapter's card.

    The message is the text of the card's main field, or a JSON object with the texts of several.
    Earlier messages are not read. What is not said is as the card has it: greedy, its length, its
    stops. The base is only asked if it has a chat template of its own, and then reads all messages.
    """
    check(body)
    streams = await asyncio.to_thread(_submit, services, body)
    shape = ChatShape(
        body, f"chatcmpl-{new_request_id()}", services.base_id, services.worker.vocabulary
    )
    return await answered(request, streams, shape, is_stream=bool(body.stream))


def _submit(services: Services, body: ChatRequest) -> list[Stream]:
    """Queue a row per choice. Not for the event loop: it encodes."""
    target = target_of(services, body.model, body.lora)
    prompt, usual = prompt_of(services, body)
    return services.worker.submit_many(
        [
            target.request(prompt, body.sampling(usual, choice, body.num_likeliest))
            for choice in range(body.num_choices)
        ]
    )
