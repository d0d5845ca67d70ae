"""Server-sent events of something that ends with the response. Knows nothing of what it is."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from sse_starlette import EventSourceResponse
from sse_starlette.sse import SendTimeoutError
from starlette.types import Receive, Scope, Send

READING_PATIENCE_S = 60.0
"""How long one event may wait for its reader; what is told to nobody must not go on for ever."""
_log = logging.getLogger(__name__)


class EventStream(EventSourceResponse):
    """Sends `content`, and then awaits `end`, however the sending has ended.

    The generator's own `finally` would not do: a client that leaves before the first event
    leaves a generator that never started.
    """

    def __init__(self, content: AsyncIterator[Any], end: Callable[[], Awaitable[None]]) -> None:
        # The grace lets a stream say in its last event that the server stops.
        super().__init__(
            content, sep="\n", shutdown_grace_period=2.0, send_timeout=READING_PATIENCE_S
        )
        self._end = end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            _log.info("A client has read nothing for %g s; its stream ends.", READING_PATIENCE_S)
        finally:
            await self._end()
