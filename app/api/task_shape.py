"""Writes the answer to a task: its text, and what the text says. Submits nothing."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel

from adapters.answers import Value, parse
from adapters.card import Card
from app.api.errors import ApiError, error_text
from app.api.leading_space import LeadingSpace
from app.api.openai_shape import reason_of, usage_of
from app.api.rows import Row
from app.api.shapes import Usage
from engine.request import FinishEvent, TokenEvent

JsonValue = str | float | dict[str, list[str]]


class TaskAnswer(BaseModel):
    """An answer. `value` is what it says if it is `valid`, and `why` says what is wrong if not.

    A label is a text, a number a number, entities are lists of names by kind; SQL, code, a span
    and prose are the text itself. Nothing is repaired. `adapter_digest` tells the weights.
    """

    task: str
    text: str
    kind: str
    valid: bool
    value: JsonValue | None
    why: str | None
    finish_reason: Literal["stop", "length"]
    usage: Usage
    adapter_digest: str | None


@dataclass(frozen=True)
class TaskShape:
    """The answer to the `fields` of a card. A stream ends with the whole answer as one event."""

    card: Card
    fields: Mapping[str, str]
    spaces: LeadingSpace = field(default_factory=LeadingSpace)

    def whole(self, rows: Sequence[Row]) -> str:
        return self._answer(rows[0].end).model_dump_json()

    def opening(self) -> Iterable[str]:
        return ()

    def token(self, index: int, event: TokenEvent) -> Iterable[str]:
        return self._piece(index, event.text)

    def end(self, index: int, event: FinishEvent) -> Iterable[str]:
        yield from self._piece(index, event.tail)
        yield self._answer(event).model_dump_json()

    def closing(self, ends: Sequence[FinishEvent]) -> Iterable[str]:
        return ()

    def failed(self, error: ApiError) -> Iterable[str]:
        yield error_text(error)

    def _piece(self, index: int, text: str) -> Iterable[str]:
        if piece := self.spaces.cut(index, text):
            yield json.dumps({"piece": piece}, ensure_ascii=False)

    def _answer(self, end: FinishEvent) -> TaskAnswer:
        answer = parse(self.card, end.text, self.fields)
        return TaskAnswer(
            task=self.card.task,
            text=answer.text,
            kind=answer.kind,
            valid=answer.valid,
            value=_as_json(answer.value),
            why=answer.why,
            finish_reason=reason_of(end),
            usage=usage_of(end.num_prompt_tokens, end.num_tokens),
            adapter_digest=end.adapter_digest,
        )


def _as_json(value: Value | None) -> JsonValue | None:
    if isinstance(value, Mapping):
        return {kind: list(names) for kind, names in value.items()}
    return value
