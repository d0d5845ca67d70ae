"""More adapters than slots, and more known than used. Through EngineWorker."""

from collections.abc import Iterator
from contextlib import closing

from benchmarks.bench import Bench
from benchmarks.contestants import Ours
from benchmarks.popularity import draw, everybody_once_then_zipf
from benchmarks.race import Entry, race
from benchmarks.results import Result

RUNG = "slots"
KIND = "all-linear"
ALL_STAND = "a slot for each adapter"
IN_TURNS = "slots in turns"
FEW_KNOWN = "those in use registered"
MANY_KNOWN = "many more registered"


def slots(bench: Bench) -> Iterator[Result]:
    yield from _in_use(bench)
    yield from _registered(bench)


def _in_use(bench: Bench) -> Iterator[Result]:
    """The same requests twice: for few adapters that all stand, and for many, by Zipf's law."""
    settings = bench.settings
    num_rows, few, many = settings.streams[0], settings.num_adapters, settings.num_in_use
    even = draw("distinct", settings.num_requests, few, settings.seed)
    skewed = everybody_once_then_zipf(settings.num_requests, many, settings.seed)
    standing = bench.work(even, settings.num_request_tokens)
    turning = bench.work(skewed, settings.num_request_tokens)
    one = Ours(bench, bench.adapters(KIND), standing, max_rows=num_rows)
    other = Ours(
        bench,
        bench.adapters(KIND, many),
        turning,
        max_rows=num_rows,
        max_adapters=settings.num_slots,
    )
    with closing(one), closing(other):
        case = f"{few} adapters on {few} slots against {many} on {settings.num_slots}"
        entries = [
            Entry(ALL_STAND, one, standing, KIND),
            Entry(IN_TURNS, other, turning, KIND, ALL_STAND),
        ]
        yield from race(bench, RUNG, case, entries, num_rows, settings.num_rounds)


def _registered(bench: Bench) -> Iterator[Result]:
    """The same streams, with and without many adapters that nobody asks for."""
    settings = bench.settings
    num_rows, few, many = settings.streams[0], settings.num_adapters, settings.num_registered
    work = bench.work(draw("distinct", num_rows, few, settings.seed))
    one = Ours(bench, bench.adapters(KIND), work)
    other = Ours(bench, bench.adapters(KIND, many), work, max_adapters=few)
    with closing(one), closing(other):
        case = f"{few} of {few} registered against {few} of {many}"
        entries = [
            Entry(FEW_KNOWN, one, work, KIND),
            Entry(MANY_KNOWN, other, work, KIND, FEW_KNOWN),
        ]
        # A difference of 3 % is asked for, and rounds are short.
        yield from race(bench, RUNG, case, entries, num_rows, 2 * settings.num_rounds)
