"""The client for programs that do several things at once. The same as synchronous.py, awaited."""

from collections.abc import AsyncIterator, Callable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from httpx_sse import SSEError, aconnect_sse

from app.client.answers import (
    Completion,
    Model,
    Task,
    TaskAnswer,
    completion_of,
    no_stream,
    refuse_failure,
    unreachable,
)
from app.client.calls import (
    HEALTH,
    MODELS,
    TASKS,
    TIMEOUT,
    Call,
    ask_call,
    completion_call,
    headers_of,
)
from app.client.pieces import CompletionPieces, task_piece

Piece = TypeVar("Piece")


class AsyncLoraLandClient:
    """As LoraLandClient; use it in an `async with` statement, or await `close()`."""

    def __init__(
        self,
        url: str,
        api_key: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=url,
            headers=headers_of(api_key),
            timeout=TIMEOUT,
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def health(self) -> dict[str, Any]:
        """How the server is, as GET /health says it."""
        return await self._send(HEALTH)

    async def models(self) -> tuple[Model, ...]:
        """The base first, then the adapters."""
        return tuple(Model.from_json(raw) for raw in (await self._send(MODELS))["data"])

    async def tasks(self) -> tuple[Task, ...]:
        return tuple(Task.from_json(raw) for raw in (await self._send(TASKS))["tasks"])

    async def ask(
        self,
        task: str,
        fields: Mapping[str, str],
        *,
        temperature: float | None = None,
        seed: int | None = None,
        max_tokens: int | None = None,
        constrained: bool | None = None,
        lora: Mapping[str, float] | None = None,
    ) -> TaskAnswer:
        """A task's adapter's answer to the texts of its fields; no prompt is to be written."""
        options = {
            "temperature": temperature,
            "seed": seed,
            "max_tokens": max_tokens,
            "constrained": constrained,
            "lora": lora,
        }
        return TaskAnswer.from_json(await self._send(ask_call(task, fields, False, options)))

    def stream(
        self, task: str, fields: Mapping[str, str], **options: Any
    ) -> AsyncIterator[str | TaskAnswer]:
        """Pieces of the answer as they are made, then the answer; options as for `ask`."""
        return self._follow(ask_call(task, fields, True, options), task_piece)

    async def complete(self, model: str, prompt: str, **options: Any) -> Completion:
        """What `model` goes on with after `prompt`; the options are those of POST /v1/completions.

        Greedy unless a temperature is given.
        """
        return completion_of(await self._send(completion_call(model, prompt, False, options)))

    def stream_completion(
        self, model: str, prompt: str, **options: Any
    ) -> AsyncIterator[str | Completion]:
        """The same in pieces, then whole."""
        return self._follow(completion_call(model, prompt, True, options), CompletionPieces().take)

    async def _send(self, call: Call) -> dict[str, Any]:
        try:
            response = await self._http.request(call.method, call.path, json=call.body)
        except httpx.TransportError as error:
            raise unreachable(error, str(self._http.base_url)) from error
        refuse_failure(response)
        answer: dict[str, Any] = response.json()
        return answer

    async def _follow(
        self, call: Call, piece_of: Callable[[str], Piece | None]
    ) -> AsyncIterator[Piece]:
        try:
            async with aconnect_sse(self._http, call.method, call.path, json=call.body) as events:
                if not events.response.is_success:
                    await events.response.aread()
                    refuse_failure(events.response)
                async for event in events.aiter_sse():
                    said = piece_of(event.data)
                    if said is not None:
                        yield said
        except httpx.TransportError as error:
            raise unreachable(error, str(self._http.base_url)) from error
        except SSEError as error:
            raise no_stream(error) from error
