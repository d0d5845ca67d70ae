"""Progress of a command on standard error: a bar in a terminal, a line now and then in a log."""

import sys
from types import TracebackType
from typing import Any, Self

import typer

LINES_PER_RUN = 20


class Progress:
    """`with Progress("examples") as progress: progress(3, 100)` - done, in all, and a remark."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._bar: Any = None
        self._num_lines = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.__exit__(kind, error, trace)

    def __call__(self, num_done: int, num_all: int, remark: str = "") -> None:
        if sys.stderr.isatty():
            self._draw(num_done, num_all, remark)
        elif num_done * LINES_PER_RUN >= num_all * (self._num_lines + 1):
            # Without a terminal nobody sees a bar move.
            self._num_lines = num_done * LINES_PER_RUN // num_all
            typer.echo(f"{self._label}: {num_done} of {num_all} {remark}".rstrip(), err=True)

    def _draw(self, num_done: int, num_all: int, remark: str) -> None:
        if self._bar is None:
            self._bar = typer.progressbar(
                length=num_all, label=self._label, file=sys.stderr, item_show_func=str
            ).__enter__()
        self._bar.update(num_done - self._bar.pos, remark)
