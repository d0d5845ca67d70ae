"""The thread that owns the model, and the doors to it. Usable from threads and from asyncio.

Requests, cancellations, changes of adapters and what the loaders have brought are left at the door;
the thread takes them in between steps. Whatever happens to a request, its stream ends with exactly
one FinishEvent.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

import torch

from engine.engine import Engine
from engine.errors import EngineDead
from engine.in_flight import InFlight, Watcher
from engine.lora.recipe import Adapter
from engine.request import GenerationRequest
from engine.sequence import Sequence
from engine.status import AdapterInfo, EngineStatus
from engine.step_log import StepRecord
from engine.stream import Stream
from engine.vocabulary import Vocabulary

logger = logging.getLogger(__name__)

CLOSED = "The engine has been shut down."
MAX_FAILURES = 3  # failed steps in a row; more would only burn more requests
NUM_LOADERS = 4  # adapters that are read at once; one on a slow disk must not hold up the others


class EngineWorker:
    """Runs an Engine on a thread of its own. `with EngineWorker(engine) as worker: ...`

    On a CPU it computes with `num_threads`; None is what suits the base.
    """

    def __init__(self, engine: Engine, num_threads: int | None = None) -> None:
        self._engine = engine
        self._num_threads = num_threads or engine.loaded.num_threads
        self._door = threading.Condition()
        self._arrivals: list[list[Sequence]] = []
        self._errands: list[Callable[[], None]] = []
        self._in_flight = InFlight()
        self._stirred = False
        self._closing = False
        self._error: str | None = None
        self._loaders = ThreadPoolExecutor(
            NUM_LOADERS, "lora-land-loader", initializer=torch.set_num_threads, initargs=(1,)
        )
        engine.tiers.loads.run_on(self._loaders, self._stir)
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
            self._in_flight.add(dict(zip(sequences, streams, strict=True)))
            self._door.notify()
        return streams

    def load_adapter(self, adapter_id: str, folder: Path) -> AdapterInfo:
        """Read, check and register an adapter; the engine goes on meanwhile. Raises AdapterRefused.

        It stays in RAM while there is room, and goes to the device when a request needs it. An
        adapter of the same id is replaced: answers under way end with the weights that they began
        with. The folder must stay: what has left the RAM is read from it again.
        """
        adapter, weights = self._engine.tiers.read(adapter_id, folder)
        self._between_steps(lambda: self._engine.adapters.register(adapter, weights))
        return self._info(adapter, num_requests=0)

    def unload_adapter(self, adapter_id: str) -> Future[None]:
        """Take no more requests for it; raises UnknownAdapter.

        Answers under way go on. The future is done once the last has ended and the memory is free.
        """
        freed: Future[None] = Future()
        freed.set_running_or_notify_cancel()  # so that nobody can cancel it under the engine
        self._between_steps(
            lambda: self._engine.adapters.unload(adapter_id, lambda: freed.set_result(None))
        )
        return freed

    @property
    def adapters(self) -> tuple[AdapterInfo, ...]:
        in_flight = [s.adapter for s in self._in_flight.sequences if s.adapter]
        users = Counter(part.digest for adapter in in_flight for part in adapter.adapters)
        known = tuple(self._engine.adapters.known.values())
        return tuple(self._info(adapter, users[adapter.digest]) for adapter in known)

    def watch(self, watcher: Watcher) -> None:
        """From now on have `watcher` told how each request ended, before its stream says so."""
        self._in_flight.watch(watcher)

    @property
    def vocabulary(self) -> Vocabulary:
        """Text to tokens and back, from any thread."""
        return self._engine.loaded.vocabulary

    def count_tokens(self, text: str) -> int:
        """How many tokens the prompt `text` has. Raises PromptTooLong for what cannot fit."""
        return len(self._engine.encode(text))

    def steps_since(self, step: int) -> tuple[StepRecord, ...]:
        """What the steps after number `step` did, oldest first, as far as they are remembered."""
        return self._engine.log.since(step)

    def status(self) -> EngineStatus:
        engine, loaded, scheduler = self._engine, self._engine.loaded, self._engine.scheduler
        with self._door:
            num_arriving = sum(len(group) for group in self._arrivals)
        return EngineStatus(
            alive=self._thread.is_alive() and self._error is None,
            num_running=len(scheduler.running),
            num_waiting=scheduler.num_waiting + num_arriving,
            step=engine.num_steps,
            kernel=loaded.kernel,
            bits=loaded.bits,
            context_length=engine.context_length,
            num_parameters=loaded.num_parameters,
            base_name=loaded.name,
            error=self._error,
            device=loaded.device.type,
            num_threads=self._num_threads,
            max_rows=engine.options.max_rows,
            max_waiting=engine.options.max_waiting,
            num_refused=scheduler.num_refused,
            kv=scheduler.kv_use,
            cache_bytes=engine.cache_bytes,
            slots=scheduler.slots.use,
            host=engine.tiers.host.use,
            totals=engine.log.totals,
        )

    def _stream(self, sequence: Sequence) -> Stream:
        def cancel() -> None:
            sequence.cancelled = True
            self._stir()

        adapter = sequence.adapter
        names = () if adapter is None else (adapter.digest, adapter.adapter_id)
        return Stream(sequence.request.request_id, cancel, *names)

    def _info(self, adapter: Adapter, num_requests: int) -> AdapterInfo:
        return AdapterInfo(
            adapter_id=adapter.adapter_id,
            digest=adapter.digest,
            rank=adapter.rank,
            target_modules=adapter.target_modules,
            num_bytes=adapter.num_bytes,
            tier=self._engine.tiers.tier(adapter.digest),
            num_requests=num_requests,
            last_used_s=self._engine.adapters.last_used_s(adapter.digest),
        )

    def _check_alive(self) -> None:
        if self._error is not None:
            raise EngineDead(self._error)

    def _stir(self) -> None:
        """Have the thread look again, though nothing runs; from any thread."""
        with self._door:
            self._stirred = True
            self._door.notify()

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
        torch.set_num_threads(self._num_threads)
        num_failures = 0
        try:
            while self._take_in():
                try:
                    self._in_flight.tell(self._engine.step())
                    num_failures = 0
                    self._check_if_idle()
                except Exception as error:  # noqa: BLE001 - told to the rows that ran
                    num_failures += 1
                    self._fail_step(error, num_failures)
        finally:
            self._end()

    def _take_in(self) -> bool:
        """Wait for work and take in whatever has arrived; False when the engine is to end."""
        with self._door:
            self._door.wait_for(self._has_reason_to_wake, self._engine.scheduler.patience_s)
            if self._closing:
                return False
            self._stirred = False
            errands, self._errands = self._errands, []
            for group in self._arrivals:
                self._engine.scheduler.add(group)
            self._arrivals = []
        for errand in errands:
            errand()
        return True

    def _has_reason_to_wake(self) -> bool:
        at_the_door = self._arrivals or self._errands
        is_stirred = self._stirred and self._engine.has_work
        can_go_on = self._engine.scheduler.can_go_on
        return bool(self._closing or at_the_door or is_stirred or can_go_on)

    def _check_if_idle(self) -> None:
        """Nobody waits for the books to be checked while nothing else is to be done."""
        if not self._engine.has_work:
            for fault in self._engine.adapters.faults():
                logger.error("The engine's books are wrong, please report it: %s", fault)

    def _fail_step(self, error: Exception, num_failures: int) -> None:
        """End the rows that ran in a failed step; those that wait get their turn.

        Rows that ended within the step, before it failed, hear of their own end.
        """
        logger.exception("A step of the engine failed")
        sentence = f"The engine failed on this request: {type(error).__name__}: {error}"
        self._in_flight.tell(self._engine.fail(self._engine.scheduler.running, sentence))
        if num_failures >= MAX_FAILURES:
            with self._door:
                self._closing = True
                self._error = f"The engine has stopped after {num_failures} failed steps: {error}"

    def _end(self) -> None:
        with self._door:
            self._closing = True
            self._error = self._error or "The engine's thread has ended unexpectedly."
            errands, self._errands, self._arrivals = self._errands, [], []
        self._loaders.shutdown(wait=False, cancel_futures=True)
        self._engine.scheduler.drop_waiting(lambda _: True)
        self._in_flight.tell(self._engine.take_untold())
        left = self._in_flight.sequences
        self._in_flight.tell(self._engine.fail(left, self._error))
        self._engine.adapters.end()
        for errand in errands:
            errand()
