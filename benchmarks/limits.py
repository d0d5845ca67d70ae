"""What the machine allows: the roofline, from two rates measured here and counted work.

    seconds >= max(bytes / bandwidth, flops / peak)

Bandwidth and peak are measured on this machine, not taken from a data sheet. The model is that of
Williams, Waterman and Patterson, "Roofline: an insightful visual performance model for multicore
architectures", Communications of the ACM 52(4), 2009. Only what nobody can avoid is counted, so a
share of 1 is out of reach, and a share above 1 would be a fault in this file.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import torch

from benchmarks.threads import alone
from benchmarks.timing import wait_for

GIB = 1 << 30
SMALLEST_BYTES = 1 << 16
PRODUCT_SIZES = {"cpu": 2048, "cuda": 8192}
"""The n of the product that is timed: large enough that starting it does not count."""
ENOUGH_S = 0.1
_PRODUCT_DTYPES = (torch.float32, torch.bfloat16)


@dataclass(frozen=True)
class Cost:
    """Work: bytes that must be read, and floating-point operations (a * b + c is two)."""

    num_bytes: int = 0
    num_flops: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.num_bytes + other.num_bytes, self.num_flops + other.num_flops)


@dataclass(frozen=True)
class Limit:
    """The least `seconds` for `num_bytes` and `num_flops`, and which of the two sets it."""

    seconds: float
    by: Literal["bytes", "flops"]
    num_bytes: int
    num_flops: int


class Machine:
    """The two rates of one device, each measured when first asked for, with `num_threads`.

    `memory_bytes` is a buffer far larger than any cache, `product_size` the n of the product
    (None: what suits the device).
    """

    def __init__(
        self,
        device: torch.device,
        num_threads: int,
        memory_bytes: int = GIB,
        product_size: int | None = None,
    ) -> None:
        self.memory_bytes = memory_bytes
        self._device = device
        self._num_threads = num_threads
        self._product_size = product_size or PRODUCT_SIZES[device.type]

    def limit(self, cost: Cost, num_times: int = 1) -> Limit:
        """Of `cost`, `num_times` one after another: a decode step waits for the one before."""
        for_bytes = cost.num_bytes / self.bandwidth(cost.num_bytes)
        for_flops = cost.num_flops / self.flops_per_s
        return Limit(
            seconds=num_times * max(for_bytes, for_flops),
            by="bytes" if for_bytes >= for_flops else "flops",
            num_bytes=num_times * cost.num_bytes,
            num_flops=num_times * cost.num_flops,
        )

    def bandwidth(self, num_bytes: int) -> float:
        """Bytes per second, read over and over from a buffer of about `num_bytes`.

        A small working set lives in a cache and is read faster than main memory gives. The size
        is rounded down to a power of two, and a smaller buffer counts as no slower than a larger
        one (the call itself takes its time): both err on the machine's side.
        """
        least = min(num_bytes, self.memory_bytes) // 2
        return max(rate for size, rate in self._read_rates.items() if size > least)

    @cached_property
    def _read_rates(self) -> dict[int, float]:
        """Bytes per second by the size of the buffer, from a few pages to main memory."""
        rates = {}
        size = self.memory_bytes
        while size >= SMALLEST_BYTES:
            rates[size] = self._read_rate(size)
            size //= 2
        return rates

    def _read_rate(self, num_bytes: int) -> float:
        """A sum of squares reads every byte once, a copy moves it twice; the faster counts."""
        numbers = torch.ones(num_bytes // 4, device=self._device)
        other = torch.empty_like(numbers)
        return max(
            num_bytes / self._best_seconds(lambda: torch.dot(numbers, numbers)),
            2 * num_bytes / self._best_seconds(lambda: other.copy_(numbers)),
        )

    @cached_property
    def flops_per_s(self) -> float:
        """2 n^3 operations of a square product, in the faster of float32 and bfloat16."""
        return max(self._product_rate(dtype) for dtype in _PRODUCT_DTYPES)

    def _product_rate(self, dtype: torch.dtype) -> float:
        size = self._product_size
        left = torch.ones(size, size, dtype=dtype, device=self._device)
        out = torch.empty_like(left)
        return 2 * size**3 / self._best_seconds(lambda: torch.mm(left, left, out=out))

    def _best_seconds(self, call: Callable[[], object]) -> float:
        """The fastest of as many calls as fit `ENOUGH_S`: a limit is what was once possible."""

        @torch.inference_mode()
        def fastest_s() -> float:
            call()
            fastest = math.inf
            until_s = time.perf_counter() + ENOUGH_S
            while (started_s := time.perf_counter()) < until_s:
                call()
                wait_for(self._device)
                fastest = min(fastest, time.perf_counter() - started_s)
            return fastest

        return alone(self._num_threads, fastest_s)
