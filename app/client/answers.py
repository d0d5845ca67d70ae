"""What a server says, as frozen values, and its refusals. Knows no connection."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import httpx

from adapters.errors import LoraLandError


class ServerRefused(LoraLandError):
    """The server has refused a request, or cannot be reached; the sentence is the server's own.

    `status` is HTTP's, None where nobody answered; `retry_after_s` is when to come again, where
    the server says so.
    """

    def __init__(
        self, sentence: str, status: int | None = None, retry_after_s: float | None = None
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.retry_after_s = retry_after_s


class _FromJson:
    """Takes the fields that it knows; a newer server may say more."""

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        return cls(**{field.name: raw[field.name] for field in fields(cls)})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Model(_FromJson):
    """One that can be asked: the base, or an adapter, whose `parent` is the base."""

    id: str
    parent: str | None


@dataclass(frozen=True)
class Task(_FromJson):
    """A task's card. `why_not` says why it cannot be asked now, None if it can."""

    task: str
    title: str
    kind: str
    fields: list[dict[str, Any]]
    main_field: str
    labels: list[str]
    max_tokens: int
    stop: list[str]
    example: dict[str, str]
    why_not: str | None


@dataclass(frozen=True)
class TaskAnswer(_FromJson):
    """`value` is what `text` says if it is `valid`: a label, a number, lists of names, a text.

    `why` says what is wrong with it if it is not.
    """

    task: str
    text: str
    kind: str
    valid: bool
    value: Any
    why: str | None
    finish_reason: str
    usage: dict[str, int]
    adapter_digest: str | None


@dataclass(frozen=True)
class Completion:
    """What goes on from a prompt. `finish_reason` is "stop" or "length"."""

    text: str
    finish_reason: str
    num_prompt_tokens: int
    num_tokens: int


def completion_of(raw: Mapping[str, Any]) -> Completion:
    """The one choice of OpenAI's completion object."""
    choice, usage = raw["choices"][0], raw["usage"]
    return Completion(
        text=choice["text"],
        finish_reason=choice["finish_reason"],
        num_prompt_tokens=usage["prompt_tokens"],
        num_tokens=usage["completion_tokens"],
    )


def refuse_failure(response: httpx.Response) -> None:
    """Raises ServerRefused for anything but success; the body must have been read."""
    if response.is_success:
        return
    hint = response.headers.get("retry-after", "")
    raise ServerRefused(
        _sentence(response),
        response.status_code,
        float(hint) if hint.isdigit() else None,
    )


def refuse_failed_event(event: Mapping[str, Any]) -> None:
    """Raises ServerRefused for an error that came in the middle of a stream."""
    if "error" in event:
        raise ServerRefused(str(event["error"]["message"]))


def unreachable(error: httpx.TransportError, url: str) -> ServerRefused:
    """The refusal for a server that nobody hears from."""
    reason = str(error) or type(error).__name__
    return ServerRefused(f"The server at {url} cannot be reached: {reason}.")


def no_stream(error: Exception) -> ServerRefused:
    """The refusal for an answer that is not made of events."""
    return ServerRefused(f"The answer is no stream of a LoRA Land server: {error}")


def _sentence(response: httpx.Response) -> str:
    try:
        return str(response.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"The server answered {response.status_code} to {response.url.path}."
