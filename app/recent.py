"""How soon the last answers began. Written by the engine's thread, read by any other."""

import threading
from collections import deque

from engine.request import FinishEvent, GenerationRequest

CAPACITY = 200


class RecentAnswers:
    """The last `CAPACITY` answers that had a first token."""

    def __init__(self) -> None:
        self._first_tokens_s: deque[float] = deque(maxlen=CAPACITY)
        self._lock = threading.Lock()

    @property
    def first_tokens_s(self) -> tuple[float, ...]:
        """Seconds from submit to the first token, oldest first."""
        with self._lock:
            return tuple(self._first_tokens_s)

    def add(self, request: GenerationRequest, end: FinishEvent) -> None:
        """An answer that is only read, for its scores, is nobody's wait."""
        if end.first_token_s is not None and request.answer is None:
            with self._lock:
                self._first_tokens_s.append(end.first_token_s)
