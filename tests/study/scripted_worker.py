"""An engine that answers by script, for tests of figures and failures. No test here."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from adapters.files import digest
from engine.errors import PromptTooLong, QueueFull
from engine.request import FinishEvent, FinishReason, GenerationRequest


@dataclass
class ScriptedStream:
    """An answer known in advance."""

    worker: "ScriptedWorker"
    finish: FinishEvent
    is_over: bool = False

    def result(self) -> FinishEvent:
        self.cancel()
        return self.finish

    def cancel(self) -> None:
        self.worker.num_open -= not self.is_over
        self.is_over = True


@dataclass
class Loaded:
    adapter_id: str
    digest: str


class ScriptedWorker:
    """Stands in for the engine where a test is about figures or failures, not about models."""

    def __init__(self, answer: Callable[[GenerationRequest], str], room: int = 10**6) -> None:
        self.answer, self.room = answer, room
        self.adapters: tuple[Loaded, ...] = ()
        self.asked: list[GenerationRequest] = []
        self.num_open = 0
        self.most_open = 0
        self.longest = 10**9
        self.reason = FinishReason.STOP

    def load_adapter(self, adapter_id: str, folder: Path) -> Loaded:
        self.adapters += (Loaded(adapter_id, digest(folder)),)
        return self.adapters[-1]

    def submit(self, request: GenerationRequest) -> ScriptedStream:
        if self.num_open + 1 > self.room:
            raise QueueFull("The queue is full.", 1.0)
        if len(request.prompt) > self.longest:
            raise PromptTooLong("The prompt is too long.")
        self.asked.append(request)
        self.num_open += 1
        self.most_open = max(self.most_open, self.num_open)
        return ScriptedStream(self, self._finish(request))

    def _finish(self, request: GenerationRequest) -> FinishEvent:
        text = self.answer(request)
        return FinishEvent(self.reason, text, "", 1, 1, 0.0, 0.0, 0.0)
