"""The dial: one prompt under one adapter at six strengths, as six rows of one batch.

Owns the six requests and their frames. Nothing is kept: six answers are no pair that can be rated.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

from adapters.errors import LoraLandError
from app.compare import FRAMES_PER_S, ComparisonService, RunRefused
from app.frames import PaneStage, PaneState
from app.sides import Growing
from engine.request import AdapterShare, GenerationRequest, SamplingParams
from engine.worker import EngineWorker

SCALES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)


@dataclass(frozen=True)
class DialFrame:
    """Six answers at one moment, in the order of `SCALES`.

    `num_rows` is the largest batch that made one of their tokens.
    """

    states: tuple[PaneState, ...]
    num_rows: int
    is_last: bool = False


class Dial:
    """Turns adapters up and down for many visitors; call it from one event loop."""

    def __init__(self, comparisons: ComparisonService, worker: EngineWorker) -> None:
        self._comparisons = comparisons
        self._worker = worker

    async def run(
        self,
        task: str,
        fields: Mapping[str, str],
        adapter_id: str,
        sampling: SamplingParams,
    ) -> AsyncGenerator[DialFrame, None]:
        """Frames at a steady rate; closing the iterator early cancels all. Raises RunRefused."""
        answers = self._begin(task, fields, adapter_id, sampling)
        followers = [asyncio.create_task(answer.follow()) for answer in answers]
        try:
            while not all(follower.done() for follower in followers):
                yield _frame(answers)
                await asyncio.wait(followers, timeout=1 / FRAMES_PER_S)
            yield _frame(answers, is_last=True)
        finally:
            for answer, follower in zip(answers, followers, strict=True):
                answer.stream.cancel()
                follower.cancel()

    def _begin(
        self, task: str, fields: Mapping[str, str], adapter_id: str, sampling: SamplingParams
    ) -> list[Growing]:
        known = self._comparisons.tasks.get(task)
        if known is None:
            raise RunRefused(self._comparisons.why_not(task) or "There is no such task.")
        prompt, example = self._comparisons.check(known, fields), known.known(fields)
        try:
            streams = self._worker.submit_many(
                [
                    GenerationRequest(
                        prompt, sampling=sampling, mix=(AdapterShare(adapter_id, at),)
                    )
                    for at in SCALES
                ]
            )
        except LoraLandError as error:
            raise RunRefused(str(error)) from error
        waiting = PaneState(PaneStage.WAITING)
        return [Growing(stream, known.card, example, waiting) for stream in streams]


def _frame(answers: list[Growing], is_last: bool = False) -> DialFrame:
    rows = [number for answer in answers for number in answer.rows_at_step.values()]
    return DialFrame(tuple(answer.state for answer in answers), max(rows, default=0), is_last)
