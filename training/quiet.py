"""Keeps libraries from talking where a person waits for a progress bar. Imports none of them.

What is hidden was read: names that transformers will retire and trl still calls, a kernel package
that bitsandbytes tries and does without, its cast to float16 at each 8-bit product. Errors are let
through.
"""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_TALKATIVE = (
    "bitsandbytes.autograd._functions",
    "bitsandbytes.backends.cpu.ops",
    "transformers",
    "trl",
    "peft",
    "accelerate",
)


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Hide their warnings and chatter; worth putting around the first import of training.tune."""
    levels = {name: logging.getLogger(name).level for name in _TALKATIVE}
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=FutureWarning)
            yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
