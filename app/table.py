"""Rows of a result as columns for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.scores import RING_NAMES


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


def with_rings(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of an evaluation, the adapter's figure for each kind of example in its own column."""
    return [
        {key: value for key, value in row.items() if key != "rings"}
        | dict.fromkeys(RING_NAMES.values())
        | {ring["name"]: ring["adapter"] for ring in row["rings"]}
        for row in rows
    ]


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
