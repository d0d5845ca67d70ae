"""Lets one thread compute at a time, as in a server.

OpenMP keeps helpers for every thread that ever computed with several. Once all of them together
are more than the cores, it lets them sleep between two operations instead of spin, and each
operation waits for them to wake: the engine's steps took twice as long beside a main thread that
had once loaded weights (docs/log.md). So whoever is measured computes in a thread that is gone
afterwards, with its helpers, and the main thread keeps to itself.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch

T = TypeVar("T")


def alone(num_threads: int, call: Callable[[], T]) -> T:
    """What `call` returns, or raises, in a thread of its own that computes with `num_threads`.

    Threads that begin later, here or in `call`, compute with as many.
    """

    def run() -> T:
        torch.set_num_threads(num_threads)
        return call()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()
