"""Writes answers as LoRAX does. Submits nothing.

Every event of a stream is a token, and the last one carries the whole text and the details: there
is no [DONE], which LoRAX's client could not read.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, TypeAdapter

from app.api.errors import ApiError, lorax_error
from app.api.lorax_request import GenerateRequest
from app.api.rows import Row
from engine.request import FinishEvent, FinishReason, GenerationRequest, TokenEvent
from engine.vocabulary import Vocabulary

Reason = Literal["length", "eos_token", "stop_sequence"]


class Alternative(BaseModel):
    """Another token that could have stood in a token's place."""

    id: int
    text: str
    logprob: float


class LoraxToken(BaseModel):
    """One token; the texts of all make the answer."""

    id: int
    text: str
    logprob: float
    special: bool
    skipped: Literal[False] = False
    alternative_tokens: list[Alternative] | None = None


class StreamDetails(BaseModel):
    """How an answer ended."""

    finish_reason: Reason
    prompt_tokens: int
    generated_tokens: int
    skipped_tokens: int = 0
    seed: int | None


class Details(StreamDetails):
    """The same with the tokens. `prefill` is always empty."""

    prefill: list[LoraxToken] = []
    tokens: list[LoraxToken]


class GenerateAnswer(BaseModel):
    """A whole answer."""

    generated_text: str
    details: Details | None = None


class StreamAnswer(BaseModel):
    """One event of a stream; the text and the details are in the last one."""

    token: LoraxToken
    generated_text: str | None = None
    details: StreamDetails | None = None


_LIST = TypeAdapter(list[GenerateAnswer])


@dataclass(frozen=True)
class LoraxShape:
    """The answer to `body`, which became `request`; `is_list` as LoRAX's client wants it."""

    body: GenerateRequest
    request: GenerationRequest
    vocabulary: Vocabulary
    is_list: bool = False
    held: list[TokenEvent] = field(default_factory=list)
    """The last token, until it is known how the answer ended."""

    def whole(self, rows: Sequence[Row]) -> str:
        (row,) = rows
        answer = GenerateAnswer(generated_text=self._text(row.end))
        if self.body.asked.details:
            tokens = [self._token(event) for event in row.tokens]
            if tokens:
                tokens[-1].text += row.end.tail
            ended = self._details(row.end, row.tokens[-1:])
            answer.details = Details(**ended.model_dump(), tokens=tokens)
        return _LIST.dump_json([answer]).decode() if self.is_list else answer.model_dump_json()

    def opening(self) -> Iterable[str]:
        return ()

    def token(self, index: int, event: TokenEvent) -> Iterable[str]:
        if event.is_last:
            self.held.append(event)
        else:
            yield StreamAnswer(token=self._token(event)).model_dump_json()

    def end(self, index: int, event: FinishEvent) -> Iterable[str]:
        token = self._token(self.held[-1])
        token.text += event.tail
        answer = StreamAnswer(
            token=token, generated_text=self._text(event), details=self._details(event, self.held)
        )
        yield answer.model_dump_json()

    def closing(self, ends: Sequence[FinishEvent]) -> Iterable[str]:
        return ()

    def failed(self, error: ApiError) -> Iterable[str]:
        yield json.dumps(lorax_error(error.status, error.message), ensure_ascii=False)

    def _text(self, end: FinishEvent) -> str:
        return self.request.prompt + end.text if self.body.asked.return_full_text else end.text

    def _token(self, event: TokenEvent) -> LoraxToken:
        assert event.chance is not None, "LoRAX's tokens always have a log-probability"
        alternatives = None
        if self.body.asked.return_k_alternatives:
            alternatives = [
                Alternative(id=i, text=self.vocabulary.token_text(i), logprob=logprob)
                for i, logprob in event.chance.likeliest
            ]
        return LoraxToken(
            id=event.token_id,
            text=event.text,
            logprob=event.chance.logprob,
            special=event.token_id in self.vocabulary.special_ids,
            alternative_tokens=alternatives,
        )

    def _details(self, end: FinishEvent, last: Sequence[TokenEvent]) -> StreamDetails:
        """`last` holds the answer's last token."""
        ended = any(event.token_id in self.vocabulary.eos_ids for event in last)
        by_model = ended and not self.request.sampling.ignore_eos
        stopped: Reason = "eos_token" if by_model else "stop_sequence"
        return StreamDetails(
            finish_reason="length" if end.reason is FinishReason.LENGTH else stopped,
            prompt_tokens=end.num_prompt_tokens,
            generated_tokens=end.num_tokens,
            seed=self.request.sampling.seed,
        )
