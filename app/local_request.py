"""A typed question as a request to an engine of this machine. Opens no engine."""

from pathlib import Path

from adapters.catalog import Catalog
from adapters.provenance import refuse_other_base
from app.local_catalog import adapter_folders
from app.question import Question
from app.settings import Settings
from engine.errors import UnknownAdapter
from engine.request import GenerationRequest, SamplingParams


def request_for(
    settings: Settings, catalog: Catalog, question: Question
) -> tuple[GenerationRequest, Path | None]:
    """The request, and the folder of its adapter if it has one.

    Raises UnknownAdapter, BadFields, and AdapterRefused for an adapter of another base.
    """
    folder = _folder(settings, catalog, question.adapter)
    entry = catalog.entries.get(question.adapter or "")
    card = None if entry is None else entry.card
    if question.prompt is not None:
        prompt = question.prompt
    elif card is not None:
        prompt = card.prompt(question.fields)
    else:
        raise UnknownAdapter(f"{question.adapter} has no template to fill; give the whole prompt.")
    sampling = SamplingParams(
        temperature=question.temperature,
        seed=question.seed,
        max_tokens=question.max_tokens or (128 if card is None else card.max_tokens),
        stop=() if card is None else card.stop,
    )
    return GenerationRequest(prompt, question.adapter, sampling), folder


def _folder(settings: Settings, catalog: Catalog, adapter: str | None) -> Path | None:
    if adapter is None:
        return None
    folders = dict(adapter_folders(catalog, settings.adapters))
    if adapter not in folders:
        there_are = ", ".join(folders) or "none yet"
        raise UnknownAdapter(f"There is no adapter {adapter!r}; there are {there_are}.")
    refuse_other_base(folders[adapter], catalog.base_digest)
    return folders[adapter]
