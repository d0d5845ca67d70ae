"""The lowest rung: forms of the delta alone, without a base.

    y[row] += B[row] A[row] x[row]        for gate and up of the first block, which read one input

Ours are the two forms of engine/lora; beside them a plain loop over the rows, and one dense
product with all adapters side by side and a mask. All are shown to agree before they are timed.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import torch

from benchmarks.bench import Bench
from benchmarks.costs import adapter_cost
from benchmarks.errors import Disagreement
from benchmarks.popularity import POPULARITIES, draw
from benchmarks.results import Result
from benchmarks.timing import in_turn, seconds_per_call
from engine.fusing import FusedLinears, fused_members
from engine.lora.layers import ActivePlan, GroupDelta
from engine.lora.plan import LoraPlan, StackPart, segments
from engine.lora.rows import RowStack
from engine.lora.weights import AdapterWeights, GroupWeights

RUNG = "arithmetic"
KIND = "all-linear"
LAYER = "gate_proj"
LOOP, STACK, SEGMENTS, DENSE = "plain loop", "stacked rows", "segments", "one dense product"
TOLERANCE = 1e-2
"""Of the largest value: bf16 on a GPU keeps 8 bits of each sum."""
Form = Callable[[torch.Tensor, torch.Tensor], None]


def arithmetic(bench: Bench) -> Iterator[Result]:
    """Each form at each number of rows and each popularity."""
    group = group_of(bench, LAYER)
    weights = bench.weights(KIND)
    for num_rows in bench.settings.batches:
        for popularity in POPULARITIES:
            numbers = sorted(draw(popularity, num_rows, len(weights), bench.settings.seed))
            bench.say(f"{RUNG}: {num_rows} rows, {popularity}")
            yield from _compare(bench, group, weights, numbers, f"{num_rows} rows, {popularity}")


def group_of(bench: Bench, layer: str) -> FusedLinears:
    """The first group of layers that has one called `layer`."""
    members = fused_members(bench.loaded.model)
    return next(m.group for m in members if any(p.endswith(layer) for p in m.group.paths))


def stacked_plan(rows: Sequence[AdapterWeights]) -> LoraPlan:
    """All rows as one batched product over copies of their weights."""
    stack = RowStack(max(own.bucket for own in rows))
    return LoraPlan((StackPart(stack.hold(list(rows)), 0, len(rows)),))


def segmented_plan(rows: Sequence[AdapterWeights]) -> LoraPlan:
    """One plain product for each stretch of rows with the same adapter."""
    return LoraPlan(tuple(segments([(own, 1) for own in rows], 0)))


@torch.inference_mode()
def _compare(
    bench: Bench,
    group: FusedLinears,
    weights: Sequence[AdapterWeights],
    numbers: Sequence[int],
    case: str,
) -> Iterator[Result]:
    rows = [weights[number] for number in numbers]
    x = inputs_of(bench, group, len(rows))
    y = x.new_zeros(1, len(rows), group.linear.out_features)
    forms = _forms(group, weights, numbers)
    _check(forms, x, y)
    seconds = in_turn(
        {
            name: partial(seconds_per_call, partial(form, x, y), bench.device)
            for name, form in forms.items()
        },
        bench.settings.num_rounds,
    )
    limit = bench.machine.limit(adapter_cost([rows[0].groups[path_of(group)]]).deltas(numbers))
    for name in forms:
        result = Result(
            rung=RUNG,
            case=case,
            contestant=name,
            num_rows=len(rows),
            num_tokens=len(rows),
            seconds=seconds[name],
            limit=limit,
            num_threads=torch.get_num_threads(),
        )
        yield result if name == LOOP else result.over(LOOP, seconds[LOOP])


def path_of(group: FusedLinears) -> str:
    """How adapters' weights name the group."""
    return "+".join(group.paths)


def inputs_of(bench: Bench, group: FusedLinears, num_rows: int) -> torch.Tensor:
    """Numbers by chance for the group, [1, rows, in], as a step packs them."""
    torch.manual_seed(bench.settings.seed)
    num_in = group.linear.in_features
    return torch.randn(1, num_rows, num_in, dtype=bench.loaded.dtype, device=bench.device)


def _forms(
    group: FusedLinears, weights: Sequence[AdapterWeights], numbers: Sequence[int]
) -> dict[str, Form]:
    """Each adds the rows' deltas to y in place; rows of one adapter are neighbours."""
    rows = [weights[number] for number in numbers]
    own = [row.groups[path_of(group)] for row in rows]

    def ours(plan: LoraPlan) -> Form:
        return GroupDelta(path_of(group), group.slices, ActivePlan(plan))

    return {
        LOOP: lambda x, y: _add_by_loop(own, group.slices, x[0], y[0]),
        STACK: ours(stacked_plan(rows)),
        SEGMENTS: ours(segmented_plan(rows)),
        DENSE: _dense(group, weights, numbers),
    }


def _add_by_loop(
    rows: Sequence[GroupWeights], slices: Sequence[slice], x: torch.Tensor, y: torch.Tensor
) -> None:
    """Row by row, member by member; x [rows, in], y [rows, out]."""
    for row, own in enumerate(rows):
        product = x[row] @ own.a
        for outputs, columns, factor in zip(slices, own.columns, own.b, strict=True):
            if factor is not None:
                y[row, outputs] += product[columns] @ factor


def _dense(group: FusedLinears, weights: Sequence[AdapterWeights], numbers: Sequence[int]) -> Form:
    """x times all A side by side, other adapters' columns masked, times all B stacked.

    A is [in, adapters * members * rank], B [adapters * members * rank, out]. Only the adapters in
    use are there.
    """
    in_use = sorted(set(numbers))
    own = [weights[number].groups[path_of(group)] for number in in_use]
    a = torch.cat([one.a for one in own], dim=1)
    width = own[0].a.shape[1]
    b = a.new_zeros(a.shape[1], group.linear.out_features)
    mask = a.new_zeros(len(numbers), a.shape[1])
    for place, one in enumerate(own):
        for outputs, columns, factor in zip(group.slices, one.columns, one.b, strict=True):
            if factor is not None:
                b[place * width + columns.start : place * width + columns.stop, outputs] = factor
    for row, number in enumerate(numbers):
        start = in_use.index(number) * width
        mask[row, start : start + width] = 1

    def add(x: torch.Tensor, y: torch.Tensor) -> None:
        y[0].addmm_((x[0] @ a).mul_(mask), b)

    return add


def _check(forms: dict[str, Form], x: torch.Tensor, y: torch.Tensor) -> None:
    """Raises Disagreement unless all forms add the same."""
    outputs = {}
    for name, form in forms.items():
        outputs[name] = torch.zeros_like(y)
        form(x, outputs[name])
    expected = outputs[LOOP]
    for name, output in outputs.items():
        worst = float((output - expected).abs().max() / expected.abs().max())
        if worst > TOLERANCE:
            raise Disagreement(f"The form {name!r} is off by {worst:.1%} of the largest value.")
