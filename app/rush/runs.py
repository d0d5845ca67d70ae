"""Which runs there are, and whose turn it is: one per visitor, one at a time. Knows no HTTP.

A run exists from the moment that it is asked for, and begins when somebody reads its events.
"""

from app.rush.questions import RunRefused
from app.rush.run import Run

MOST_RUNS = 8


class TooManyRuns(RunRefused):
    """This visitor has a run under way, or everybody together has too many; shown to visitors."""


class Runs:
    """For one event loop. `_begun` are in the order in which they take turns."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[str, Run]] = {}  # session -> the run not begun, and its id
        self._begun: dict[str, tuple[str, Run]] = {}

    def add(self, session_id: str, run_id: str, run: Run) -> None:
        """Keep a run until it begins; it replaces one that never did. Raises TooManyRuns."""
        if session_id in self._begun:
            raise TooManyRuns("You have a run under way; wait for its end, or stop it.")
        if len(self._begun) >= MOST_RUNS:
            raise TooManyRuns("Many people are here at once; please try again in a minute.")
        self._waiting.pop(session_id, None)
        while len(self._waiting) >= MOST_RUNS:
            del self._waiting[next(iter(self._waiting))]  # the oldest: nobody came for it
        self._waiting[session_id] = (run_id, run)

    def begin(self, session_id: str, run_id: str) -> Run | None:
        """The run of that id, once; None where this visitor has no such run to begin."""
        kept_id, run = self._waiting.get(session_id, ("", None))
        if kept_id != run_id or run is None:
            return None
        self._begun[session_id] = self._waiting.pop(session_id)
        return run

    def stop(self, session_id: str, run_id: str) -> bool:
        """Stop a visitor's own run; whoever reads its events is told its end."""
        kept_id, run = self._begun.get(session_id, ("", None))
        if kept_id != run_id or run is None:
            return False
        run.stop()
        return True

    def end(self, session_id: str) -> None:
        """The run has ended, or nobody reads it any more."""
        _, run = self._begun.pop(session_id)
        run.stop()

    def queue(self, session_id: str) -> str | None:
        """Why it is not yet the turn of this visitor's run, as a sentence."""
        num_before = list(self._begun).index(session_id)
        if not num_before:
            return None
        return f"{num_before} more asked for all tasks before you; your run begins after theirs."
