"""Opens the engine that the settings name. Knows no HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager

from transformers.utils.logging import disable_progress_bar

from adapters.catalog import Catalog
from app.local_catalog import base_id, open_catalog
from app.settings import Settings
from engine.opening import open_worker
from engine.worker import EngineWorker

MIB = 1024 * 1024


def open_engine(settings: Settings, catalog: Catalog) -> EngineWorker:
    """The running engine, no adapter loaded. Raises ModelRefused, or BadRequest for a limit."""
    if settings.base is None:
        disable_progress_bar()  # The embedded base is there before a bar is.
    return open_worker(
        settings.base or catalog.profile.base,
        name=base_id(settings),
        bits=settings.bits,
        max_rows=settings.max_rows,
        max_waiting=settings.max_waiting,
        max_context=settings.max_context,
        max_adapters=settings.max_adapters,
        host_bytes=None if settings.adapter_mib is None else settings.adapter_mib * MIB,
        kv_tokens=settings.kv_tokens,
        max_tokens=settings.max_tokens,
        timeout_s=settings.request_timeout_s,
        num_threads=settings.threads,
    )


@contextmanager
def opened(settings: Settings) -> Iterator[tuple[EngineWorker, Catalog]]:
    """Engine and catalogue for one command; the engine ends with it."""
    catalog = open_catalog(settings)
    with open_engine(settings, catalog) as worker:
        yield worker, catalog
