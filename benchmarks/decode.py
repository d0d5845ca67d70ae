"""One step of the engine in which every row decodes, by the engine's own step log."""

from collections.abc import Iterator
from functools import partial
from statistics import median

import torch

from benchmarks.bench import Bench
from benchmarks.popularity import draw
from benchmarks.results import Result
from benchmarks.timing import in_turn
from benchmarks.work import Work
from engine.engine import Engine
from engine.request import GenerationRequest, SamplingParams
from engine.step_log import StepRecord

RUNG = "decode step"
FORMS = {"base alone": None, "q,v": "q,v", "all-linear": "all-linear"}
BASE = "base alone"


def decode(bench: Bench) -> Iterator[Result]:
    """The base alone and both kinds of adapters at each number of rows."""
    most = bench.work([None] * max(bench.settings.batches), 2 * bench.settings.num_steps)
    folders = {**bench.adapters("q,v"), **bench.adapters("all-linear")}
    engine = bench.engine(folders, most)
    for num_rows in bench.settings.batches:
        yield from _compare(bench, engine, num_rows)


def _compare(bench: Bench, engine: Engine, num_rows: int) -> Iterator[Result]:
    rows = draw("distinct", num_rows, bench.settings.num_adapters, bench.settings.seed)
    work = bench.work(rows, bench.settings.num_steps)
    shares: dict[str, list[float]] = {name: [] for name in FORMS}

    def lap(name: str) -> float:
        bench.say(f"{RUNG}: {num_rows} rows, {name}")
        steps = full_steps(engine, work, FORMS[name])
        shares[name] += [step.lora_s / step.total_s for step in steps if step.lora_s is not None]
        return median(step.total_s for step in steps)

    seconds = in_turn({name: partial(lap, name) for name in FORMS}, bench.settings.num_rounds)
    context = len(work.prompt_ids[0]) + work.num_new_tokens // 2
    for name, kind in FORMS.items():
        cost = bench.cost.decode_step(num_rows, context)
        if kind is not None:
            cost += bench.adapter_cost(kind).deltas(rows)
        result = Result(
            rung=RUNG,
            case=f"{num_rows} rows",
            contestant=name,
            num_rows=num_rows,
            num_tokens=num_rows,
            seconds=seconds[name],
            limit=bench.machine.limit(cost),
            num_threads=torch.get_num_threads(),
            prompts=work.digest,
            figures={"lora_share": median(shares[name])} if shares[name] else {},
        )
        yield result if name == BASE else result.over(BASE, seconds[BASE])


def full_steps(engine: Engine, work: Work, kind: str | None) -> list[StepRecord]:
    """Let all of `work` run; the steps in which every row of it decoded."""
    sampling = SamplingParams(max_tokens=work.num_new_tokens, ignore_eos=True)
    names = [None if kind is None else f"{kind} {number}" for number in work.adapters]
    before = engine.num_steps
    engine.scheduler.add(
        engine.prepare(GenerationRequest(prompt, name, sampling))
        for prompt, name in zip(work.prompts, names, strict=True)
    )
    while engine.scheduler.has_work:
        engine.step()
    return [
        record
        for record in engine.log.since(before)
        if len(record.rows) == len(work.prompts) and all(row.is_decoding for row in record.rows)
    ]
