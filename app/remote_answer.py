"""One answer from a server, for `lora-land generate --server`. Knows no terminal and no model."""

from collections.abc import Callable, Iterator
from typing import Any

from app.client import Completion, LoraLandClient, TaskAnswer
from app.question import Question

DEFAULT_MAX_TOKENS = 128


def remote_answer(
    url: str, api_key: str | None, question: Question, show: Callable[[str], None]
) -> dict[str, object]:
    """Hand the answer out piece by piece; returns it with its figures. Raises ServerRefused."""
    with LoraLandClient(url, api_key) as client:
        for part in _parts(client, question):
            if isinstance(part, str):
                show(part)
            else:
                return _figures(part)
    raise AssertionError("a stream ends with the whole answer")


def _parts(client: LoraLandClient, question: Question) -> Iterator[str | TaskAnswer | Completion]:
    options: dict[str, Any] = {
        "max_tokens": question.max_tokens,
        "temperature": question.temperature,
        "seed": question.seed,
    }
    if question.prompt is None:
        assert question.adapter is not None, "fields are those of an adapter's task"
        return client.stream(question.adapter, question.fields, **options)
    cards = {task.task: task for task in client.tasks()}
    card = cards.get(question.adapter or "")
    if card is not None and card.stop:
        options["stop"] = card.stop
    if question.max_tokens is None:
        options["max_tokens"] = DEFAULT_MAX_TOKENS if card is None else card.max_tokens
    model = question.adapter or client.models()[0].id
    return client.stream_completion(model, question.prompt, **options)


def _figures(answer: TaskAnswer | Completion) -> dict[str, object]:
    if isinstance(answer, Completion):
        counts = answer.num_prompt_tokens, answer.num_tokens
    else:
        counts = answer.usage["prompt_tokens"], answer.usage["completion_tokens"]
    return {
        "text": answer.text,
        "finish_reason": answer.finish_reason,
        "num_prompt_tokens": counts[0],
        "num_tokens": counts[1],
    }
