"""Lets contestants answer in turn and says how fast each was. Knows no engine and no rival."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import torch

from benchmarks.bench import Bench
from benchmarks.contestants import Contestant, allocated
from benchmarks.errors import Disagreement
from benchmarks.results import Result
from benchmarks.timing import in_turn
from benchmarks.work import Answer, Work

TRIAL_TOKENS = 32
"""As many that reading prompts and making tokens both count."""
NUM_TRIALS = 2
GIB = 1 << 30


@dataclass(frozen=True)
class Entry:
    """One line of a race: who answers what. `kind` are the adapters' targets, None without any.

    `baseline` is the name of the entry that it is compared with.
    """

    name: str
    contestant: Contestant
    work: Work
    kind: str | None
    baseline: str | None = None


def race(
    bench: Bench, rung: str, case: str, entries: Sequence[Entry], num_rows: int, num_rounds: int
) -> list[Result]:
    """Every entry `num_rounds` times, in turn. `num_rows` rows run at once.

    Raises Disagreement when somebody gives back more or fewer tokens than were asked for.
    """
    threads = {entry.name: _best_threads(bench, entry, num_rows) for entry in entries}
    peaks: dict[str, int] = {}

    def lap(entry: Entry) -> float:
        bench.say(f"{rung}, {case}: {entry.name}")
        seconds, peak = _measured(bench, entry, threads[entry.name])
        peaks[entry.name] = max(peak, peaks.get(entry.name, 0))
        return seconds

    seconds = in_turn({entry.name: partial(lap, entry) for entry in entries}, num_rounds)
    results = []
    for entry in entries:
        result = Result(
            rung=rung,
            case=case,
            contestant=entry.name,
            num_rows=num_rows,
            num_tokens=entry.work.num_tokens,
            seconds=seconds[entry.name],
            limit=bench.limit(entry.work, entry.kind, num_rows),
            num_threads=threads[entry.name],
            prompts=entry.work.digest,
            figures={"memory_gib": peaks[entry.name] / GIB} if peaks[entry.name] else {},
        )
        base = entry.baseline
        results.append(result if base is None else result.over(base, seconds[base]))
    return results


def check(answer: Answer, work: Work) -> None:
    """Raises Disagreement unless every prompt got the number of tokens that was asked for."""
    lengths = [len(tokens) for tokens in answer.tokens]
    if lengths != [work.num_new_tokens] * len(work.prompts):
        raise Disagreement(
            f"{work.num_new_tokens} tokens for each of {len(work.prompts)} prompts were asked "
            f"for; answers came with {min(lengths, default=0)} to {max(lengths, default=0)}."
        )


def _best_threads(bench: Bench, entry: Entry, num_rows: int) -> int:
    """The number with which short answers are made fastest; this is the warm-up as well."""
    work = entry.work.first(num_rows, min(TRIAL_TOKENS, entry.work.num_new_tokens))
    fastest: dict[int, float] = {}
    choices = bench.settings.thread_choices or (bench.loaded.num_threads,)
    num_trials = NUM_TRIALS if len(choices) > 1 else 1
    for num_threads in choices:
        bench.say(f"trying {entry.name} with {num_threads} threads")
        seconds = [entry.contestant.answer(work, num_threads).seconds for _ in range(num_trials)]
        fastest[num_threads] = min(seconds)
    return min(fastest, key=lambda number: fastest[number])


def _measured(bench: Bench, entry: Entry, num_threads: int) -> tuple[float, int]:
    """Seconds of one answer, and the bytes of a GPU that contestant and answer took at most."""
    before = allocated(bench.device)
    if before:
        torch.cuda.reset_peak_memory_stats(bench.device)
    answer = entry.contestant.answer(entry.work, num_threads)
    check(answer, entry.work)
    if not before:
        return answer.seconds, 0
    grown = torch.cuda.max_memory_allocated(bench.device) - before
    return answer.seconds, entry.contestant.held_bytes + grown
