"""Engines stepped by hand: no thread, so that a test sees every step."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import torch

import engine.engine
from engine.engine import Engine
from engine.loading import load_model
from engine.lora.layers import install_lora
from engine.options import EngineOptions
from engine.request import Event, FinishEvent, GenerationRequest, SamplingParams, TokenEvent
from engine.sequence import Sequence

MakeEngine = Callable[..., Engine]


class Driver:
    """Runs requests through an engine and keeps what came out, row by row."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.events: dict[Sequence, list[Event]] = {}
        self.logits: dict[Sequence, list[torch.Tensor]] = {}

    def add(self, requests: Iterable[GenerationRequest]) -> list[Sequence]:
        """Queue requests that start together."""
        sequences = [self.engine.prepare(request) for request in requests]
        self.engine.scheduler.add(sequences)
        self.events.update({sequence: [] for sequence in sequences})
        return sequences

    def step(self) -> None:
        for sequence, event in self.engine.step():
            self.events[sequence].append(event)

    def finish(self) -> None:
        """Step until nothing is left."""
        while self.engine.scheduler.has_work:
            self.step()

    def run(self, requests: Iterable[GenerationRequest]) -> list[Sequence]:
        sequences = self.add(requests)
        self.finish()
        return sequences

    def tokens(self, sequence: Sequence) -> list[int]:
        return [e.token_id for e in self.events[sequence] if isinstance(e, TokenEvent)]

    def result(self, sequence: Sequence) -> FinishEvent:
        finishes = [e for e in self.events[sequence] if isinstance(e, FinishEvent)]
        assert len(finishes) == 1, "an answer ends exactly once"
        assert self.events[sequence][-1] is finishes[0]
        return finishes[0]


@pytest.fixture
def drive(monkeypatch: pytest.MonkeyPatch) -> Callable[[Engine], Driver]:
    """Wrap an engine in a Driver that also records the logits that each token was picked from."""
    original = engine.engine.pick_tokens

    def build(target: Engine) -> Driver:
        driver = Driver(target)

        def recording(logits: torch.Tensor, rows: list[Sequence]) -> list[int | None]:
            for index, row in enumerate(rows):
                driver.logits.setdefault(row, []).append(logits[index].clone())
            return original(logits, rows)

        monkeypatch.setattr(engine.engine, "pick_tokens", recording)
        return driver

    return build


@pytest.fixture(scope="session")
def make_engine(tiny_base: Path) -> MakeEngine:
    """Build an engine on the tiny base; `lora=False` installs no LoRA."""

    def build(bits: int = 32, lora: bool = True, **limits: int) -> Engine:
        loaded = load_model(tiny_base, bits, device="cpu")
        sites = install_lora(loaded.model) if lora else None
        return Engine(loaded, EngineOptions(**limits), sites)

    return build


def greedy(prompt: str, adapter_id: str | None = None, max_tokens: int = 12) -> GenerationRequest:
    """A greedy request of `max_tokens` tokens, whatever comes."""
    sampling = SamplingParams(max_tokens=max_tokens, ignore_eos=True)
    return GenerationRequest(prompt, adapter_id, sampling)


@pytest.fixture(name="greedy")
def greedy_fixture() -> Callable[..., GenerationRequest]:
    return greedy
