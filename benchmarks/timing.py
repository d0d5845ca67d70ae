"""How seconds are taken: contestants in turn, medians later, the device waited for."""

import time
from collections.abc import Callable, Mapping

import torch

SHORTEST_S = 0.01
"""A call that is shorter is repeated until so much has passed: clocks and wake-ups are coarse."""


def wait_for(device: torch.device) -> None:
    """Until all that was asked of `device` is done; a processor never owes anything."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def seconds_per_call(call: Callable[[], object], device: torch.device) -> float:
    """Seconds of one call, over as many calls as take `SHORTEST_S`."""
    num_calls = 1
    while True:
        wait_for(device)
        started_s = time.perf_counter()
        for _ in range(num_calls):
            call()
        wait_for(device)
        taken_s = time.perf_counter() - started_s
        if taken_s >= SHORTEST_S:
            return taken_s / num_calls
        num_calls *= 2


def in_turn(
    contestants: Mapping[str, Callable[[], float]], num_rounds: int
) -> dict[str, tuple[float, ...]]:
    """What each returns, round by round: A B C, C B A, A B C.

    In turn, so that what slows the machine slows everybody; there and back, so that a drift within
    a round favours nobody.
    """
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(num_rounds):
        names = list(contestants)
        for name in names if number % 2 == 0 else reversed(names):
            taken[name].append(contestants[name]())
    return {name: tuple(values) for name, values in taken.items()}
