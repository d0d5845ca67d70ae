"""One fused linear layer as it is served: the base's product in its precision, then the deltas."""

from collections.abc import Iterator
from functools import partial

import torch

from benchmarks.arithmetic import group_of, inputs_of, path_of, segmented_plan, stacked_plan
from benchmarks.bench import Bench
from benchmarks.costs import adapter_cost, stored_bytes
from benchmarks.limits import Cost
from benchmarks.popularity import draw
from benchmarks.results import Result
from benchmarks.timing import in_turn, seconds_per_call
from engine.fusing import FusedLinears
from engine.lora.plan import LoraPlan

RUNG = "layer"
KIND = "all-linear"
LAYERS = {"q, k, v": "q_proj", "gate, up": "gate_proj", "down": "down_proj"}
BASE, DISTINCT, SAME = "base alone", "distinct adapters", "one adapter"


def layer(bench: Bench) -> Iterator[Result]:
    """Three layers of the first block at each number of rows."""
    for title, name in LAYERS.items():
        group = group_of(bench, name)
        for num_rows in bench.settings.batches:
            bench.say(f"{RUNG}: {title}, {num_rows} rows")
            yield from _compare(bench, group, num_rows, f"{title}, {num_rows} rows")


@torch.inference_mode()
def _compare(bench: Bench, group: FusedLinears, num_rows: int, case: str) -> Iterator[Result]:
    weights = bench.weights(KIND)
    numbers = sorted(draw("distinct", num_rows, len(weights), bench.settings.seed))
    rows = [weights[number] for number in numbers]
    x = inputs_of(bench, group, num_rows)
    plans: dict[str, LoraPlan | None] = {
        BASE: None,
        DISTINCT: stacked_plan(rows),
        SAME: segmented_plan([rows[0]] * num_rows),
    }
    seconds = in_turn(
        {
            name: partial(seconds_per_call, partial(_forward, bench, group, x, plan), bench.device)
            for name, plan in plans.items()
        },
        bench.settings.num_rounds,
    )
    bench.sites.active.plan = None
    own = adapter_cost([rows[0].groups[path_of(group)]])
    used: dict[str, list[int]] = {BASE: [], DISTINCT: numbers, SAME: [0] * num_rows}
    for name in plans:
        result = Result(
            rung=RUNG,
            case=case,
            contestant=name,
            num_rows=num_rows,
            num_tokens=num_rows,
            seconds=seconds[name],
            limit=bench.machine.limit(_base_cost(group, num_rows) + own.deltas(used[name])),
            num_threads=torch.get_num_threads(),
        )
        yield result if name == BASE else result.over(BASE, seconds[BASE])


def _forward(bench: Bench, group: FusedLinears, x: torch.Tensor, plan: LoraPlan | None) -> None:
    """One pass through all members of the group, as a block makes it."""
    bench.sites.active.plan = plan
    for member in range(len(group.slices)):
        group.share(member, x)


def _base_cost(group: FusedLinears, num_rows: int) -> Cost:
    size = group.linear.in_features * group.linear.out_features
    return Cost(stored_bytes(group.linear), 2 * num_rows * size)
