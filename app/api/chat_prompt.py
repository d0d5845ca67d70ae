"""From messages to the prompt that a model was trained to read, and how it is usually asked.

An adapter of ours has a card, and the last message of the user goes into the card's template. The
base has its own chat template or none. Nothing is ever made up for a model.
"""

import json

from adapters.card import Card
from adapters.errors import BadFields
from app.api.cards import card_of
from app.api.chat_request import ChatRequest
from app.api.errors import ApiError
from app.api.openai_request import Usual, usual_of
from app.services import Services
from engine.constraint import Lead


def prompt_of(services: Services, body: ChatRequest) -> tuple[str, Usual]:
    """The prompt, and what holds where the caller says nothing. Raises ApiError."""
    if body.model == services.base_id:
        return _base_prompt(services, body)
    card = card_of(services, body.model)
    if card is None:
        raise _refused(
            f"{body.model} has no card and so no template to put a message into; send the whole "
            "prompt to /v1/completions.",
            param="model",
        )
    return _card_prompt(card, _last_of_user(body)), usual_of(card)


def _base_prompt(services: Services, body: ChatRequest) -> tuple[str, Usual]:
    if body.lora:
        raise _refused(
            "An adapter is asked by its own template; name one as model to use lora.", param="lora"
        )
    messages = [{"role": m.role, "content": m.content} for m in body.messages]
    prompt = services.worker.vocabulary.chat(messages)
    if prompt is None:
        raise _refused(
            f"{body.model} has no chat template: it goes on from a text and knows no messages; use "
            "/v1/completions, or an adapter.",
            param="model",
        )
    # OpenAI's chat knows no limit but the context; the engine stops there.
    # Some templates end where a word begins; the message shows no space before it anyway.
    return prompt, Usual(max_tokens=services.worker.status().context_length, lead=Lead.MAYBE_SPACE)


def _last_of_user(body: ChatRequest) -> str:
    texts = [message.content for message in body.messages if message.role == "user"]
    if not texts:
        raise _refused("An adapter answers the last message of the role user; there is none.")
    return texts[-1]


def _card_prompt(card: Card, text: str) -> str:
    try:
        return card.prompt(_fields(card, text))
    except BadFields as error:
        names = ", ".join(field.name for field in card.fields)
        raise _refused(
            f"{error} A message is the text of {card.main_field}, or a JSON object with the texts "
            f"of {names}."
        ) from error


def _fields(card: Card, text: str) -> dict[str, str]:
    """The message as fields: a JSON object that names one of them, else the main field's text."""
    names = {field.name for field in card.fields}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not names & found.keys():
        return {card.main_field: text}
    given = {name: value for name, value in found.items() if value is not None}
    for name, value in given.items():
        if not isinstance(value, str) or not _is_unicode(value):
            raise BadFields(f"The field {name!r} must be a text.")
    return given


def _is_unicode(text: str) -> bool:
    """False for half a surrogate pair, which JSON can escape and no tokenizer reads."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refused(message: str, param: str = "messages") -> ApiError:
    return ApiError(400, message, param=param)
