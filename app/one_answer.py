"""One answer from an engine of this process, for `lora-land generate`. Knows no terminal."""

from collections.abc import Callable
from pathlib import Path

from adapters.catalog import Catalog
from app.local_engine import open_engine
from app.settings import Settings
from engine.errors import EngineError
from engine.request import FinishEvent, FinishReason, GenerationRequest, TokenEvent


def answer(
    settings: Settings,
    catalog: Catalog,
    request: GenerationRequest,
    folder: Path | None,
    show: Callable[[str], None],
) -> dict[str, object]:
    """Answer and hand the text out piece by piece; returns the answer with its figures.

    `folder` holds the request's adapter. Raises AdapterRefused and the engine's errors.
    """
    with open_engine(settings, catalog) as worker:
        if folder is not None and request.adapter_id is not None:
            worker.load_adapter(request.adapter_id, folder)
        for event in worker.submit(request):
            show(event.text if isinstance(event, TokenEvent) else event.tail)
            if isinstance(event, FinishEvent):
                return _figures(event)
    raise AssertionError("a stream ends with a FinishEvent")


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
