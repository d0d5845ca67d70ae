"""The scores that the LoRA Land paper reports: 31 tasks by twelve models, read and checked.

Owns the figures in `literature/`. Knows nothing of our own adapters: theirs are in scores.py, and
the two are never mixed.
"""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import groupby
from pathlib import Path
from statistics import mean
from types import MappingProxyType

LITERATURE = Path(__file__).resolve().parent / "literature"
SCORES_FILE = LITERATURE / "lora_land_scores.csv"
TASKS_FILE = LITERATURE / "lora_land_tasks.csv"
GPT_4 = "gpt-4"
PRINTED_MEANS: Mapping[str, Decimal] = MappingProxyType(
    {
        name: Decimal(printed)
        for name, printed in (
            ("phi-2", "0.677"),
            ("gemma-2b", "0.657"),
            ("gemma-2b-it", "0.645"),
            ("gemma-7b", "0.645"),
            ("gemma-7b-it", "0.656"),
            ("llama-2-7b", "0.696"),
            ("llama-2-7b-chat", "0.708"),
            ("mistral-7b", "0.732"),
            ("mistral-7b-instruct", "0.724"),
            ("zephyr-7b-beta", "0.742"),
            ("gpt-3.5-turbo", "0.599"),
            (GPT_4, "0.661"),
        )
    }
)
"""What the paper prints as each model's average over the tasks: not always that of its figures."""


@dataclass(frozen=True)
class Reported:
    """A model's scores at one task, exactly as printed; GPT was not fine-tuned."""

    base: Decimal
    fine_tuned: Decimal | None

    @property
    def final(self) -> Decimal:
        """The score after whatever was done to the model."""
        return self.base if self.fine_tuned is None else self.fine_tuned


@dataclass(frozen=True)
class PaperTask:
    """A task with the scores of all models. None is a number of rows that the paper does not give.

    `kind` and `metric` are the paper's words.
    """

    name: str
    kind: str
    metric: str
    dataset: str
    train_rows: int | None
    validation_rows: int | None
    test_rows: int | None
    evaluated_on: str
    scores: Mapping[str, Reported]

    @property
    def gpt_4(self) -> Decimal:
        return self.scores[GPT_4].base


@dataclass(frozen=True)
class Paper:
    """All figures, tasks and models in the paper's order."""

    tasks: tuple[PaperTask, ...]
    bases: tuple[str, ...]
    references: tuple[str, ...]

    @property
    def models(self) -> tuple[str, ...]:
        return self.bases + self.references

    def mean(self, figure: Callable[[PaperTask], Decimal]) -> Decimal:
        """The plain mean over the tasks, whatever their metrics: the paper's own way."""
        return mean(figure(task) for task in self.tasks)


@cache
def load_paper(scores: Path = SCORES_FILE, tasks: Path = TASKS_FILE) -> Paper:
    """Raises ValueError for figures that are no shares, are missing, or contradict each other."""
    described = {row["task"]: row for row in _rows(tasks)}
    by_task = groupby(_rows(scores), key=lambda row: row["task"])
    read = tuple(_task(name, list(rows), described[name]) for name, rows in by_task)
    first = read[0].scores
    for task in read:
        if task.scores.keys() != first.keys():
            raise ValueError(f"The models of {task.name!r} are not those of {read[0].name!r}.")
    return Paper(
        read,
        bases=tuple(name for name, one in first.items() if one.fine_tuned is not None),
        references=tuple(name for name, one in first.items() if one.fine_tuned is None),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _task(name: str, rows: list[dict[str, str]], described: Mapping[str, str]) -> PaperTask:
    words = {(row["category"], row["metric"]) for row in rows}
    if len(words) != 1 or len({row["model"] for row in rows}) != len(rows):
        raise ValueError(f"The task {name!r} has two kinds, two metrics, or a model twice.")
    kind, metric = words.pop()
    return PaperTask(
        name=name,
        kind=kind,
        metric=metric,
        dataset=described["dataset"],
        train_rows=_count(described["train_rows"]),
        validation_rows=_count(described["validation_rows"]),
        test_rows=_count(described["test_rows"]),
        evaluated_on=described["evaluated_on"],
        scores=MappingProxyType({row["model"]: _reported(row) for row in rows}),
    )


def _count(text: str) -> int | None:
    return int(text) if text else None


def _reported(row: Mapping[str, str]) -> Reported:
    where = f"The score of {row['model']!r} at {row['task']!r}"
    base = Decimal(row["base"])
    fine_tuned = Decimal(row["fine_tuned"]) if row["fine_tuned"] else None
    for score in (base, fine_tuned):
        if score is not None and not 0 <= score <= 1:
            raise ValueError(f"{where} is {score}, not a share of one.")
    if fine_tuned is not None and fine_tuned - base != Decimal(row["lift"]):
        raise ValueError(f"{where} rose by {fine_tuned - base}, but {row['lift']} is printed.")
    return Reported(base, fine_tuned)
