"""Those who make weights give way to steps: a little beside each, the rest after it.

Knows no adapter. Every operation of a step gives Python's lock away and waits to have it back, so
a thread that loads beside it can double its time (docs/log.md); a millisecond of loading cannot.
"""

import threading
import time

SLICE_S = 0.001
LONGEST_WAIT_S = 0.25
"""A step may be long, or never end: loads go on all the same."""


class Turns:
    """The engine says when a step begins and ends; one loader at a time asks to go on."""

    def __init__(self, slice_s: float = SLICE_S) -> None:
        self._slice_s = slice_s
        self._ended = threading.Condition()
        self._num_ended = 0
        self._stepping: int | None = None  # the thread that is inside a step
        self._slice_began_s = float("-inf")

    def step_begins(self) -> None:
        self._stepping = threading.get_ident()

    def step_ends(self) -> None:
        with self._ended:
            self._stepping = None
            self._num_ended += 1
            self._ended.notify_all()

    def give_way(self) -> None:
        """Return at once while the slice lasts or nothing runs, else when the step has ended."""
        now_s = time.perf_counter()
        if self._stepping in {None, threading.get_ident()}:
            self._slice_began_s = now_s
        elif now_s - self._slice_began_s >= self._slice_s:
            self._wait()
            self._slice_began_s = time.perf_counter()

    def _wait(self) -> None:
        with self._ended:
            num_before = self._num_ended
            self._ended.wait_for(
                lambda: self._stepping is None or self._num_ended > num_before, LONGEST_WAIT_S
            )
