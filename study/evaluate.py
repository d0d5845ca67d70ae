"""Is the adapter better than its base? Both answer every held-out example, through the engine.

Owns what is asked and how answers become figures. Adapter and base rows of all tasks share the
engine's batches, as they do when visitors ask. Decoding is greedy: the same weights on the same
kernel give the same figures.
"""

import json
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain, zip_longest
from pathlib import Path
from statistics import fmean
from typing import Any

from adapters.card import Card, Example
from adapters.catalog import Catalog, Entry, digest_base
from adapters.errors import LoraLandError
from adapters.files import digest
from adapters.metrics import mark
from adapters.provenance import TRAINING_FILE, refuse_other_base
from adapters.scores import RING_NAMES, Ring, Scores, save_scores
from engine.errors import QueueFull
from engine.request import FinishEvent, FinishReason, GenerationRequest, SamplingParams
from engine.stream import Stream
from engine.worker import EngineWorker

Progress = Callable[[int, int], None]
"""Called with (examples done, examples in all) after each example."""


class EvaluationFailed(LoraLandError):
    """A task cannot be evaluated, or the engine failed on the way; shown in the terminal."""


@dataclass(frozen=True)
class Marked:
    """One held-out example with both answers and their marks (0.0 to 1.0)."""

    example: Example
    adapter_text: str
    base_text: str
    adapter_score: float
    base_score: float


@dataclass(frozen=True)
class TaskResult:
    """All marks of one task, in the order of its held-out file."""

    task: str
    metric: str
    weights_digest: str
    marked: tuple[Marked, ...]

    @property
    def adapter(self) -> float:
        return fmean(mark.adapter_score for mark in self.marked)

    @property
    def base(self) -> float:
        return fmean(mark.base_score for mark in self.marked)

    @property
    def num_examples(self) -> int:
        return len(self.marked)

    @property
    def rings(self) -> tuple[Ring, ...]:
        """The figures apart for each kind of example, in the order of RING_NAMES."""
        kinds = {
            name: [mark for mark in self.marked if mark.example.example_id.startswith(prefix)]
            for prefix, name in RING_NAMES.items()
        }
        return tuple(
            Ring(
                name,
                round(fmean(mark.base_score for mark in marks), 4),
                round(fmean(mark.adapter_score for mark in marks), 4),
                len(marks),
            )
            for name, marks in kinds.items()
            if marks
        )


@dataclass(frozen=True)
class _Asked:
    """An example whose two rows are in the engine."""

    card: Card
    example: Example
    adapter: Stream
    base: Stream

    def cancel(self) -> None:
        self.adapter.cancel()
        self.base.cancel()


def evaluate(
    worker: EngineWorker,
    catalog: Catalog,
    tasks: Sequence[str] = (),
    *,
    limit: int | None = None,
    max_in_flight: int = 32,
    on_progress: Progress | None = None,
) -> tuple[TaskResult, ...]:
    """Asks adapter and base every held-out example (or each task's first `limit`).

    No task named means all tasks that have an adapter. At most `max_in_flight` examples, two rows
    each, are in the engine at a time. Adapters that the worker lacks are loaded under their task's
    name. Raises EvaluationFailed, BadCard, AdapterRefused, and the engine's errors.
    """
    entries = _chosen(catalog, tasks)
    digests = {task: _load(worker, catalog, task) for task in entries}
    questions = {task: entry.heldout()[:limit] for task, entry in entries.items()}
    for task, examples in questions.items():
        if not examples:
            raise EvaluationFailed(f"The task {task} has no held-out examples to evaluate on.")
    marks: dict[str, list[Marked]] = {task: [] for task in entries}
    num_all = sum(map(len, questions.values()))
    asking = _ask_all(worker, _interleaved(entries, questions), max_in_flight)
    with closing(asking):  # an interruption frees the rows that are still in the engine
        for num_done, (task, marked) in enumerate(asking, 1):
            marks[task].append(marked)
            if on_progress is not None:
                on_progress(num_done, num_all)
    return tuple(
        TaskResult(task, entry.card.metric, digests[task], tuple(marks[task]))
        for task, entry in entries.items()
    )


def report(results: Sequence[TaskResult]) -> dict[str, list[dict[str, Any]]]:
    """The figures as a JSON object; shares are rounded to four places."""
    return {
        "tasks": [
            {
                "task": result.task,
                "metric": result.metric,
                "base": round(result.base, 4),
                "adapter": round(result.adapter, 4),
                "num_examples": result.num_examples,
                "rings": [asdict(ring) for ring in result.rings],
            }
            for result in results
        ]
    }


def write_scores(
    results: Sequence[TaskResult], catalog: Catalog, base: Path, seed: int | None = None
) -> tuple[Path, ...]:
    """Writes scores.json beside each adapter's weights and returns the folders.

    `base` is the folder of the base that answered. `seed` is that of the adapters' training; None
    reads it from the training.json beside the weights. Raises EvaluationFailed, before anything is
    written, unless all held-out examples were asked and the seed is known.
    """
    folders = [_folder_to_score(result, catalog) for result in results]
    seeds = [_seed_of_training(folder) if seed is None else seed for folder in folders]
    base_digest, today = digest_base(base), datetime.now(UTC).date().isoformat()
    for result, folder, trained_from in zip(results, folders, seeds, strict=True):
        scores = Scores(
            task=result.task,
            metric=result.metric,
            base=round(result.base, 4),
            adapter=round(result.adapter, 4),
            num_examples=result.num_examples,
            date=today,
            seed=trained_from,
            weights_digest=result.weights_digest,
            base_digest=base_digest,
            rings=result.rings,
        )
        try:
            save_scores(folder, scores)
        except OSError as error:
            raise EvaluationFailed(f"The scores cannot be written to {folder}: {error}.") from error
    return tuple(folders)


def _folder_to_score(result: TaskResult, catalog: Catalog) -> Path:
    entry = catalog.entries[result.task]
    if result.num_examples != len(entry.heldout()):
        raise EvaluationFailed(
            f"Only {result.num_examples} of the {len(entry.heldout())} held-out examples of "
            f"{result.task} were asked; scores are written for all of them only."
        )
    assert entry.folder is not None, "a task without adapter has no result"
    return entry.folder


def _seed_of_training(folder: Path) -> int:
    try:
        record = json.loads((folder / TRAINING_FILE).read_text(encoding="utf-8"))
        return int(record["options"]["seed"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise EvaluationFailed(
            f"The seed of the training is not in {folder / TRAINING_FILE}; please give it."
        ) from error


def _chosen(catalog: Catalog, tasks: Sequence[str]) -> dict[str, Entry]:
    for task in tasks:
        if task not in catalog.entries:
            known = ", ".join(catalog.entries)
            raise EvaluationFailed(f"There is no task {task!r}; there is {known}.")
        if catalog.entries[task].folder is None:
            raise EvaluationFailed(f"The task {task} has no adapter yet; tune one first.")
    chosen = {
        task: entry
        for task, entry in catalog.entries.items()
        if task in tasks or (not tasks and entry.folder is not None)
    }
    if not chosen:
        raise EvaluationFailed(f"No task of the profile {catalog.profile.name} has an adapter yet.")
    return chosen


def _load(worker: EngineWorker, catalog: Catalog, task: str) -> str:
    """Makes sure that the worker serves exactly the task's weights; returns their digest."""
    folder = catalog.entries[task].folder
    assert folder is not None
    refuse_other_base(folder, catalog.base_digest)
    wanted = digest(folder)
    loaded = {info.adapter_id: info.digest for info in worker.adapters}
    if task not in loaded:
        loaded[task] = worker.load_adapter(task, folder).digest
    if loaded[task] != wanted:
        raise EvaluationFailed(
            f"The engine serves other weights under the name {task} than those in {folder}."
        )
    return wanted


def _interleaved(
    entries: dict[str, Entry], questions: dict[str, tuple[Example, ...]]
) -> Iterator[tuple[Card, Example]]:
    """One example of each task in turn, so that every batch holds many adapters."""
    columns = [[(entries[task].card, ex) for ex in asked] for task, asked in questions.items()]
    rounds = chain.from_iterable(zip_longest(*columns))
    return (question for question in rounds if question is not None)


def _ask_all(
    worker: EngineWorker, questions: Iterator[tuple[Card, Example]], max_in_flight: int
) -> Generator[tuple[str, Marked]]:
    """Marks in the order of the questions, each as soon as it and those before it are answered."""
    in_flight: deque[_Asked] = deque()
    try:
        for card, example in questions:
            while (asked := _ask(worker, card, example, alone=not in_flight)) is None:
                yield _first_marked(in_flight)
            in_flight.append(asked)
            if len(in_flight) >= max_in_flight:
                yield _first_marked(in_flight)
        while in_flight:
            yield _first_marked(in_flight)
    finally:
        for asked in in_flight:
            asked.cancel()


def _ask(worker: EngineWorker, card: Card, example: Example, *, alone: bool) -> _Asked | None:
    """Hands both rows to the engine; None if its queue is full and answers of ours will free it."""
    sampling = SamplingParams(temperature=0.0, max_tokens=card.max_tokens, stop=card.stop)
    prompt = card.prompt(example.fields)
    rows = [GenerationRequest(prompt, adapter, sampling) for adapter in (card.task, None)]
    try:
        adapter, base = worker.submit_many(rows)
    except QueueFull:
        if alone:
            raise
        return None
    return _Asked(card, example, adapter, base)


def _first_marked(in_flight: deque[_Asked]) -> tuple[str, Marked]:
    """Waits for the example that was asked first; it stays in flight unless both rows are well."""
    asked = in_flight[0]
    card, example = asked.card, asked.example
    texts = [_text(stream.result(), card.task) for stream in (asked.adapter, asked.base)]
    marks = [mark(card, example, text).score for text in texts]
    in_flight.popleft()
    return card.task, Marked(example, texts[0], texts[1], marks[0], marks[1])


def _text(finish: FinishEvent, task: str) -> str:
    if finish.reason in (FinishReason.ERROR, FinishReason.CANCELLED):
        raise EvaluationFailed(
            f"The engine gave up on a held-out example of {task}. {finish.error or ''}".rstrip()
        )
    return finish.text
