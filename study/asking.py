"""Puts questions to the engine, a bounded number at a time, and yields the answers in order.

Knows the engine's streams; knows no metric and no ring.
"""

from collections import deque
from collections.abc import Generator, Iterable

from adapters.errors import LoraLandError
from engine.errors import PromptTooLong, QueueFull
from engine.request import FinishEvent, FinishReason
from engine.stream import Stream
from engine.worker import EngineWorker
from study.contestants import Question


class EvaluationFailed(LoraLandError):
    """A task cannot be evaluated, or the engine failed on the way; shown in the terminal."""


def answers(
    worker: EngineWorker, questions: Iterable[Question], max_in_flight: int
) -> Generator[tuple[Question, str | None]]:
    """(question, answer) in the questions' order, each as soon as it and those before are answered.

    An answer is None where the prompt is too long for the base (worked examples may be). Closing
    the generator frees the rows that are still in the engine. Raises EvaluationFailed, QueueFull.
    """
    in_flight: deque[tuple[Question, Stream | None]] = deque()
    try:
        for question in questions:
            while not _ask(worker, question, in_flight):
                yield _first(in_flight)
            if len(in_flight) >= max_in_flight:
                yield _first(in_flight)
        while in_flight:
            yield _first(in_flight)
    finally:
        for _, stream in in_flight:
            if stream is not None:
                stream.cancel()


def _ask(
    worker: EngineWorker, question: Question, in_flight: deque[tuple[Question, Stream | None]]
) -> bool:
    """Hand the question over; False if the queue is full and answers of ours will free it."""
    try:
        in_flight.append((question, worker.submit(question.request())))
    except PromptTooLong:
        in_flight.append((question, None))
    except QueueFull:
        if not in_flight:
            raise
        return False
    return True


def _first(in_flight: deque[tuple[Question, Stream | None]]) -> tuple[Question, str | None]:
    """Wait for the question that was asked first; it stays in flight unless it is answered."""
    question, stream = in_flight[0]
    text = None if stream is None else _text(stream.result(), question)
    in_flight.popleft()
    return question, text


def _text(finish: FinishEvent, question: Question) -> str:
    if finish.reason in (FinishReason.ERROR, FinishReason.CANCELLED):
        raise EvaluationFailed(
            f"The engine gave up on the held-out example {question.example.example_id} of "
            f"{question.card.task}. {finish.error or ''}".rstrip()
        )
    return finish.text
