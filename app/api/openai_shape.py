"""What OpenAI's two shapes share: usage, reasons, and how a stream ends. Writes no choice."""

import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel

from app.api.errors import ApiError, error_text
from app.api.openai_request import OpenAiRequest
from app.api.shapes import Usage
from engine.request import FinishEvent, FinishReason
from engine.vocabulary import Vocabulary

DONE = "[DONE]"


@dataclass(frozen=True)
class OpenAiShape(ABC):
    """One answer: what all its chunks share."""

    asked: OpenAiRequest
    answer_id: str
    base_id: str
    vocabulary: Vocabulary
    created: int = field(default_factory=lambda: int(time.time()))

    @abstractmethod
    def usage_chunk(self, usage: Usage) -> BaseModel:
        """The chunk without choices that comes last, where it is asked for."""

    def closing(self, ends: Sequence[FinishEvent]) -> Iterable[str]:
        if self.asked.includes_usage:
            yield self.usage_chunk(self.usage(ends)).model_dump_json()
        yield DONE

    def failed(self, error: ApiError) -> Iterable[str]:
        yield error_text(error)
        yield DONE

    def usage(self, ends: Sequence[FinishEvent]) -> Usage:
        """Token counts over all choices; `ends` in the order of the choices."""
        num_prompt = sum(end.num_prompt_tokens for end in ends[:: self.asked.num_choices])
        return usage_of(num_prompt, sum(end.num_tokens for end in ends))


def usage_of(num_prompt: int, num_answer: int) -> Usage:
    return Usage(
        prompt_tokens=num_prompt,
        completion_tokens=num_answer,
        total_tokens=num_prompt + num_answer,
    )


def reason_of(end: FinishEvent) -> Literal["stop", "length"]:
    return "stop" if end.reason is FinishReason.STOP else "length"
