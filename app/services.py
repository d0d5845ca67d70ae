"""What the page and the API are given: the parts that `serve` opened, and what stands in them.

Owns which adapters are served, and under which names; knows no HTTP.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from adapters.catalog import Catalog, Entry
from adapters.errors import AdapterRefused, LoraLandError
from adapters.files import digest
from adapters.provenance import refuse_other_base
from app.feedback.store import FeedbackStore
from app.local_catalog import adapter_folders, base_id, warn_of_damage
from app.orders import NONE, UNLOADED, Orders
from app.recent import RecentAnswers
from app.settings import Settings
from app.task import Task
from engine.errors import EngineError, UnknownAdapter
from engine.status import AdapterInfo
from engine.worker import EngineWorker

PAUSE_S = 0.02
"""Between the starts of two looks, however many ask. A glance at the folders takes milliseconds."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stock:
    """What is served at one moment. `unavailable` says per task why its adapter is not.

    `orders` are the operator's, which win over what lies on the disk.
    """

    catalog: Catalog
    tasks: Mapping[str, Task]
    unavailable: Mapping[str, str]
    orders: Orders = NONE


class Shelf:
    """The one owner of what is served, which changes when somebody looks and the disk has changed.

    `stock` is replaced as a whole: who needs two things of the same moment takes it once.
    """

    def __init__(
        self,
        worker: EngineWorker,
        catalog: Catalog,
        folder: Path | None,
        unavailable: Mapping[str, str],
    ) -> None:
        """`folder` is that of --adapters. What `catalog` holds has been loaded."""
        tasks = {task: Task(entry) for task, entry in catalog.entries.items()}
        self.stock = Stock(catalog, tasks, unavailable)
        self._worker = worker
        self._folder = folder
        self._looking = threading.Lock()
        self._looked_s = float("-inf")  # when the last look began

    def look(self) -> None:
        """Take in what has been published, replaced, scored or removed since the last look.

        Blocks while adapters are loaded: not for the event loop. What lay on the disk when it was
        called is taken in when it returns; those who wait together share one look.
        """
        arrived_s = time.monotonic()
        with self._looking:
            if self._looked_s > arrived_s:
                return
            time.sleep(max(0.0, self._looked_s + PAUSE_S - time.monotonic()))
            looked_s = time.monotonic()
            if not self.stock.catalog.is_current():
                self._restock()
            self._looked_s = looked_s

    def load(self, name: str, place: Path) -> AdapterInfo:
        """Serve the adapter in `place` by this name until it is unloaded; blocks.

        Raises AdapterRefused, also for a name that is served or stands for another folder.
        """
        with self._looking:
            catalog, orders = self.stock.catalog, self.stock.orders
            if any(info.adapter_id == name for info in self._worker.adapters):
                raise AdapterRefused(f"{name!r} is served already; unload it first.")
            own = dict(adapter_folders(catalog, self._folder)).get(name)
            if own is not None and own.resolve() != place:
                raise AdapterRefused(
                    f"{name!r} is the name of an adapter on the disk of this server, whose card "
                    "and scores are not those of another; choose another name."
                )
            refuse_other_base(place, catalog.base_digest)
            info = self._worker.load_adapter(name, place)
            orders = orders.with_loaded(name) if own is None else orders.as_on_disk(name)
            others = {task: why for task, why in self.stock.unavailable.items() if task != name}
            self.stock = replace(self.stock, unavailable=others, orders=orders)
            return info

    def unload(self, name: str) -> Future[None]:
        """Serve it no more, also if it lies on the disk; the future is done once it is freed.

        Answers under way go on. Raises UnknownAdapter.
        """
        with self._looking:
            freed = self._worker.unload_adapter(name)
            orders = self.stock.orders.with_unloaded(name)
            gone = _unloaded(self.stock.catalog, self._folder, orders)
            unavailable = {**self.stock.unavailable, **gone}
            self.stock = replace(self.stock, unavailable=unavailable, orders=orders)
            return freed

    def _restock(self) -> None:
        """Load what is new, then show it, then drop what is gone. No answer under way is touched:
        it keeps the weights that it began with."""
        old, catalog = self.stock, self.stock.catalog.reread()
        warn_of_damage(catalog, old.catalog)
        said = {_skipping(task, why) for task, why in old.unavailable.items()}

        def complain(sentence: str) -> None:
            if sentence not in said:
                _log.warning("%s", sentence)

        unavailable = load_adapters(self._worker, catalog, self._folder, complain, old.orders)
        self.stock = Stock(catalog, _tasks(catalog, old), unavailable, old.orders)
        served = dict(adapter_folders(catalog, self._folder)).keys() - unavailable.keys()
        for task, _ in old.orders.left(adapter_folders(old.catalog, self._folder)):
            if task not in served:
                with suppress(EngineError):  # It may never have been loaded.
                    self._worker.unload_adapter(task)


def _tasks(catalog: Catalog, old: Stock) -> dict[str, Task]:
    """The tasks of the catalogue; one with unchanged files keeps the examples that it has read."""

    def is_as_before(entry: Entry) -> bool:
        known, before = old.tasks.get(entry.card.task), old.catalog.seen
        same_files = all(catalog.seen.get(root) == before.get(root) for root in entry.roots)
        return known is not None and known.entry == entry and same_files

    return {
        task: old.tasks[task] if is_as_before(entry) else Task(entry)
        for task, entry in catalog.entries.items()
    }


@dataclass(frozen=True)
class Services:
    """One server's parts."""

    settings: Settings
    worker: EngineWorker
    shelf: Shelf
    feedback: FeedbackStore
    recent: RecentAnswers = field(default_factory=RecentAnswers)
    started_at: int = field(default_factory=lambda: int(time.time()))

    @property
    def base_id(self) -> str:
        """The model id of the base."""
        return base_id(self.settings)

    @property
    def unavailable(self) -> Mapping[str, str]:
        """Why an adapter is not served, by task."""
        return self.shelf.stock.unavailable

    def adapter_id(self, model: str) -> str | None:
        """The adapter that `model` names, None for the base. Raises UnknownAdapter.

        A name that is not served may be that of a new adapter: `Shelf.look` says what that costs.
        """
        if model == self.base_id:
            return None
        if model not in self._served():
            self.shelf.look()
        served = self._served()
        if model in served:
            return model
        if model in self.unavailable:
            raise UnknownAdapter(f"{model!r} is not served. {self.unavailable[model]}")
        names = ", ".join([self.base_id, *served])
        raise UnknownAdapter(f"There is no model {model!r}; the models are {names}.")

    def _served(self) -> list[str]:
        return sorted(info.adapter_id for info in self.worker.adapters)


def load_adapters(
    worker: EngineWorker,
    catalog: Catalog,
    folder: Path | None,
    complain: Callable[[str], None],
    orders: Orders = NONE,
) -> dict[str, str]:
    """Load the adapters of the catalogue and those of `folder`; returns task -> why not.

    Those of which something was ordered are left as they are, and so is one that is loaded already
    with just these weights. A damaged one costs its own task and one sentence, never the server.
    """
    missing = [task for task, entry in catalog.entries.items() if entry.folder is None]
    unavailable = dict.fromkeys(missing, "There is no adapter for this task yet.")
    unavailable |= {t: why for t, why in catalog.damaged.items() if t not in catalog.entries}
    unavailable |= _unloaded(catalog, folder, orders)
    for task in orders.loaded:
        unavailable.pop(task, None)
    loaded = {info.adapter_id: info.digest for info in worker.adapters}
    for task, place in orders.left(adapter_folders(catalog, folder)):
        try:
            refuse_other_base(place, catalog.base_digest)
            if task not in loaded or loaded[task] != digest(place):
                worker.load_adapter(task, place)
        except LoraLandError as error:
            unavailable[task] = str(error)
            complain(_skipping(task, str(error)))
    return unavailable


def _unloaded(catalog: Catalog, folder: Path | None, orders: Orders) -> dict[str, str]:
    """What is said of those that the operator has unloaded, as far as anybody still knows them."""
    known = {*catalog.entries, *dict(adapter_folders(catalog, folder))}
    return dict.fromkeys(known & orders.unloaded, UNLOADED)


def _skipping(task: str, why: str) -> str:
    return f"Skipping {task}. {why}"
