"""Rows of a result as columns for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

BAR_WIDTH = 20
_COLUMNS = {
    "task": "task",
    "metric": "metric",
    "base": "base",
    "base_three_shot": "3-shot",
    "generalist": "general",
    "adapter": "adapter",
    "low": "lift from",
    "high": "to",
    "ring2": "ring 2",
    "ring3": "ring 3",
    "majority": "major",
    "copy_input": "copy",
    "bag_of_words": "words",
    "num_examples": "n",
}


def as_table(rows: Sequence[Mapping[str, object]]) -> str:
    """One line per row under the names of the columns; a missing value is a dash."""
    if not rows:
        return "(none)"
    lines = [list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def for_people(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of an evaluation, narrow enough to read: who scored what, with a bar."""
    return [
        {name: row[key] for key, name in _COLUMNS.items()}
        | {"0 base ▒ adapter █ 1": _bar(row["base"], row["adapter"])}
        for row in rows
    ]


def _bar(base: float | None, adapter: float | None) -> str:
    """Two shares on one line: light up to the base, full on to the adapter, dots to 1."""
    low, high = (round(BAR_WIDTH * (share or 0.0)) for share in (base, adapter))
    return "▒" * min(low, high) + "█" * (high - low) + "·" * (BAR_WIDTH - max(low, high))


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
