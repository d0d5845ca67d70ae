"""One answer as it comes, for threads and for asyncio. Knows no model."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator

from engine.request import Event, FinishEvent


class Stream:
    """The events of one request: any number of TokenEvents, then exactly one FinishEvent.

    Every iteration starts at the first event, so it may be read twice, or late. `adapter_digest`
    names the weights that answer, whatever is loaded later, and `adapter_id` is their name, or that
    of the mix; None is the base alone.
    """

    def __init__(
        self,
        request_id: str,
        on_cancel: Callable[[], None],
        adapter_digest: str | None = None,
        adapter_id: str | None = None,
    ) -> None:
        self.request_id = request_id
        self.adapter_digest = adapter_digest
        self.adapter_id = adapter_id
        self._on_cancel = on_cancel
        self._events: list[Event] = []
        self._arrived = threading.Condition()
        self._sleepers: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def __iter__(self) -> Iterator[Event]:
        """Block until each event is there."""
        position = 0
        while True:
            with self._arrived:
                while len(self._events) == position:
                    self._arrived.wait()
                event = self._events[position]
            yield event
            position += 1
            if isinstance(event, FinishEvent):
                return

    async def __aiter__(self) -> AsyncIterator[Event]:
        """The same without blocking the event loop."""
        position = 0
        while True:
            event = await self._wait(position)
            yield event
            position += 1
            if isinstance(event, FinishEvent):
                return

    def after(self, position: int) -> list[Event]:
        """The events from number `position` on that are there already; never waits."""
        with self._arrived:
            return self._events[position:]

    def cancel(self) -> None:
        """End the answer within one step; from any thread, as often as you like."""
        self._on_cancel()

    def result(self) -> FinishEvent:
        """Block until the answer has ended."""
        with self._arrived:
            self._arrived.wait_for(self._is_finished)
            last = self._events[-1]
        assert isinstance(last, FinishEvent)
        return last

    def push(self, event: Event) -> None:
        """Hand over one event; for the engine's thread. Nothing may follow a FinishEvent."""
        with self._arrived:
            assert not self._is_finished(), "an answer ends only once"
            self._events.append(event)
            self._arrived.notify_all()
            sleepers, self._sleepers = self._sleepers, []
        for loop, wake_up in sleepers:
            try:
                loop.call_soon_threadsafe(wake_up.set)
            except RuntimeError:
                # The reader's event loop has been closed: there is nobody left to wake.
                continue

    async def _wait(self, position: int) -> Event:
        while True:
            wake_up = asyncio.Event()
            with self._arrived:
                if len(self._events) > position:
                    return self._events[position]
                self._sleepers.append((asyncio.get_running_loop(), wake_up))
            await wake_up.wait()

    def _is_finished(self) -> bool:
        return bool(self._events) and isinstance(self._events[-1], FinishEvent)
