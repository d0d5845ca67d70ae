"""Who answers a piece of work. Ours here; benchmarks/rivals.py holds the others."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import torch

from benchmarks.bench import Bench
from benchmarks.work import Answer, Work
from engine.request import GenerationRequest, SamplingParams, TokenEvent
from engine.stream import Stream
from engine.worker import EngineWorker


class Contestant(Protocol):
    """Answers the same work as everybody else. `held_bytes` of the device are taken by it."""

    held_bytes: int

    def answer(self, work: Work, num_threads: int) -> Answer:
        """All of `work`, as fast as possible; leaves no thread behind."""

    def close(self) -> None:
        """Give back memory."""


class Ours:
    """The engine behind its worker, as it serves. `names` are the adapters by number."""

    def __init__(
        self,
        bench: Bench,
        folders: Mapping[str, Path],
        work: Work,
        **options: int,
    ) -> None:
        before = allocated(bench.device)
        self._engine = bench.engine(folders, work, **options)
        self.held_bytes = allocated(bench.device) - before
        self._names = list(folders)
        self._num_rows = options.get("max_rows", len(work.prompts))

    def answer(self, work: Work, num_threads: int) -> Answer:
        with self.serving(work, num_threads) as worker:
            started_s = time.perf_counter()
            streams = self.submit(worker, work)
            for stream in streams:
                stream.result()
            seconds = time.perf_counter() - started_s
        return Answer(tuple(tokens_of(stream) for stream in streams), seconds)

    @contextmanager
    def serving(self, work: Work, num_threads: int) -> Iterator[EngineWorker]:
        """A worker that has just answered the first of `work`, as in a server under way."""
        with EngineWorker(self._engine, num_threads) as worker:
            for stream in self.submit(worker, work.first(self._num_rows, 1)):
                stream.result()
            yield worker

    def submit(self, worker: EngineWorker, work: Work) -> list[Stream]:
        """Hand over all of `work` at once."""
        return worker.submit_many(self._request(work, row) for row in range(len(work.prompts)))

    def close(self) -> None:
        del self._engine

    def _request(self, work: Work, row: int) -> GenerationRequest:
        sampling = SamplingParams(max_tokens=work.num_new_tokens, ignore_eos=True)
        number = work.adapters[row]
        name = None if number is None else self._names[number]
        return GenerationRequest(work.prompts[row], name, sampling)


def tokens_of(stream: Stream) -> tuple[int, ...]:
    """The tokens of a stream, once it has ended."""
    return tuple(event.token_id for event in stream if isinstance(event, TokenEvent))


def allocated(device: torch.device) -> int:
    """Bytes that tensors take on a GPU; 0 on a processor, where nobody counts them."""
    return torch.cuda.memory_allocated(device) if device.type == "cuda" else 0
