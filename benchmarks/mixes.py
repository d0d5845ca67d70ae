"""What it costs when streams share adapters, or do not. Through EngineWorker."""

from collections.abc import Iterator
from contextlib import closing

from benchmarks.bench import Bench
from benchmarks.contestants import Ours
from benchmarks.popularity import POPULARITIES, draw
from benchmarks.race import Entry, race
from benchmarks.results import Result

RUNG = "popularity"
KIND = "all-linear"
BASE = "base alone"


def mixes(bench: Bench) -> Iterator[Result]:
    """The same engine and prompts under each popularity, and with the base alone."""
    settings = bench.settings
    for num_streams in settings.streams:
        base = bench.work([None] * num_streams)
        with closing(Ours(bench, bench.adapters(KIND), base)) as ours:
            entries = [Entry(BASE, ours, base, None)]
            for popularity in POPULARITIES:
                rows = draw(popularity, num_streams, settings.num_adapters, settings.seed)
                entries.append(Entry(popularity, ours, bench.work(rows), KIND, BASE))
            case = f"{num_streams} streams"
            yield from race(bench, RUNG, case, entries, num_streams, settings.num_rounds)
