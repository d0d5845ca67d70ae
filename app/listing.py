"""The tasks, their adapters and scores, for the command line. Loads no weights."""

from app.local_catalog import open_catalog
from app.settings import Settings


def listing(settings: Settings) -> list[dict[str, object]]:
    """One row per task; scores are None where none were measured on these weights."""
    rows: list[dict[str, object]] = []
    for task, entry in open_catalog(settings).entries.items():
        scores = entry.scores
        rows.append(
            {
                "task": task,
                "title": entry.card.title,
                "metric": entry.card.metric,
                "base": scores and scores.base,
                "adapter": scores and scores.adapter,
                "num_examples": scores and scores.num_examples,
                "folder": entry.folder and str(entry.folder),
            }
        )
    return rows
