"""The thread that owns the model, and the doors to it. Usable from threads and from asyncio.

Requests, cancellations and changes of adapters are left at the door; the thread takes them in
between steps. Whatever happens to a request, its stream ends with exactly one FinishEvent.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.engine import Engine
from engine.errors import EngineDead, UnknownAdapter
from engine.lora.weights import AdapterWeights
from engine.request import Event, FinishEvent, GenerationRequest
from engine.sequence import Sequence
from engine.status import AdapterInfo, EngineStatus
from engine.step_log import StepRecord
from engine.stream import Stream

logger = logging.getLogger(__name__)

CLOSED = "The engine has been shut down."
MAX_FAILURES = 3  # failed steps in a row; more would only burn more requests


class EngineWorker:
    """Runs an Engine on a thread of its own. `with EngineWorker(engine) as worker: ...`"""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._door = threading.Condition()
        self._arrivals: list[list[Sequence]] = []
        self._errands: list[Callable[[], None]] = []
        self._streams: dict[Sequence, Stream] = {}
        self._closing = False
        self._error: str | None = None
        self._thread = threading.Thread(target=self._run, name="lora-land-engine", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the thread; a second call does nothing."""
        if not self._thread.ident:
            self._thread.start()

    def close(self) -> None:
        """End the thread and every answer under way; waits until both have happened."""
        with self._door:
            self._closing = True
            self._error = self._error or CLOSED
            self._door.notify()
        if self._thread.ident:
            self._thread.join()
        else:
            self._end()

    def submit(self, request: GenerationRequest) -> Stream:
        """Queue one request.

        Raises UnknownAdapter, PromptTooLong, BadRequest, QueueFull or EngineDead; then nothing
        has been queued.
        """
        return self.submit_many([request])[0]

    def submit_many(self, requests: Iterable[GenerationRequest]) -> list[Stream]:
        """Queue several, all or none; they start in the same step if the rows suffice for all."""
        sequences = [self._engine.prepare(request) for request in requests]
        streams = [self._stream(sequence) for sequence in sequences]
        with self._door:
            self._check_alive()
            num_arriving = sum(len(group) for group in self._arrivals)
            self._engine.scheduler.check_room(len(sequences), num_arriving)
            self._arrivals.append(sequences)
            self._streams.update(zip(sequences, streams, strict=True))
            self._door.notify()
        return streams

    def load_adapter(self, adapter_id: str, folder: Path) -> AdapterInfo:
        """Read, check and load an adapter; the engine goes on meanwhile. Raises AdapterRefused.

        An adapter of the same id is replaced: answers under way end with the weights that they
        began with.
        """
        weights = self._engine.fit(adapter_id, folder)
        self._between_steps(lambda: self._engine.adapters.update({adapter_id: weights}))
        return _info(weights)

    def unload_adapter(self, adapter_id: str) -> None:
        """Take no more requests for it; its memory goes with the last answer under way."""

        def unload() -> None:
            if self._engine.adapters.pop(adapter_id, None) is None:
                raise UnknownAdapter(f"No adapter {adapter_id!r} is loaded.")

        self._between_steps(unload)

    @property
    def adapters(self) -> tuple[AdapterInfo, ...]:
        return tuple(_info(weights) for weights in tuple(self._engine.adapters.values()))

    def count_tokens(self, text: str) -> int:
        """How many tokens the prompt `text` has. Raises PromptTooLong for what cannot fit."""
        return len(self._engine.encode(text))

    def steps_since(self, step: int) -> tuple[StepRecord, ...]:
        """What the steps after number `step` did, oldest first, as far as they are remembered."""
        return self._engine.log.since(step)

    def status(self) -> EngineStatus:
        loaded, scheduler = self._engine.loaded, self._engine.scheduler
        with self._door:
            num_arriving = sum(len(group) for group in self._arrivals)
        return EngineStatus(
            alive=self._thread.is_alive() and self._error is None,
            num_running=len(scheduler.running),
            num_waiting=scheduler.num_waiting + num_arriving,
            step=self._engine.num_steps,
            kernel=loaded.kernel,
            bits=loaded.bits,
            context_length=self._engine.context_length,
            num_parameters=loaded.num_parameters,
            base_name=loaded.name,
            error=self._error,
        )

    def _stream(self, sequence: Sequence) -> Stream:
        def cancel() -> None:
            sequence.cancelled = True

        digest = None if sequence.adapter is None else sequence.adapter.digest
        return Stream(sequence.request.request_id, cancel, digest)

    def _check_alive(self) -> None:
        if self._error is not None:
            raise EngineDead(self._error)

    def _between_steps(self, errand: Callable[[], None]) -> None:
        """Run `errand` on the engine's thread and wait; what it raises is raised here."""
        done: Future[None] = Future()

        def run() -> None:
            try:
                errand()
            except Exception as error:  # noqa: BLE001 - handed to the caller
                done.set_exception(error)
            else:
                done.set_result(None)

        with self._door:
            self._check_alive()
            self._errands.append(run)
            self._door.notify()
        done.result()

    def _run(self) -> None:
        """The thread: take in, step, hand out; at the end nobody is left waiting."""
        num_failures = 0
        try:
            while self._take_in():
                try:
                    self._tell(self._engine.step())
                    num_failures = 0
                except Exception as error:  # noqa: BLE001 - told to the rows that ran
                    num_failures += 1
                    self._fail_step(error, num_failures)
        finally:
            self._end()

    def _take_in(self) -> bool:
        """Wait for work and take in whatever has arrived; False when the engine is to end."""
        with self._door:
            self._door.wait_for(self._has_reason_to_wake)
            if self._closing:
                return False
            errands, self._errands = self._errands, []
            for group in self._arrivals:
                self._engine.scheduler.add(group)
            self._arrivals = []
        for errand in errands:
            errand()
        return True

    def _has_reason_to_wake(self) -> bool:
        has_work = self._engine.scheduler.has_work
        return bool(self._closing or self._arrivals or self._errands or has_work)

    def _tell(self, events: Iterable[tuple[Sequence, Event]]) -> None:
        for sequence, event in events:
            if isinstance(event, FinishEvent):
                self._streams.pop(sequence).push(event)
            else:
                self._streams[sequence].push(event)

    def _fail_step(self, error: Exception, num_failures: int) -> None:
        """End the rows that ran in a failed step; those that wait get their turn.

        Rows that ended within the step, before it failed, hear of their own end.
        """
        logger.exception("A step of the engine failed")
        sentence = f"The engine failed on this request: {type(error).__name__}: {error}"
        self._tell(self._engine.fail(self._engine.scheduler.running, sentence))
        if num_failures >= MAX_FAILURES:
            with self._door:
                self._closing = True
                self._error = f"The engine has stopped after {num_failures} failed steps: {error}"

    def _end(self) -> None:
        with self._door:
            self._closing = True
            self._error = self._error or "The engine's thread has ended unexpectedly."
            errands, self._errands, self._arrivals = self._errands, [], []
        self._engine.scheduler.drain()
        self._tell(self._engine.take_untold())
        left = list(self._streams)
        self._tell(self._engine.fail(left, self._error))
        for errand in errands:
            errand()


def _info(weights: AdapterWeights) -> AdapterInfo:
    return AdapterInfo(
        adapter_id=weights.adapter_id,
        digest=weights.digest,
        rank=weights.rank,
        target_modules=weights.target_modules,
        num_bytes=weights.num_bytes,
    )
