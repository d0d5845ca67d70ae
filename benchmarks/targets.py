"""What was asked for, beside what was reached. The one place where the targets stand.

Ten pages that stream beside the engine are not among them: they need a browser.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks import cold_loads, log_cost, slots
from benchmarks.results import Result, ratios
from benchmarks.serving import CONTINUOUS, GENERATE, OURS, OURS_ALL, OURS_QV, PEFT_ALL
from benchmarks.serving import RUNG as SERVING


@dataclass(frozen=True)
class Target:
    """A bound on one figure.

    Without `figure` it is the speed of `contestant` over that of `over` in the same case and
    rounds; without `over` as well, tokens/s. `case` narrows it to one case.
    """

    sentence: str
    rung: str
    contestant: str
    bound: float
    over: str | None = None
    figure: str | None = None
    case: str | None = None
    is_ceiling: bool = False

    def is_met(self, reached: float) -> bool:
        return reached <= self.bound if self.is_ceiling else reached >= self.bound


@dataclass(frozen=True)
class Reached:
    """A target, the case, and what was measured for it."""

    target: Target
    case: str
    value: float

    @property
    def is_met(self) -> bool:
        return self.target.is_met(self.value)


MINI = (
    Target("8 x PEFT's mixed batch, all-linear", SERVING, OURS_ALL, 8.0, PEFT_ALL),
    Target("0.75 of our base alone, all-linear", SERVING, OURS_ALL, 0.75, OURS),
    Target("0.90 of our base alone, q,v", SERVING, OURS_QV, 0.90, OURS),
    Target("3 x continuous batching, base alone", SERVING, OURS, 3.0, CONTINUOUS),
    Target("1.2 x generate, base alone", SERVING, OURS, 1.2, GENERATE),
    Target("more in use than slots: 0.75", slots.RUNG, slots.IN_TURNS, 0.75, slots.ALL_STAND),
    Target("many registered: 0.97", slots.RUNG, slots.MANY_KNOWN, 0.97, slots.FEW_KNOWN),
    Target(
        "p99 gap beside cold loads: at most 1.5 x",
        cold_loads.RUNG,
        cold_loads.LOADING,
        1.5,
        figure="p99_ratio",
        is_ceiling=True,
    ),
    Target(
        "step log: at most 0.01 of a step",
        log_cost.RUNG,
        log_cost.NOTES,
        0.01,
        figure="share_of_step",
        is_ceiling=True,
    ),
)
LARGE = (
    Target("0.80 of our base alone, all-linear", SERVING, OURS_ALL, 0.80, OURS),
    Target("0.94 of our base alone, q,v", SERVING, OURS_QV, 0.94, OURS),
)
GPU = (
    Target("3,000 tokens/s, all-linear", SERVING, OURS_ALL, 3000.0, case="26 streams"),
    Target("3,000 tokens/s, q,v", SERVING, OURS_QV, 3000.0, case="26 streams"),
    Target("0.85 of our base alone, all-linear", SERVING, OURS_ALL, 0.85, OURS, case="26 streams"),
    Target("0.95 of our base alone, q,v", SERVING, OURS_QV, 0.95, OURS, case="26 streams"),
)


def reached(targets: Sequence[Target], results: Sequence[Result]) -> list[Reached | Target]:
    """Each target with what was measured for it; the bare target where nothing was."""
    found: list[Reached | Target] = []
    for target in targets:
        rows = [r for r in results if (r.rung, r.contestant) == (target.rung, target.contestant)]
        rows = [r for r in rows if target.case in {None, r.case}]
        values = [(row.case, _value(target, row, results)) for row in rows]
        hits = [Reached(target, case, value) for case, value in values if value is not None]
        found += hits or [target]
    return found


def _value(target: Target, row: Result, results: Sequence[Result]) -> float | None:
    if target.figure is not None:
        return row.figures.get(target.figure)
    if target.over is None:
        return row.tokens_per_s
    place = (target.rung, row.case, target.over)
    others = [r for r in results if (r.rung, r.case, r.contestant) == place]
    return median(ratios(row.seconds, others[0].seconds)) if others else None
