"""The top of the ladder: streams through EngineWorker, beside what one would use instead.

Before anything is timed, our greedy tokens are compared with PEFT's on the float32 base: a rival
that computes something else is no rival, and is left out.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace

from benchmarks.bench import Bench
from benchmarks.contestants import Contestant, Ours
from benchmarks.errors import Disagreement
from benchmarks.popularity import draw
from benchmarks.race import Entry, check, race
from benchmarks.results import Failure, Result
from benchmarks.rivals import ContinuousBatching, Generate, PeftMixed, PeftSwitching
from benchmarks.settings import Settings
from benchmarks.work import Work

RUNG = "serving"
NUM_COMPARED_TOKENS = 8

OURS = "ours, base alone"
OURS_ALL = "ours, all-linear"
OURS_QV = "ours, q,v"
PEFT_ALL = "PEFT mixed batch, all-linear"
PEFT_QV = "PEFT mixed batch, q,v"
PEFT_SWITCHING = "PEFT switching, all-linear"
CONTINUOUS = "transformers continuous batching, base alone"
GENERATE = "transformers generate, base alone"
_ADAPTERS = {
    OURS_ALL: "all-linear",
    OURS_QV: "q,v",
    PEFT_ALL: "all-linear",
    PEFT_QV: "q,v",
    PEFT_SWITCHING: "all-linear",
}
_COMPARED = (PEFT_ALL, PEFT_QV, PEFT_SWITCHING)
_RIVALS = {
    "peft-mixed": (PEFT_ALL, PEFT_QV),
    "peft-switching": (PEFT_SWITCHING,),
    "continuous-batching": (CONTINUOUS,),
    "generate": (GENERATE,),
}
_BASELINES = {
    OURS_ALL: OURS,
    OURS_QV: OURS,
    PEFT_ALL: OURS_ALL,
    PEFT_QV: OURS_QV,
    PEFT_SWITCHING: OURS_ALL,
    CONTINUOUS: OURS,
    GENERATE: OURS,
}


def serving(bench: Bench) -> Iterator[Result | Failure]:
    """All contestants at each number of streams, distinct adapters as far as there are any.

    A rival that answers otherwise, or does not run here, is a failure of its own; the others race.
    """
    settings = bench.settings
    most = _work(bench, max(settings.streams))
    with ExitStack() as stack:
        contestants: dict[str, Contestant] = {}
        for name in (OURS, OURS_ALL, OURS_QV, *_rivals(settings)):
            try:
                if name in _COMPARED:
                    compare_answers(bench, _ADAPTERS[name])
                bench.say(f"opening {name}")
                own = stack.enter_context(closing(_open(bench, name, most)))
                first = _entry(bench, name, own, 1).work.first(1, 1)
                check(own.answer(first, 1), first)
                contestants[name] = own
            except Exception as error:  # noqa: BLE001 - told, and the others race
                yield Failure(RUNG, f"{name}: {type(error).__name__}: {error}")
        for num_streams in settings.streams:
            entries = [_entry(bench, name, own, num_streams) for name, own in contestants.items()]
            results = race(
                bench, RUNG, f"{num_streams} streams", entries, num_streams, settings.num_rounds
            )
            for entry, result in zip(entries, results, strict=True):
                yield _with_first_token(entry, result)


def compare_answers(bench: Bench, kind: str) -> None:
    """Ours and PEFT's tokens on the float32 base, one adapter per row and the base beside them.

    Raises Disagreement.
    """
    bench.say(f"comparing answers with PEFT's, {kind}")
    exact = bench.in_float32()
    folders = exact.adapters(kind)
    work = exact.work([*range(len(folders)), None], NUM_COMPARED_TOKENS)
    with closing(Ours(exact, folders, work)) as ours:
        own = ours.answer(work, 1).tokens
    with closing(PeftMixed(exact, folders)) as peft:
        theirs = peft.answer(work, 1).tokens
    num_different = sum(row != other for row, other in zip(own, theirs, strict=True))
    if num_different:
        raise Disagreement(
            f"On the float32 base, ours and PEFT's answers differ in {num_different} of "
            f"{len(own)} rows ({kind}); their times cannot be compared."
        )


def _work(bench: Bench, num_streams: int, with_adapters: bool = True) -> Work:
    rows = draw("distinct", num_streams, bench.settings.num_adapters, bench.settings.seed)
    return bench.work(rows if with_adapters else [None] * num_streams)


def _entry(bench: Bench, name: str, contestant: Contestant, num_streams: int) -> Entry:
    kind = _ADAPTERS.get(name)
    work = _work(bench, num_streams, with_adapters=kind is not None)
    return Entry(name, contestant, work, kind, _BASELINES.get(name))


def _rivals(settings: Settings) -> list[str]:
    return [name for key in settings.rivals for name in _RIVALS[key]]


def _open(bench: Bench, name: str, most: Work) -> Contestant:
    """The contestant of this name, with room for `most`."""
    kind = _ADAPTERS.get(name)
    folders = {} if kind is None else bench.adapters(kind)
    makers: dict[str, Callable[[], Contestant]] = {
        PEFT_ALL: lambda: PeftMixed(bench, folders),
        PEFT_QV: lambda: PeftMixed(bench, folders),
        PEFT_SWITCHING: lambda: PeftSwitching(bench, folders),
        CONTINUOUS: lambda: ContinuousBatching(bench, most),
        GENERATE: lambda: Generate(bench),
    }
    return makers.get(name, lambda: Ours(bench, folders, most))()


def _with_first_token(entry: Entry, result: Result) -> Result:
    """The same with the time until all streams have a token: that of one-token answers."""
    first = entry.contestant.answer(entry.work.first(result.num_rows, 1), result.num_threads)
    return replace(result, figures={**result.figures, "first_ms": first.seconds * 1000})
