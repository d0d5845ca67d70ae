"""Where a command writes its result: a file that appears whole, or standard output."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from adapters.errors import LoraLandError


class OutputRefused(LoraLandError):
    """The file of --output cannot be written; shown to whoever named it."""


@contextmanager
def opened_output(path: Path | None) -> Iterator[TextIO]:
    """Text to `path`, which is replaced only when all went well; None is standard output.

    Raises OutputRefused.
    """
    if path is None:
        yield sys.stdout
        return
    unfinished = path.with_name(path.name + ".part")
    try:
        out = unfinished.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise OutputRefused(f"{path} cannot be written: {error.strerror}.") from error
    try:
        with out:
            yield out
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
