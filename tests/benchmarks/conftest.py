"""A bench so small that every rung runs in seconds; nothing here looks at a clock."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from benchmarks.bases import BornBase, FolderBase
from benchmarks.bench import Bench
from benchmarks.limits import Machine
from benchmarks.settings import Settings
from benchmarks.shapes import TINY

HERE = Path(__file__).parent
SETTINGS = Settings(
    device="cpu",
    batches=(1, 3),
    streams=(2, 3),
    num_adapters=3,
    rank=4,
    num_prompt_tokens=8,
    num_new_tokens=4,
    num_steps=4,
    num_rounds=2,
    thread_choices=(1,),
    rivals=("peft-mixed", "peft-switching", "continuous-batching", "generate"),
    num_in_use=4,
    num_slots=2,
    num_requests=6,
    num_request_tokens=2,
    num_registered=5,
    num_cold=2,
)


@pytest.fixture(scope="session")
def machine() -> Machine:
    return Machine(torch.device("cpu"), 1, memory_bytes=1 << 17, product_size=64)


@pytest.fixture(scope="session")
def settings() -> Settings:
    return SETTINGS


@pytest.fixture(scope="session")
def bench(tiny_base: Path, machine: Machine, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """On the tests' own checkpoint, as `make bench` uses the embedded one."""
    base = FolderBase(tiny_base, "cpu", "tiny")
    return Bench(SETTINGS, base, tmp_path_factory.mktemp("bench"), machine, lambda _: None)


@pytest.fixture(scope="session")
def born_bench(machine: Machine, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """On a base made on the device, as `make bench-gpu` does, at a processor's size."""
    settings = replace(SETTINGS, rivals=("peft-mixed",))
    base = BornBase(TINY, "cpu")
    return Bench(settings, base, tmp_path_factory.mktemp("born"), machine, lambda _: None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`make test-fast` leaves this folder out."""
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.races)
