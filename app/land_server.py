"""The HTTP server's life: ready, serving, stopping. Knows no route and opens no engine."""

import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator

import uvicorn
from fastapi import FastAPI

from adapters.prose import rouge_l
from app.middleware.open_requests import OpenRequests
from app.stop_signals import STOP_SIGNALS
from engine.worker import EngineWorker

GRACE_S = 1.5
"""How long open answers may take to say goodbye when the server stops."""


class LandServer(uvicorn.Server):
    """uvicorn, except that it says when it is ready, ends open streams and dies quietly."""

    def __init__(self, app: FastAPI, worker: EngineWorker, on_ready: Callable[[], None]) -> None:
        self._open = OpenRequests(app)
        self._worker = worker
        self._on_ready = on_ready
        # uvicorn's access log would hold addresses; ours is app/middleware/request_log.py.
        config = uvicorn.Config(
            self._open,
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=3,
        )
        super().__init__(config)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self._on_ready()
            threading.Thread(target=_import_scorer, name="lora-land-scorer", daemon=True).start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # The engine first: every open answer then ends by itself, with a word of why.
        await asyncio.to_thread(self._worker.close)
        await self._open.close(GRACE_S)
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, but the signal is not raised again: the database still has to close."""
        if threading.current_thread() is not threading.main_thread():
            yield  # Python hands signals to the main thread only.
            return
        handlers = {kind: signal.signal(kind, self.handle_exit) for kind in STOP_SIGNALS}
        try:
            yield
        finally:
            for kind, handler in handlers.items():
                signal.signal(kind, handler)


def _import_scorer() -> None:
    """The scorer of prose brings a large library, which takes a second or more to be imported.

    Not before the page is there, and not beside the first answers that are to be marked: the
    first batch of all tasks took twice as long (docs/log.md).
    """
    rouge_l("", ("",))
