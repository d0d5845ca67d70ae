"""The requests that have not ended: their streams, and who else is told how each of them ended.

Knows no engine and no model. Usable from every thread; only the engine's tells.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping

from engine.request import Event, FinishEvent, GenerationRequest
from engine.sequence import Sequence
from engine.stream import Stream

Watcher = Callable[[GenerationRequest, FinishEvent], None]
"""Told of every end on the engine's thread, so that it must be quick."""

logger = logging.getLogger(__name__)


class InFlight:
    """The streams by their sequences, from submit until the FinishEvent."""

    def __init__(self) -> None:
        self._streams: dict[Sequence, Stream] = {}
        self._watchers: list[Watcher] = []
        self._lock = threading.Lock()

    @property
    def sequences(self) -> list[Sequence]:
        with self._lock:
            return list(self._streams)

    def add(self, streams: Mapping[Sequence, Stream]) -> None:
        with self._lock:
            self._streams.update(streams)

    def watch(self, watcher: Watcher) -> None:
        self._watchers.append(watcher)

    def tell(self, events: Iterable[tuple[Sequence, Event]]) -> None:
        """Push each event into its stream. Whoever has read an end finds it counted."""
        for sequence, event in events:
            if isinstance(event, FinishEvent):
                self._tell_watchers(sequence.request, event)
                with self._lock:
                    stream = self._streams.pop(sequence)
            else:
                stream = self._streams[sequence]
            stream.push(event)

    def _tell_watchers(self, request: GenerationRequest, end: FinishEvent) -> None:
        for watcher in self._watchers:
            try:
                watcher(request, end)
            except Exception:
                # Whoever asked must get an answer, whatever is wrong with those who count it.
                logger.exception("A watcher failed at the end of a request")
