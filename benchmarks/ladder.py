"""The rungs in their order. One that fails is a line of its own, and the next one begins."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import partial

from benchmarks.arithmetic import arithmetic
from benchmarks.bench import Bench
from benchmarks.cold_loads import cold_loads
from benchmarks.decode import decode
from benchmarks.layer import layer
from benchmarks.log_cost import log_cost
from benchmarks.mixes import mixes
from benchmarks.results import Failure, Result
from benchmarks.serving import serving
from benchmarks.slots import slots
from benchmarks.threads import alone

logger = logging.getLogger(__name__)


class Rung(StrEnum):
    """The rungs by the names under which they are asked for."""

    ARITHMETIC = "arithmetic"
    LAYER = "layer"
    DECODE = "decode"
    SERVING = "serving"
    POPULARITY = "popularity"
    SLOTS = "slots"
    COLD_LOADS = "cold-loads"
    STEP_LOG = "step-log"


_MEASURES: Mapping[Rung, Callable[[Bench], Iterator[Result | Failure]]] = {
    Rung.ARITHMETIC: arithmetic,
    Rung.LAYER: layer,
    Rung.DECODE: decode,
    Rung.SERVING: serving,
    Rung.POPULARITY: mixes,
    Rung.SLOTS: slots,
    Rung.COLD_LOADS: cold_loads,
    Rung.STEP_LOG: log_cost,
}
ALL = tuple(Rung)
BIG = (Rung.LAYER, Rung.DECODE, Rung.SERVING)
"""Those that tell more on a large base; the others are about how adapters come and go."""


RACES = (Rung.SERVING, Rung.POPULARITY, Rung.SLOTS, Rung.COLD_LOADS)
"""Rungs whose contestants bring threads of their own."""


def climb(bench: Bench, rungs: Sequence[Rung]) -> Iterator[Result | Failure]:
    """What the rungs find, each rung's outcomes when it has ended."""
    for rung in rungs:
        bench.say(rung)
        num_threads = 1 if rung in RACES else bench.loaded.num_threads
        yield from alone(num_threads, partial(_outcomes, bench, rung))


def _outcomes(bench: Bench, rung: Rung) -> list[Result | Failure]:
    """All that the rung finds; where it fails, what it had found and the failure."""
    found: list[Result | Failure] = []
    try:
        found.extend(_MEASURES[rung](bench))
    except Exception as error:
        logger.debug("The rung %s failed", rung, exc_info=True)
        found.append(Failure(rung.value, f"{type(error).__name__}: {error}"))
    return found
