"""An engine's outside for tests of the comparison: real streams, fed by the test by hand."""

from collections.abc import Iterable
from typing import Any

from engine.errors import PromptTooLong
from engine.request import Event, FinishEvent, FinishReason, GenerationRequest, TokenEvent
from engine.status import AdapterInfo, EngineStatus
from engine.step_log import StepRecord
from engine.stream import Stream

CONTEXT = 256


class FedStream(Stream):
    """A real stream that knows whether the test has ended it."""

    is_over = False

    def push(self, event: Event) -> None:
        super().push(event)
        self.is_over = isinstance(event, FinishEvent)


class ScriptedWorker:
    """Answers nothing by itself: `token` and `finish` push events into a stream.

    A prompt has as many tokens as words.
    """

    def __init__(self, tasks: Iterable[str]) -> None:
        self.adapters = tuple(AdapterInfo(t, f"sha256:{t}", 8, ("q_proj",), 500_000) for t in tasks)
        self.requests: list[GenerationRequest] = []
        self.streams: list[FedStream] = []
        self.cancelled: set[str] = set()
        self.records: list[StepRecord] = []
        self.refusal: Exception | None = None

    def submit_many(self, requests: list[GenerationRequest]) -> list[FedStream]:
        if self.refusal is not None:
            raise self.refusal
        self.requests += requests
        streams = [self._stream(request) for request in requests]
        self.streams += streams
        return streams

    def status(self) -> EngineStatus:
        return EngineStatus(True, 0, 3, 7, "float32", 32, CONTEXT, 6_400_000, "tiny")

    def steps_since(self, step: int) -> tuple[StepRecord, ...]:
        return tuple(record for record in self.records if record.step > step)

    def count_tokens(self, text: str) -> int:
        if len(text) > 10 * CONTEXT:
            raise PromptTooLong("Nobody counts that far.")
        return len(text.split())

    def _stream(self, request: GenerationRequest) -> FedStream:
        def cancel() -> None:
            if not stream.is_over:
                self.cancelled.add(request.request_id)
                finish(stream, "", FinishReason.CANCELLED)

        digests = {info.adapter_id: info.digest for info in self.adapters}
        digest = digests.get(request.adapter_id or "")
        stream = FedStream(request.request_id, cancel, digest)
        return stream


def token(stream: Stream, text: str, number: int = 1, step: int | None = None) -> None:
    at_s = 0.1 * number
    stream.push(TokenEvent(text, 5, number, step or number, num_rows=2, at_s=at_s))


def finish(
    stream: Stream, text: str, reason: FinishReason = FinishReason.STOP, **more: Any
) -> None:
    known = {"num_prompt_tokens": 9, "num_tokens": 2, "queue_s": 0.01}
    times = {"first_token_s": 0.1, "total_s": 0.3}
    stream.push(FinishEvent(reason, text, "", **(known | times | more)))
