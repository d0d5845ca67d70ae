"""Loaders give way to steps, and never wait for what will not come."""

import threading
from collections.abc import Callable

from engine.lora.turns import Turns


def loader(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_a_loader_waits_for_the_end_of_the_step() -> None:
    """Catches adapters on their way that double the time of the steps beside them."""
    turns = Turns(slice_s=0.0)
    told: list[str] = []
    asking = threading.Event()

    def load() -> None:
        asking.set()
        turns.give_way()
        told.append("loader goes on")

    turns.step_begins()
    thread = loader(load)
    assert asking.wait(10)
    thread.join(0.05)  # far less than it waits for a step that does not end
    told.append("step ends")
    turns.step_ends()
    thread.join(10)
    assert told == ["step ends", "loader goes on"]


def test_a_loader_goes_on_beside_a_step_that_never_ends() -> None:
    """Catches a load that hangs for good when the engine does, and those who wait for it."""
    turns = Turns(slice_s=0.0)
    turns.step_begins()
    thread = loader(turns.give_way)
    thread.join(10)
    assert not thread.is_alive()


def test_nobody_waits_while_nothing_runs_or_for_himself() -> None:
    """Catches an idle engine that loads slowly, and one that loads inside its own step for ever."""
    turns = Turns(slice_s=0.0)
    turns.give_way()
    turns.step_begins()
    turns.give_way()
    turns.step_ends()
    turns.give_way()
