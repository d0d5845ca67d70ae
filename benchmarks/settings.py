"""How large the measurements are: the three ladders, and the smoke run of each."""

import os
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Settings:
    """Sizes of one run.

    `batches` are the rows of arithmetic, layer and decode step; `streams` those of serving. There
    are `num_adapters` of `rank`, row i using number i modulo that. Everybody reads prompts of
    `num_prompt_tokens` and makes `num_new_tokens`, greedily and whatever comes. `num_rounds` is
    how often each contestant is timed; `thread_choices` are tried for each before, and the faster
    is kept (empty: the number is left alone). `rivals` are keys of benchmarks/rivals.py.

    Slots: `num_in_use` adapters on `num_slots` slots serve `num_requests`; `num_registered` are
    known while `num_adapters` are in use; `num_cold` load beside running streams.
    """

    device: str
    bits: int = 4
    batches: tuple[int, ...] = (1, 4, 16, 25, 64)
    streams: tuple[int, ...] = (25,)
    num_adapters: int = 25
    rank: int = 8
    num_prompt_tokens: int = 32
    num_new_tokens: int = 128
    num_steps: int = 32
    num_rounds: int = 3
    thread_choices: tuple[int, ...] = ()
    rivals: tuple[str, ...] = ()
    num_in_use: int = 200
    num_slots: int = 32
    num_requests: int = 400
    num_request_tokens: int = 64
    num_registered: int = 1000
    num_cold: int = 10
    seed: int = 0


def mini() -> Settings:
    """`make bench`: the embedded base on this machine's processors."""
    return Settings(
        device="cpu",
        thread_choices=thread_choices(),
        rivals=("peft-mixed", "peft-switching", "continuous-batching", "generate"),
    )


def large() -> Settings:
    """`make bench-large`: where arithmetic, not Python, takes the time."""
    return Settings(
        device="cpu",
        batches=(1, 16),
        streams=(16,),
        num_adapters=16,
        num_prompt_tokens=16,
        num_new_tokens=64,
        num_steps=12,
        thread_choices=(num_cores(),),
    )


def gpu() -> Settings:
    """`make bench-gpu`: a 7B base, as many streams as LoRA Land's 25 adapters and the base have."""
    return Settings(
        device="cuda",
        batches=(1, 8, 26, 64),
        streams=(1, 8, 26, 64),
        num_new_tokens=64,
        num_rounds=2,
        rivals=("peft-mixed",),
    )


def quick(settings: Settings) -> Settings:
    """The same ladder at sizes that only show that it runs; its figures mean nothing."""
    return replace(
        settings,
        batches=settings.batches[:2],
        streams=(4,),
        num_adapters=4,
        num_prompt_tokens=12,
        num_new_tokens=6,
        num_steps=4,
        num_rounds=2,
        thread_choices=settings.thread_choices[:1],
        num_in_use=6,
        num_slots=3,
        num_requests=8,
        num_request_tokens=4,
        num_registered=12,
        num_cold=2,
    )


def thread_choices() -> tuple[int, ...]:
    """One thread, which leaves the others to whoever reads the answers, or all."""
    return tuple(sorted({1, num_cores()}))


def num_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
