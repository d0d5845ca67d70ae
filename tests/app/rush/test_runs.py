"""Whose run it is, and whose turn."""

from typing import Any

import pytest

from app.rush.runs import MOST_RUNS, Runs, TooManyRuns

ME, YOU = "0" * 32, "1" * 32


class Standing:
    """A run that only knows whether it was stopped."""

    is_stopped = False

    def stop(self) -> None:
        self.is_stopped = True


def added(runs: Runs, session_id: str, run_id: str = "run") -> Any:
    run: Any = Standing()
    runs.add(session_id, run_id, run)
    return run


def test_one_run_for_each_visitor() -> None:
    """Catches a visitor with ten tabs who fills the engine, and one who is locked out later."""
    runs = Runs()
    added(runs, ME)
    runs.begin(ME, "run")
    with pytest.raises(TooManyRuns, match="under way"):
        added(runs, ME)
    runs.end(ME)
    added(runs, ME)


def test_a_run_begins_once_and_only_for_its_visitor() -> None:
    """Catches a stranger who reads or stops a run, and a reconnecting page that runs it again."""
    runs = Runs()
    run = added(runs, ME)
    assert runs.begin(YOU, "run") is None
    assert runs.begin(ME, "other") is None
    assert runs.begin(ME, "run") is run
    assert runs.begin(ME, "run") is None
    assert not runs.stop(YOU, "run")
    assert not runs.stop(ME, "other")
    assert not run.is_stopped
    assert runs.stop(ME, "run")
    assert run.is_stopped


def test_a_run_that_nobody_reads_stands_in_nobodys_way() -> None:
    """Catches a lost page that locks its visitor out, and programs that fill the memory."""
    runs = Runs()
    added(runs, ME, "lost")
    added(runs, ME, "new")
    assert runs.begin(ME, "lost") is None
    assert runs.begin(ME, "new") is not None
    for number in range(3 * MOST_RUNS):
        added(runs, f"program {number}")
    assert runs.begin("program 0", "run") is None
    assert runs.begin(f"program {3 * MOST_RUNS - 1}", "run") is not None


def test_runs_take_turns_in_the_order_in_which_they_began() -> None:
    """Catches a run that is overtaken for ever, and one that waits for a run that has ended."""
    runs = Runs()
    for session_id in (ME, YOU):
        added(runs, session_id)
        runs.begin(session_id, "run")
    assert runs.queue(ME) is None
    assert "1 more" in (runs.queue(YOU) or "")
    runs.end(ME)
    assert runs.queue(YOU) is None


def test_a_crowd_is_refused() -> None:
    """Catches a line of runs so long that nobody in it is ever answered."""
    runs = Runs()
    for number in range(MOST_RUNS):
        added(runs, str(number))
        runs.begin(str(number), "run")
    with pytest.raises(TooManyRuns, match="Many people"):
        added(runs, ME)
