"""One run from base to table: each rung is written when it has ended, whatever follows it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.bases import Base
from benchmarks.bench import Bench
from benchmarks.ladder import Rung, climb
from benchmarks.limits import Machine
from benchmarks.results import Line, append_line
from benchmarks.settings import Settings
from benchmarks.setup import take_setup


def run(
    settings: Settings,
    base: Base,
    machine: Machine,
    rungs: Sequence[Rung],
    out: Path,
    folder: Path,
    say: Callable[[str], None],
) -> list[Line]:
    """Measure `rungs` on `base`; the lines also stand in `out`. `folder` takes the adapters.

    `say` is told what is being done.
    """
    bench = Bench(settings, base, folder, machine, say)
    loaded = bench.loaded
    say("measuring the machine")
    setup = take_setup(settings, loaded, machine)
    lines = []
    for outcome in climb(bench, rungs):
        lines.append(Line(setup, outcome))
        append_line(out, lines[-1])
    return lines
