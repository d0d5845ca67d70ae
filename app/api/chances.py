"""How likely the model found its tokens, as OpenAI's two APIs write it. Knows no route."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from engine.request import TokenChance, TokenEvent
from engine.vocabulary import Vocabulary

_NO_CHARACTER = "\ufffd"


class CompletionLogprobs(BaseModel):
    """One entry per token. `text_offset` is where the token begins in the choice's text."""

    tokens: list[str]
    token_logprobs: list[float | None]
    top_logprobs: list[dict[str, float] | None]
    text_offset: list[int]


class LikelyToken(BaseModel):
    """A token; `bytes` are null for one that is a part of a character."""

    token: str
    logprob: float
    bytes: list[int] | None


class ChatToken(LikelyToken):
    """A token of the answer with the likeliest ones in its place."""

    top_logprobs: list[LikelyToken]


class ChatLogprobs(BaseModel):
    """The tokens of an answer, of a piece of it in a stream."""

    content: list[ChatToken]
    refusal: None = None


@dataclass(frozen=True)
class ScoredToken:
    """A token at its place in a text; `chance` None where nothing came before it."""

    text: str
    offset: int
    token_id: int | None = None
    chance: TokenChance | None = None


def scored(
    events: Iterable[TokenEvent], vocabulary: Vocabulary, offset: int = 0
) -> list[ScoredToken]:
    """The tokens of an answer that begins `offset` characters into its text."""
    return [
        ScoredToken(
            vocabulary.token_text(event.token_id),
            offset + event.offset,
            event.token_id,
            event.chance,
        )
        for event in events
    ]


def completion_logprobs(
    tokens: Iterable[ScoredToken], vocabulary: Vocabulary
) -> CompletionLogprobs:
    tokens = list(tokens)
    return CompletionLogprobs(
        tokens=[token.text for token in tokens],
        token_logprobs=[None if t.chance is None else t.chance.logprob for t in tokens],
        top_logprobs=[_likeliest(token, vocabulary) for token in tokens],
        text_offset=[token.offset for token in tokens],
    )


def _likeliest(token: ScoredToken, vocabulary: Vocabulary) -> dict[str, float] | None:
    """By text, as OpenAI has it, the token itself among them; of equal texts the likelier."""
    if token.chance is None:
        return None
    by_text: dict[str, float] = {}
    for token_id, logprob in token.chance.likeliest:
        by_text.setdefault(vocabulary.token_text(token_id), logprob)
    by_text.setdefault(token.text, token.chance.logprob)
    return by_text


def chat_logprobs(events: Iterable[TokenEvent], vocabulary: Vocabulary) -> ChatLogprobs:
    return ChatLogprobs(
        content=[
            ChatToken(
                **_likely(event.token_id, event.chance.logprob, vocabulary),
                top_logprobs=[
                    LikelyToken(**_likely(token_id, logprob, vocabulary))
                    for token_id, logprob in event.chance.likeliest
                ],
            )
            for event in events
            if event.chance is not None
        ]
    )


def _likely(token_id: int, logprob: float, vocabulary: Vocabulary) -> dict[str, Any]:
    text = vocabulary.token_text(token_id)
    is_text = _NO_CHARACTER not in text
    return {"token": text, "logprob": logprob, "bytes": list(text.encode()) if is_text else None}
