"""The stacked weights of the decoding rows, against each adapter's own, entry by entry."""

import torch

from engine.lora.layers import ActivePlan, GroupDelta
from engine.lora.plan import LoraPlan, SegmentPart, StackPart, segments
from engine.lora.rows import RowStack
from engine.lora.weights import AdapterWeights, GroupWeights

OUT = (6, 3, 3)  # three members on one input of 5


def adapter(name: str, rank: int, *members: int, path: str = "qkv") -> AdapterWeights:
    generator = torch.Generator().manual_seed(rank)
    factors = tuple(
        torch.randn(rank, num_out, generator=generator) if member in members else None
        for member, num_out in enumerate(OUT)
    )
    a = torch.randn(5, rank * len(members), generator=generator)
    return AdapterWeights(name, rank, (), {path: GroupWeights(a, factors, OUT)})


def delta(weights: GroupWeights, x: torch.Tensor) -> torch.Tensor:
    """The reference: each member's product by itself. `x` is [in]; returns [all outputs]."""
    return torch.cat(
        [
            x.new_zeros(width) if factor is None else x @ weights.a[:, columns] @ factor
            for width, columns, factor in zip(
                weights.widths, weights.columns, weights.b, strict=True
            )
        ]
    )


def assert_holds(stack: RowStack, adapters: list[AdapterWeights]) -> None:
    """Every row adds exactly its adapter's delta, and nothing where that has none."""
    part = StackPart(stack.hold(adapters), 0, len(adapters))
    x = torch.randn(len(adapters), 5, generator=torch.Generator().manual_seed(9))
    slices = [slice(0, 6), slice(6, 9), slice(9, 12)]
    for path in stack.groups:
        added = torch.zeros(1, len(adapters), sum(OUT))
        GroupDelta(path, slices, ActivePlan(LoraPlan((part,))))(x.unsqueeze(0), added)
        for row, held in enumerate(adapters):
            weights = held.groups.get(path)
            wanted = torch.zeros(sum(OUT)) if weights is None else delta(weights, x[row])
            torch.testing.assert_close(added[0, row], wanted)


def test_rows_are_rewritten_whole():
    """Catches what is left of the adapter that sat there before: its wider rank, its layers."""
    wide, narrow = adapter("wide", 8, 0, 1, 2), adapter("narrow", 3, 0, 2)
    stack = RowStack(bucket=8)
    for held in ([wide, narrow, wide], [narrow, wide], [narrow, narrow, narrow, wide], [wide]):
        assert_holds(stack, held)


def test_a_new_target_leaves_no_row_behind():
    """Catches rows lost when the stack grows by a layer that nobody targeted before."""
    first, second = adapter("first", 4, 0), adapter("second", 4, 1)
    elsewhere = adapter("elsewhere", 4, 0, path="o")
    stack = RowStack(bucket=8)
    for held in ([first], [first, second], [first, second, elsewhere]):
        assert_holds(stack, held)


def test_a_row_that_stays_is_not_copied_again():
    """Catches the dear copy of weights being made in every step."""
    one, two = adapter("one", 4, 0), adapter("two", 4, 0)
    stack = RowStack(bucket=8)
    stack.hold([one, one])
    stack.groups["qkv"].a[0] = 7.0
    stack.hold([one, two])
    assert (stack.groups["qkv"].a[0] == 7.0).all()


def test_neighbours_of_one_adapter_become_one_segment():
    """Catches a product per prompt where one would do, and base tokens inside a segment."""
    one, two = adapter("one", 4, 0), adapter("two", 4, 0)
    parts = segments([(None, 3), (one, 2), (one, 5), (None, 1), (one, 1), (two, 4)], start=10)
    assert parts == [SegmentPart(one, 13, 20), SegmentPart(one, 21, 22), SegmentPart(two, 22, 26)]


def test_the_stack_is_as_large_as_what_runs():
    """Catches memory for the most rows that could ever run, or for all that ever ran."""
    one = adapter("one", 8, 0, 1, 2)
    stack = RowStack(bucket=8)
    sizes = []
    for num_rows in (1, 3, 16, 15, 4, 1):
        assert_holds(stack, [one] * num_rows)
        sizes.append(stack.num_bytes // one.num_bytes)
    assert sizes == [1, 4, 16, 16, 4, 1]


def test_a_forgotten_row_is_copied_again():
    """Catches the copy of an adapter that was freed being taken for a new one's."""
    one, two = adapter("one", 4, 0), adapter("two", 4, 0)
    stack = RowStack(bucket=8)
    stack.hold([one, two])
    assert stack.keep({"two"})
    stack.groups["qkv"].a.fill_(7.0)
    stack.hold([one, two])
    assert_holds(stack, [one])
    assert not stack.keep({"three"})
