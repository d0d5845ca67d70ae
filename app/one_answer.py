"""One answer from a local engine, for `lora-land generate`. Knows no terminal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adapters.card import Card
from adapters.catalog import Catalog
from app.local_engine import opened
from app.settings import Settings
from engine.errors import EngineError, UnknownAdapter
from engine.request import (
    FinishEvent,
    FinishReason,
    GenerationRequest,
    SamplingParams,
    TokenEvent,
)


@dataclass(frozen=True)
class Question:
    """A prompt, or the fields of the adapter's template; None means the card's own limit."""

    prompt: str | None
    adapter: str | None
    fields: Mapping[str, str]
    max_tokens: int | None
    temperature: float
    seed: int | None


def answer(
    settings: Settings, question: Question, show: Callable[[str], None]
) -> dict[str, object]:
    """Answer and hand the text out piece by piece; returns the answer with its figures.

    Raises UnknownAdapter, BadFields, and the engine's errors.
    """
    with opened(settings) as (worker, catalog):
        request = _request(catalog, question)
        if question.adapter is not None:
            folder = catalog.entries[question.adapter].folder
            if folder is None:
                raise UnknownAdapter(f"There is no adapter for {question.adapter} yet; tune one.")
            worker.load_adapter(question.adapter, folder)
        for event in worker.submit(request):
            show(event.text if isinstance(event, TokenEvent) else event.tail)
            if isinstance(event, FinishEvent):
                return _figures(event)
    raise AssertionError("a stream ends with a FinishEvent")


def _card(catalog: Catalog, adapter: str) -> Card:
    if adapter not in catalog.entries:
        tasks = ", ".join(catalog.entries)
        raise UnknownAdapter(f"There is no adapter {adapter!r}; there are {tasks}.")
    return catalog.entries[adapter].card


def _request(catalog: Catalog, question: Question) -> GenerationRequest:
    card = None if question.adapter is None else _card(catalog, question.adapter)
    sampling = SamplingParams(
        temperature=question.temperature,
        seed=question.seed,
        max_tokens=question.max_tokens or (128 if card is None else card.max_tokens),
        stop=() if card is None else card.stop,
    )
    if question.prompt is not None:
        return GenerationRequest(question.prompt, question.adapter, sampling)
    assert card is not None, "fields come with an adapter"
    return GenerationRequest(card.prompt(question.fields), question.adapter, sampling)


def _figures(end: FinishEvent) -> dict[str, object]:
    if end.reason is FinishReason.ERROR:
        raise EngineError(end.error or "The engine failed on this prompt.")
    return {
        "text": end.text,
        "finish_reason": str(end.reason),
        "num_prompt_tokens": end.num_prompt_tokens,
        "num_tokens": end.num_tokens,
        "first_token_s": end.first_token_s,
        "total_s": end.total_s,
    }
