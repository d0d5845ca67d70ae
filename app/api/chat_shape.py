"""Writes answers as OpenAI's chat completions. Submits nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, model_serializer

from app.api.chances import ChatLogprobs, chat_logprobs
from app.api.chat_request import ChatRequest
from app.api.leading_space import LeadingSpace
from app.api.openai_shape import OpenAiShape, reason_of
from app.api.rows import Row
from app.api.shapes import Usage
from engine.request import FinishEvent, TokenEvent


class ChatMessage(BaseModel):
    """An answer, without the space before its first word."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class ChatChoice(BaseModel):
    """One answer."""

    index: int
    message: ChatMessage
    logprobs: ChatLogprobs | None = None
    finish_reason: Literal["stop", "length"]


class ChatCompletion(BaseModel):
    """A whole answer."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    system_fingerprint: str
    choices: list[ChatChoice]
    usage: Usage


class Delta(BaseModel):
    """What a chunk adds to its message."""

    role: Literal["assistant"] | None = None
    content: str | None = None

    @model_serializer
    def _said(self) -> dict[str, str]:
        both = {"role": self.role, "content": self.content}
        return {key: text for key, text in both.items() if text is not None}


class ChunkChoice(BaseModel):
    """One piece of one answer."""

    index: int
    delta: Delta
    logprobs: ChatLogprobs | None = None
    finish_reason: Literal["stop", "length"] | None = None


class ChatChunk(BaseModel):
    """One chunk of a stream."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str
    system_fingerprint: str
    choices: list[ChunkChoice]
    usage: Usage | None = None


@dataclass(frozen=True)
class ChatShape(OpenAiShape):
    """Templates end where a word begins, so the answer's first space is no part of the message."""

    asked: ChatRequest
    spaces: LeadingSpace = field(default_factory=LeadingSpace)

    def whole(self, rows: Sequence[Row]) -> str:
        choices = [
            ChatChoice(
                index=index,
                message=ChatMessage(content=row.end.text.lstrip()),
                logprobs=self._chances(row.tokens),
                finish_reason=reason_of(row.end),
            )
            for index, row in enumerate(rows)
        ]
        return ChatCompletion(
            id=self.answer_id,
            created=self.created,
            model=self.asked.model,
            system_fingerprint=self.base_id,
            choices=choices,
            usage=self.usage([row.end for row in rows]),
        ).model_dump_json()

    def opening(self) -> Iterable[str]:
        for index in range(self.asked.num_choices):
            yield self._chunk(index, Delta(role="assistant", content=""))

    def token(self, index: int, event: TokenEvent) -> Iterable[str]:
        text = self.spaces.cut(index, event.text)
        chances = self._chances([event])
        if text or chances is not None:
            yield self._chunk(index, Delta(content=text), chances)

    def end(self, index: int, event: FinishEvent) -> Iterable[str]:
        if tail := self.spaces.cut(index, event.tail):
            yield self._chunk(index, Delta(content=tail))
        yield self._chunk(index, Delta(), reason=reason_of(event))

    def usage_chunk(self, usage: Usage) -> ChatChunk:
        return self._completion([], usage)

    def _chances(self, events: Sequence[TokenEvent]) -> ChatLogprobs | None:
        return chat_logprobs(events, self.vocabulary) if self.asked.logprobs else None

    def _chunk(
        self,
        index: int,
        delta: Delta,
        chances: ChatLogprobs | None = None,
        reason: Literal["stop", "length"] | None = None,
    ) -> str:
        choice = ChunkChoice(index=index, delta=delta, logprobs=chances, finish_reason=reason)
        return self._completion([choice]).model_dump_json()

    def _completion(self, choices: list[ChunkChoice], usage: Usage | None = None) -> ChatChunk:
        return ChatChunk(
            id=self.answer_id,
            created=self.created,
            model=self.asked.model,
            system_fingerprint=self.base_id,
            choices=choices,
            usage=usage,
        )
