"""Results as figures: rows for programs, and scores.json beside the weights.

Knows no engine. Shares are rounded to four places.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from typing import Any

from adapters.catalog import Catalog, digest_base
from adapters.provenance import TRAINING_FILE, training_record
from adapters.scores import Ring, Scores, save_scores
from study.asking import EvaluationFailed
from study.baselines import Baselines
from study.contestants import Contestant
from study.copying import share_copied
from study.evaluate import Marked, TaskResult
from study.intervals import lift_interval
from study.kept import keep_answers


def row(result: TaskResult, baselines: Baselines | None = None) -> dict[str, Any]:
    """One task's figures; None is what was not measured."""
    ours, theirs = result.scores(Contestant.ADAPTER), result.scores(Contestant.BASE)
    low, high = lift_interval(ours, theirs) if ours and theirs else (None, None)
    figures: dict[str, Any] = {
        "base": result.mean(Contestant.BASE),
        "base_three_shot": result.mean(Contestant.BASE_THREE_SHOT),
        "generalist": result.mean(Contestant.GENERALIST),
        "adapter": result.mean(Contestant.ADAPTER),
        "low": low,
        "high": high,
        "ring2": result.mean(Contestant.ADAPTER, ring=2),
        "ring3": result.mean(Contestant.ADAPTER, ring=3),
        "copied": share_copied(result.card, [one for one in result.marked if one.ring == 1]),
        "base_lenient": result.lenient(Contestant.BASE),
        "adapter_lenient": result.lenient(Contestant.ADAPTER),
        "majority": baselines and baselines.majority,
        "copy_input": baselines and baselines.copy_input,
        "bag_of_words": baselines and baselines.bag_of_words,
    }
    return {
        "task": result.task,
        "metric": result.card.metric,
        **{name: _rounded(value) for name, value in figures.items()},
        "num_examples": len(ours) or len(result.marked),
        "rings": [_ring(name, marked) for name, marked in result.kinds().items()],
    }


def report(
    results: Sequence[TaskResult], baselines: Mapping[str, Baselines] | None = None
) -> dict[str, list[dict[str, Any]]]:
    """The figures of all tasks as a JSON object."""
    return {"tasks": [row(result, (baselines or {}).get(result.task)) for result in results]}


def write_scores(
    results: Sequence[TaskResult],
    catalog: Catalog,
    base: Path,
    baselines: Mapping[str, Baselines] | None = None,
) -> tuple[Path, ...]:
    """Write scores.json and the kept answers beside each adapter's weights; returns the folders.

    `base` is the folder of the base that answered. Raises EvaluationFailed, before anything is
    written, unless all held-out examples were asked and the seed of the training is known.
    """
    folders = [_folder_to_score(result, catalog) for result in results]
    seeds = [_seed_of_training(folder) for folder in folders]
    base_digest, today = digest_base(base), datetime.now(UTC).date().isoformat()
    for result, folder, seed in zip(results, folders, seeds, strict=True):
        figures = row(result, (baselines or {}).get(result.task))
        rings = tuple(Ring(**ring) for ring in figures.pop("rings"))
        scores = Scores(
            **figures,
            rings=rings,
            date=today,
            seed=seed,
            weights_digest=result.weights_digest,
            base_digest=base_digest,
        )
        try:
            save_scores(folder, scores)
            keep_answers(result, folder)
        except OSError as error:
            raise EvaluationFailed(f"The scores cannot be written to {folder}: {error}.") from error
    return tuple(folders)


def _ring(name: str, marked: Sequence[Marked]) -> dict[str, Any]:
    def mean(contestant: Contestant) -> float:
        return round(fmean(one.marks[contestant].score for one in marked), 4)

    return {
        "name": name,
        "base": mean(Contestant.BASE),
        "adapter": mean(Contestant.ADAPTER),
        "num_examples": len(marked),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _folder_to_score(result: TaskResult, catalog: Catalog) -> Path:
    entry = catalog.entries[result.task]
    num_asked, num_all = len(result.scores(Contestant.ADAPTER)), len(entry.heldout())
    if num_asked != num_all:
        raise EvaluationFailed(
            f"Only {num_asked} of the {num_all} held-out examples of {result.task} were asked; "
            "scores are written for all of them only."
        )
    assert entry.folder is not None, "a task without adapter has no result"
    return entry.folder


def _seed_of_training(folder: Path) -> int:
    try:
        return int(training_record(folder)["options"]["seed"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise EvaluationFailed(
            f"The seed of the training is not in {folder / TRAINING_FILE}."
        ) from error
