"""Requests, cancellations and loads in any order, without a model: the books always agree."""

from collections import deque

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from engine.lora.recipe import Recipe
from engine.scheduler import Scheduler
from engine.sequence import Sequence
from engine.slots import Slots
from tests.engine.without_model import EngineOptions, compute, recipe, request_for

ADAPTERS = [None, *(recipe(name) for name in "abcde")]
adapters = st.sampled_from(ADAPTERS)


class Shelf:
    """A device whose loads end, or fail, when the test says so."""

    def __init__(self) -> None:
        self.there: set[str] = set()
        self.coming: deque[Recipe] = deque()
        self.is_fast = False

    def bring(self, adapter: Recipe) -> bool:
        assert adapter.digest not in self.there
        if self.is_fast:
            self.there.add(adapter.digest)
        else:
            self.coming.append(adapter)
        return self.is_fast

    def drop(self, adapter: Recipe) -> None:
        self.there.discard(adapter.digest)


class Line(RuleBasedStateMachine):
    """Three slots, four rows, and 60 KV tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.shelf = Shelf()
        self.line = Scheduler(EngineOptions(max_rows=4), 60, Slots(3, self.shelf))
        self.open: set[Sequence] = set()

    @rule(wanted=st.lists(adapters, min_size=1, max_size=4), length=st.integers(1, 30))
    def submit(self, wanted: list[Recipe | None], length: int) -> None:
        group = [request_for(adapter, max_tokens=length) for adapter in wanted]
        self.open.update(group)
        self.line.add(group)

    @rule(num_steps=st.integers(1, 40))
    def step(self, num_steps: int) -> None:
        for _ in range(num_steps):
            for row in compute(self.line.schedule()):
                self.end(row)

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        in_flight = self.line.in_flight
        chosen = data.draw(st.sampled_from(in_flight))
        if chosen in self.line.running:
            self.end(chosen)
        else:
            self.open -= set(self.line.drop_waiting(lambda sequence: sequence is chosen))

    @precondition(lambda self: self.shelf.coming)
    @rule(fails=st.booleans())
    def end_a_load(self, fails: bool) -> None:
        adapter = self.shelf.coming.popleft()
        if fails:
            self.line.slots.give_up(adapter)
            self.open -= set(self.line.drop_waiting(lambda s: s.adapter is adapter))
        else:
            self.shelf.there.add(adapter.digest)
            self.line.slots.arrived(adapter)

    @rule(is_fast=st.booleans())
    def change_speed(self, is_fast: bool) -> None:
        self.shelf.is_fast = is_fast

    def end(self, row: Sequence) -> None:
        self.line.finish(row)
        self.open.remove(row)

    @invariant()
    def books_agree(self) -> None:
        assert self.line.faults() == []
        assert set(self.line.in_flight) == self.open
        ready = {d for d, slot in self.line.slots.by_digest.items() if not slot.is_loading}
        assert ready == self.shelf.there

    def teardown(self) -> None:
        """Whatever has happened, everybody is served once the loads have ended."""
        for _ in range(100 * len(self.open)):
            while self.shelf.coming:
                self.end_a_load(fails=False)
            self.step(1)
        assert not self.open


TestLine = Line.TestCase
TestLine.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
