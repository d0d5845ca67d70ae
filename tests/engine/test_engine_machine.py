"""Submit, cancel, load, unload, replace, step, in any order: the books agree, the answers too."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from engine.engine import Engine
from engine.loading import load_model
from engine.lora.layers import install_lora
from engine.options import EngineOptions
from engine.request import AdapterShare, FinishEvent, FinishReason, GenerationRequest, TokenEvent
from engine.sequence import Sequence
from tests.engine.conftest import greedy

PROMPT = "### Tweet: tea"
NAMES = ("a", "b", "c")
NUM_VARIANTS = 3
names = st.sampled_from(NAMES)
variants = st.integers(0, NUM_VARIANTS - 1)


class WhenTold(Executor):
    """Keeps what it is given until the test has it run."""

    def __init__(self) -> None:
        self.jobs: deque[Callable[[], None]] = deque()

    def submit(self, fn, /, *args, **kwargs):
        future: Future = Future()
        self.jobs.append(lambda: future.set_result(fn(*args, **kwargs)))
        return future


class Machine(RuleBasedStateMachine):
    """Two slots, three rows, and RAM for one adapter and a half."""

    def __init__(self, engine: Engine, folders: list[Path], expected: dict[str, list[int]]) -> None:
        super().__init__()
        self.engine, self.folders, self.expected = engine, folders, expected
        self.loader = WhenTold()
        engine.tiers.loads.run_on(self.loader, lambda: None)
        self.tokens: dict[Sequence, list[int]] = {}
        self.num_unloaded = self.num_freed = 0

    def submit(self, *requests: GenerationRequest) -> None:
        sequences = [self.engine.prepare(request) for request in requests]
        self.tokens.update({sequence: [] for sequence in sequences})
        self.engine.scheduler.add(sequences)

    @rule(name=names, variant=variants)
    def load(self, name: str, variant: int) -> None:
        self.engine.adapters.load(name, self.folders[variant])

    @precondition(lambda self: self.engine.adapters.known)
    @rule(data=st.data())
    def unload(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.engine.adapters.known)))
        self.num_unloaded += 1
        self.engine.adapters.unload(name, self.count_freed)

    def count_freed(self) -> None:
        self.num_freed += 1

    @precondition(lambda self: self.engine.adapters.known)
    @rule(data=st.data(), is_pair=st.booleans())
    def ask(self, data: st.DataObject, is_pair: bool) -> None:
        name = data.draw(st.sampled_from(sorted(self.engine.adapters.known)))
        base = [greedy(PROMPT, None, 6)] if is_pair else []
        self.submit(greedy(PROMPT, name, 6), *base)

    @precondition(lambda self: len(self.engine.adapters.known) > 1)
    @rule(scale=st.sampled_from((0.0, 0.5)))
    def ask_for_a_mix(self, scale: float) -> None:
        first, second, *_ = sorted(self.engine.adapters.known)
        mix = (AdapterShare(first), AdapterShare(second, scale))
        self.submit(GenerationRequest(PROMPT, mix=mix, sampling=greedy(PROMPT, None, 6).sampling))

    @precondition(lambda self: self.tokens)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from(list(self.tokens))).cancelled = True

    @rule(num_steps=st.integers(1, 8))
    def step(self, num_steps: int) -> None:
        for _ in range(num_steps):
            for sequence, event in self.engine.step():
                self.hear(sequence, event)

    @precondition(lambda self: self.loader.jobs)
    @rule()
    def end_a_load(self) -> None:
        self.loader.jobs.popleft()()

    def hear(self, sequence: Sequence, event: TokenEvent | FinishEvent) -> None:
        if isinstance(event, TokenEvent):
            self.tokens[sequence].append(event.token_id)
            return
        tokens = self.tokens.pop(sequence)
        if event.reason is FinishReason.CANCELLED:
            assert sequence.cancelled
        else:
            assert event.reason is FinishReason.LENGTH, event.error
            digest = sequence.adapter.digest if sequence.adapter else ""
            assert event.adapter_digest == (digest or None)
            assert tokens == self.expected.get(digest, tokens)

    @invariant()
    def books_agree(self) -> None:
        assert self.engine.adapters.faults() == []
        assert set(self.tokens) == set(self.engine.scheduler.in_flight)
        assert self.num_freed <= self.num_unloaded

    def teardown(self) -> None:
        """Everybody is answered, and nothing is left of what is unloaded."""
        while self.engine.has_work:
            while self.loader.jobs:
                self.end_a_load()
            self.step(1)
        assert not self.tokens
        for name in tuple(self.engine.adapters.known):
            self.engine.adapters.unload(name, self.count_freed)
            self.num_unloaded += 1
        assert self.num_freed == self.num_unloaded
        assert self.engine.tiers.host.num_bytes == self.engine._order.num_bytes == 0
        assert not self.engine.tiers.on_device
        self.books_agree()


@pytest.fixture(scope="module")
def build(tiny_base: Path) -> Callable[..., Engine]:
    """Engines that share one loaded base."""
    loaded = load_model(tiny_base, 32, device="cpu")
    sites = install_lora(loaded.model)
    return lambda **limits: Engine(loaded, EngineOptions(max_context=64, **limits), sites)


def test_the_engine_in_any_order(build, tiny_adapter):
    """Catches a slot, copy or name that is lost or kept in some order of events."""
    folders = [tiny_adapter(rank=rank, seed=rank) for rank in (4, 8, 16)]
    engine = build()
    expected = {}
    for folder in (None, *folders):
        digest = "" if folder is None else engine.adapters.load("x", folder).digest
        engine.scheduler.add([engine.prepare(greedy(PROMPT, "x" if folder else None, 6))])
        events = [event for _ in range(6) for _, event in engine.step()]
        expected[digest] = [event.token_id for event in events if isinstance(event, TokenEvent)]
    assert len({tuple(tokens) for tokens in expected.values()}) == len(expected)
    size = engine.adapters.known["x"].num_bytes

    def machine() -> Machine:
        limits = {"max_rows": 3, "max_adapters": 2, "host_bytes": size * 3 // 2}
        return Machine(build(**limits), folders, expected)

    how = settings(max_examples=25, stateful_step_count=30, deadline=None)
    run_state_machine_as_test(machine, settings=how)
