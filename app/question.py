"""A prompt as typed for `lora-land generate`. Opens nothing."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """A prompt, or the fields of the adapter's template; None means the card's own limit."""

    prompt: str | None
    adapter: str | None
    fields: Mapping[str, str]
    max_tokens: int | None
    temperature: float
    seed: int | None
