"""Which tokens of a step get which delta. Built once per step on the host, read by every layer."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.lora.rows import StackedRows
from engine.lora.weights import AdapterWeights


@dataclass(frozen=True, eq=False)
class StackPart:
    """Tokens `start..stop` of the step, each with its own weights in `groups` (by path)."""

    groups: Mapping[str, StackedRows]
    start: int
    stop: int


@dataclass(frozen=True)
class SegmentPart:
    """Tokens `start..stop` of the step all use `weights`: one plain product."""

    weights: AdapterWeights
    start: int
    stop: int


@dataclass(frozen=True, eq=False)
class LoraPlan:
    """The parts of one step. Tokens in no part are the base's own and stay untouched."""

    parts: tuple[StackPart | SegmentPart, ...]


def segments(adapters: list[tuple[AdapterWeights | None, int]], start: int) -> list[SegmentPart]:
    """Merge neighbours: `adapters` are (adapter, number of tokens), the first at token `start`."""
    parts: list[SegmentPart] = []
    for weights, num_tokens in adapters:
        stop = start + num_tokens
        if weights is not None:
            if parts and parts[-1].stop == start and parts[-1].weights is weights:
                parts[-1] = SegmentPart(weights, parts[-1].start, stop)
            else:
                parts.append(SegmentPart(weights, start, stop))
        start = stop
    return parts
