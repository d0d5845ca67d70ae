"""Is the adapter better than its base? Contestants answer held-out examples, through the engine.

Owns which examples are asked of whom and how answers become figures. The questions of all tasks
take turns, so that every batch holds many adapters, as when many visitors come at once. Decoding
is greedy; the figures are means of the cards' strict metrics, lenient ones beside them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from pathlib import Path
from statistics import fmean

from adapters.card import Card, Example
from adapters.catalog import GENERALIST, Catalog, Entry
from adapters.files import digest
from adapters.heldout import load_visitors
from adapters.metrics import Mark, mark
from adapters.provenance import refuse_other_base, trained_base
from adapters.scores import RING_NAMES, RING_OF_PREFIX
from engine.worker import EngineWorker
from study.asking import EvaluationFailed, answers
from study.contestants import Contestant, Question

Progress = Callable[[int, int], None]
"""Called with (questions answered, questions in all) after each answer."""

VISITORS = Path(__file__).parents[1] / "tests" / "visitors"
"""The third ring, in a clone of the repository; an installed package has none."""
NOTHING = Mark(0.0, 0.0, None)
"""What a contestant gets for a question that does not fit into the base's context."""


@dataclass(frozen=True)
class Marked:
    """One held-out example with everybody's answers and marks."""

    example: Example
    texts: Mapping[Contestant, str] = field(default_factory=dict)
    marks: Mapping[Contestant, Mark] = field(default_factory=dict)

    @property
    def ring(self) -> int:
        """1, 2 or 3; see adapters.heldout."""
        return RING_OF_PREFIX.get(_prefix(self.example), 1)


@dataclass(frozen=True)
class TaskResult:
    """All marks of one task, ring by ring in the order of its files."""

    task: str
    card: Card
    weights_digest: str
    marked: tuple[Marked, ...]

    def scores(self, contestant: Contestant, ring: int = 1) -> list[float]:
        """The strict scores in one ring; empty if the contestant or the ring was not asked."""
        asked = (one for one in self.marked if one.ring == ring)
        return [one.marks[contestant].score for one in asked if contestant in one.marks]

    def mean(self, contestant: Contestant, ring: int = 1) -> float | None:
        scores = self.scores(contestant, ring)
        return fmean(scores) if scores else None

    def lenient(self, contestant: Contestant) -> float | None:
        """The mean lenient score in the first ring."""
        asked = (one for one in self.marked if one.ring == 1 and contestant in one.marks)
        scores = [one.marks[contestant].lenient for one in asked]
        return fmean(scores) if scores else None

    def kinds(self) -> dict[str, tuple[Marked, ...]]:
        """The marks apart for each kind of example, under the names of RING_NAMES."""
        found = {
            name: tuple(one for one in self.marked if _prefix(one.example) == prefix)
            for prefix, name in RING_NAMES.items()
        }
        return {name: marked for name, marked in found.items() if marked}


def evaluate(
    worker: EngineWorker,
    catalog: Catalog,
    tasks: Sequence[str] = (),
    *,
    rings: Sequence[int] = (1,),
    contestants: Sequence[Contestant] = (Contestant.ADAPTER, Contestant.BASE),
    visitors: Path | None = None,
    limit: int | None = None,
    max_in_flight: int = 64,
    on_progress: Progress | None = None,
) -> tuple[TaskResult, ...]:
    """Ask each contestant every held-out example of the rings (or each ring's first `limit`).

    No task named means all tasks that have an adapter. `visitors` is the folder of ring 3. Adapters
    that the worker lacks are loaded under their task's name. Raises EvaluationFailed, BadCard,
    AdapterRefused, and the engine's errors.
    """
    entries = _chosen(catalog, tasks)
    examples = {t: _examples(e, rings, visitors, limit) for t, e in entries.items()}
    digests = {task: _load(worker, catalog, task) for task in entries}
    if Contestant.GENERALIST in contestants:
        _load_folder(worker, catalog, GENERALIST, catalog.folder_of(GENERALIST))
    questions = [
        Question(card, example, contestant)
        for card, example in _interleaved(entries, examples)
        for contestant in contestants
    ]
    given: dict[tuple[str, str], dict[Contestant, str | None]] = {}
    with closing(answers(worker, questions, max_in_flight)) as asking:
        for num_done, (question, text) in enumerate(asking, 1):
            key = (question.card.task, question.example.example_id)
            given.setdefault(key, {})[question.contestant] = text
            if on_progress is not None:
                on_progress(num_done, len(questions))
    return tuple(
        TaskResult(
            task,
            entry.card,
            digests[task],
            tuple(
                _marked(entry.card, example, given[task, example.example_id])
                for example in examples[task]
            ),
        )
        for task, entry in entries.items()
    )


def measure(
    worker: EngineWorker,
    catalog: Catalog,
    tasks: Sequence[str] = (),
    rings: Sequence[int] = (1, 2, 3),
    limit: int | None = None,
    on_progress: Progress | None = None,
) -> tuple[TaskResult, ...]:
    """`evaluate` with everybody who can be asked, ring 3 where the repository is at hand."""
    everybody: list[Contestant] = [who for who in Contestant if who != Contestant.GENERALIST]
    generalist = catalog.folder_of(GENERALIST)
    if generalist is not None and trained_base(generalist) == catalog.base_digest:
        everybody.append(Contestant.GENERALIST)
    return evaluate(
        worker,
        catalog,
        tasks,
        rings=rings,
        contestants=everybody,
        visitors=VISITORS,
        limit=limit,
        on_progress=on_progress,
    )


def _marked(card: Card, example: Example, texts: Mapping[Contestant, str | None]) -> Marked:
    said = {who: text for who, text in texts.items() if text is not None}
    marks = {who: mark(card, example, text) for who, text in said.items()}
    return Marked(example, said, dict.fromkeys(texts, NOTHING) | marks)


def _prefix(example: Example) -> str:
    return example.example_id.rpartition("-")[0] + "-"


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


def _examples(
    entry: Entry, rings: Sequence[int], visitors: Path | None, limit: int | None
) -> tuple[Example, ...]:
    """The examples of the rings, in their order; a ring that is not there is left out."""
    readers: dict[int, Callable[[], tuple[Example, ...]]] = {
        1: entry.heldout,
        2: entry.written,
        3: lambda: _typed(entry.card, visitors),
    }
    chosen = tuple(chain.from_iterable(readers[ring]()[:limit] for ring in rings))
    if not chosen:
        raise EvaluationFailed(
            f"The task {entry.card.task} has no held-out examples to evaluate on."
        )
    return chosen


def _typed(card: Card, visitors: Path | None) -> tuple[Example, ...]:
    path = None if visitors is None else visitors / f"{card.task}.toml"
    return load_visitors(path) if path is not None and path.is_file() else ()


def _load(worker: EngineWorker, catalog: Catalog, task: str) -> str:
    return _load_folder(worker, catalog, task, catalog.entries[task].folder)


def _load_folder(worker: EngineWorker, catalog: Catalog, name: str, folder: Path | None) -> str:
    """Make sure that the worker serves exactly the folder's weights; returns their digest."""
    if folder is None:
        raise EvaluationFailed(f"There is no adapter {name!r} yet; tune one first.")
    refuse_other_base(folder, catalog.base_digest)
    wanted = digest(folder)
    loaded = {info.adapter_id: info.digest for info in worker.adapters}
    if name not in loaded:
        loaded[name] = worker.load_adapter(name, folder).digest
    if loaded[name] != wanted:
        raise EvaluationFailed(
            f"The engine serves other weights under the name {name} than those in {folder}."
        )
    return wanted


def _interleaved(
    entries: dict[str, Entry], examples: dict[str, tuple[Example, ...]]
) -> Iterator[tuple[Card, Example]]:
    """One example of each task in turn, so that every batch holds many adapters."""
    columns = [[(entries[task].card, ex) for ex in asked] for task, asked in examples.items()]
    rounds = chain.from_iterable(zip_longest(*columns))
    return (question for question in rounds if question is not None)
