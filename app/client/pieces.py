"""Turns the events of a stream into pieces of text and, at the end, the whole answer."""

import json
from typing import Any

from app.client.answers import Completion, TaskAnswer, refuse_failed_event

DONE = "[DONE]"


def task_piece(data: str) -> str | TaskAnswer | None:
    """What one event of POST /tasks/{task} says; the answer is the last.

    Raises ServerRefused for an error.
    """
    if data == DONE:
        return None
    event = json.loads(data)
    refuse_failed_event(event)
    if "piece" in event:
        return str(event["piece"])
    return TaskAnswer.from_json(event)


class CompletionPieces:
    """Events of POST /v1/completions: pieces, a reason, the counts; the answer at the end."""

    def __init__(self) -> None:
        self._text = ""
        self._reason = ""

    def take(self, data: str) -> str | Completion | None:
        """What one event says; None where it says nothing new. Raises ServerRefused."""
        if data == DONE:
            return None
        event: dict[str, Any] = json.loads(data)
        refuse_failed_event(event)
        if (usage := event.get("usage")) is not None:
            counts = usage["prompt_tokens"], usage["completion_tokens"]
            return Completion(self._text, self._reason, *counts)
        choice = event["choices"][0]
        self._reason = choice["finish_reason"] or self._reason
        self._text += choice["text"]
        return str(choice["text"]) or None
