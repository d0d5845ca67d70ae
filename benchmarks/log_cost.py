"""What the step log itself costs. It cannot be switched off, so its parts are timed alone.

Per step: the rows' records, the step's record and its place in the log; and two looks at the clock
for each group of layers that takes a delta.
"""

import time
from collections.abc import Iterator
from statistics import median

import torch

from benchmarks.bench import Bench
from benchmarks.costs import fused_linears
from benchmarks.decode import full_steps
from benchmarks.popularity import draw
from benchmarks.results import Result
from benchmarks.timing import seconds_per_call
from engine.request import GenerationRequest, SamplingParams
from engine.scheduler import Batch
from engine.step_log import StepLog, StepRecord, rows_of

RUNG = "step log"
KIND = "q,v"
NOTES = "notes of one step"


def log_cost(bench: Bench) -> Iterator[Result]:
    """As a share of a whole decode step, at the number of streams that is served."""
    num_rows = bench.settings.streams[0]
    rows = draw("distinct", num_rows, bench.settings.num_adapters, bench.settings.seed)
    work = bench.work(rows, bench.settings.num_steps)
    engine = bench.engine(bench.adapters(KIND), work)
    bench.say(f"{RUNG}: {num_rows} rows")
    step_s = median(record.total_s for record in full_steps(engine, work, KIND))
    sampling = SamplingParams(max_tokens=1)
    requests = [
        GenerationRequest(p, f"{KIND} {n}", sampling)
        for p, n in zip(work.prompts, rows, strict=True)
    ]
    batch = Batch(tuple(engine.prepare(request) for request in requests), ())
    log = StepLog()
    num_looks = 2 * len(fused_linears(bench.loaded.model))

    def note() -> None:
        log.add(StepRecord(0, time.perf_counter(), 0.0, 0.0, rows_of(batch)))
        for _ in range(num_looks):
            time.perf_counter()

    seconds = tuple(
        seconds_per_call(note, torch.device("cpu")) for _ in range(bench.settings.num_rounds)
    )
    yield Result(
        rung=RUNG,
        case=f"{num_rows} rows",
        contestant=NOTES,
        num_rows=num_rows,
        num_tokens=num_rows,
        seconds=seconds,
        prompts=work.digest,
        figures={"share_of_step": median(seconds) / step_s, "step_ms": 1000 * step_s},
    )
