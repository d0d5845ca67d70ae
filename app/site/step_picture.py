"""The last steps as outlines for SVG: rows of each step, and its milliseconds. Knows no engine.

A step is one unit wide, the newest at the right edge; heights are in rows and in milliseconds, so
that the outlines can be read back. Idle time has no steps and is not drawn.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from engine.step_log import StepRecord

NUM_STEPS = 240
IN_SCALE = 0.98
"""So many of the steps set the scale. One that waited for the machine would flatten all others."""


@dataclass(frozen=True)
class Panel:
    """Two outlines, the second in front of the first, under a ceiling of 1, 2 or 5 times 10^n.

    The few that are higher end there.
    """

    ceiling: int
    whole: str
    part: str


@dataclass(frozen=True)
class StepPicture:
    """`rows` of which some decode, and `milliseconds` of which LoRA took a part."""

    num_steps: int
    rows: Panel
    milliseconds: Panel


def picture(records: Sequence[StepRecord]) -> StepPicture:
    """Of the last `NUM_STEPS` records."""
    shown = records[-NUM_STEPS:]
    return StepPicture(
        len(shown),
        rows=_panel(
            [len(record.rows) for record in shown],
            [sum(row.is_decoding for row in record.rows) for record in shown],
        ),
        milliseconds=_panel(
            [1000 * record.total_s for record in shown],
            [1000 * (record.lora_s or 0.0) for record in shown],
        ),
    )


def _panel(whole: Sequence[float], part: Sequence[float]) -> Panel:
    usual = sorted(whole)[: math.ceil(IN_SCALE * len(whole))]
    ceiling = _round_up(max(usual, default=1))
    return Panel(ceiling, _outline(whole, ceiling), _outline(part, ceiling))


def _round_up(value: float) -> int:
    """To the next of 1, 2, 5, 10, 20, 50, ..."""
    scale = 1
    while 10 * scale < value:
        scale *= 10
    return next(factor * scale for factor in (1, 2, 5, 10) if factor * scale >= value)


def _outline(heights: Sequence[float], ceiling: int) -> str:
    """Bars one wide, side by side, as one path; SVG counts from the top."""
    bars = "".join(f"V{round(max(ceiling - height, 0), 2):g}h1" for height in heights)
    return f"M{NUM_STEPS - len(heights)} {ceiling}{bars}V{ceiling}Z"
