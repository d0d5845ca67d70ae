"""Do running streams notice that adapters load? Gaps between their tokens, quiet and not.

Cold means: on disk, and in neither our RAM nor the device's memory. The file system's cache is
warm. Loads begin when a quarter of the tokens is there. A gap is disturbed if its step overlaps
the time from the first load's begin to the last one's end. Quiet gaps are those of answers beside
which nothing loads, from a quarter of the tokens on.
"""

import math
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.contestants import Ours
from benchmarks.popularity import draw
from benchmarks.results import Result
from benchmarks.timing import in_turn
from benchmarks.work import Work
from engine.request import TokenEvent
from engine.stream import Stream
from engine.worker import EngineWorker

RUNG = "cold loads"
KIND = "all-linear"
QUIET = "quiet"
LOADING = "while adapters load"


@dataclass(frozen=True)
class Lap:
    """One answer of all streams: its seconds, and the gaps that are to be judged, in seconds."""

    seconds: float
    gaps_s: tuple[float, ...]


def cold_loads(bench: Bench) -> Iterator[Result]:
    """Streams alone, and the same streams while `num_cold` adapters load."""
    settings = bench.settings
    num_streams, num_warm = settings.streams[0], settings.num_adapters
    folders = list(bench.adapters(KIND, num_warm + settings.num_cold).items())
    warm, cold = dict(folders[:num_warm]), dict(folders[num_warm:])
    work = bench.work(draw("distinct", num_streams, num_warm, settings.seed))
    laps: dict[str, list[Lap]] = {QUIET: [], LOADING: []}

    def lap(name: str, loads: Mapping[str, Path]) -> float:
        bench.say(f"{RUNG}: {name}")
        laps[name].append(_lap(ours, worker, work, loads))
        return laps[name][-1].seconds

    num_threads = bench.loaded.num_threads
    with closing(Ours(bench, warm, work)) as ours, ours.serving(work, num_threads) as worker:
        seconds = in_turn(
            {QUIET: lambda: lap(QUIET, {}), LOADING: lambda: lap(LOADING, cold)},
            2 * settings.num_rounds,  # few steps see a load
        )
    gaps = {name: [gap for own in laps[name] for gap in own.gaps_s] for name in laps}
    for name in laps:
        result = Result(
            rung=RUNG,
            case=f"{num_streams} streams, {settings.num_cold} loads",
            contestant=name,
            num_rows=num_streams,
            num_tokens=work.num_tokens,
            seconds=seconds[name],
            limit=bench.limit(work, KIND, num_streams),
            num_threads=num_threads,
            prompts=work.digest,
            figures=_tail(gaps[name], gaps[QUIET]),
        )
        yield result if name == QUIET else result.over(QUIET, seconds[QUIET])


def _lap(ours: Ours, worker: EngineWorker, work: Work, loads: Mapping[str, Path]) -> Lap:
    """One answer of all streams, with `loads` beside it."""
    first_step = worker.status().step
    started_s = time.perf_counter()
    streams = ours.submit(worker, work)
    _wait_for_token(streams[0], work.num_new_tokens // 4)
    began_s = time.perf_counter()
    with ThreadPoolExecutor(max(len(loads), 1)) as threads:
        for _ in threads.map(worker.load_adapter, loads.keys(), loads.values()):
            pass
    ended_s = time.perf_counter() if loads else math.inf
    for stream in streams:
        stream.result()
    seconds = time.perf_counter() - started_s
    for name in loads:  # so that they are cold again
        worker.unload_adapter(name).result()
    steps = worker.steps_since(first_step)
    judged = {
        record.step
        for record in steps
        if record.started_s < ended_s and record.started_s + record.total_s > began_s
    }
    return Lap(seconds, tuple(gap for stream in streams for gap in _gaps(stream, judged)))


def _gaps(stream: Stream, judged: set[int]) -> Iterator[float]:
    """Seconds between neighbouring tokens, as far as one of the steps `judged` made the later."""
    tokens = [event for event in stream if isinstance(event, TokenEvent)]
    for before, token in pairwise(tokens):
        if token.step in judged:
            yield token.at_s - before.at_s


def _wait_for_token(stream: Stream, number: int) -> None:
    """Until the stream has `number` tokens, or has ended."""
    for event in stream:
        if isinstance(event, TokenEvent) and event.num_tokens >= number:
            return


def _tail(gaps: list[float], quiet: list[float]) -> dict[str, float]:
    """The 99th percentile, and how much more it is than the quiet one; nothing without gaps."""
    if not gaps or not quiet:
        return {}
    return {"p99_gap_ms": 1000 * p99(gaps), "p99_ratio": p99(gaps) / p99(quiet)}


def p99(values: list[float]) -> float:
    """The smallest of `values` that 99 % of them do not exceed."""
    return sorted(values)[-(-99 * len(values) // 100) - 1]
