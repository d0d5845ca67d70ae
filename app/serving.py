"""Opens engine, adapters and application in order, serves, and closes them. Knows no route."""

import socket
from collections.abc import Callable

from app.feedback.store import FeedbackStore
from app.land_server import LandServer
from app.local_catalog import open_catalog
from app.local_engine import open_engine
from app.server import create_app
from app.services import load_adapters
from app.settings import Settings


def serve(
    settings: Settings,
    listener: socket.socket,
    feedback: FeedbackStore,
    say: Callable[[str], None],
    on_ready: Callable[[], None],
) -> None:
    """Serve on `listener` until SIGINT or SIGTERM; `on_ready` is told when requests are answered.

    Raises LoraLandError when the base, the catalogue or a card cannot be served.
    """
    catalog = open_catalog(settings)
    with open_engine(settings, catalog) as worker:
        unavailable = load_adapters(worker, catalog, settings.adapters, say)
        app = create_app(settings, worker, catalog, feedback, unavailable)
        LandServer(app, worker, on_ready).run(sockets=[listener])
