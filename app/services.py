"""What the page and the API are given: the parts that `serve` opened, and what stands in them.

Owns the names under which models are served; knows no HTTP.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from adapters.catalog import Catalog
from adapters.errors import LoraLandError
from adapters.provenance import refuse_other_base
from app.feedback.store import FeedbackStore
from app.local_catalog import adapter_folders, base_id
from app.settings import Settings
from engine.errors import UnknownAdapter
from engine.worker import EngineWorker


@dataclass(frozen=True)
class Services:
    """One server's parts. `unavailable` says per task why its adapter is not served."""

    settings: Settings
    worker: EngineWorker
    catalog: Catalog
    feedback: FeedbackStore
    unavailable: Mapping[str, str] = field(default_factory=dict)
    started_at: int = field(default_factory=lambda: int(time.time()))

    @property
    def base_id(self) -> str:
        """The model id of the base."""
        return base_id(self.settings)

    def adapter_id(self, model: str) -> str | None:
        """The adapter that `model` names, None for the base. Raises UnknownAdapter."""
        if model == self.base_id:
            return None
        served = sorted(info.adapter_id for info in self.worker.adapters)
        if model in served:
            return model
        if model in self.unavailable:
            raise UnknownAdapter(f"{model!r} is not served. {self.unavailable[model]}")
        names = ", ".join([self.base_id, *served])
        raise UnknownAdapter(f"There is no model {model!r}; the models are {names}.")


def load_adapters(
    worker: EngineWorker,
    catalog: Catalog,
    folder: Path | None,
    complain: Callable[[str], None],
) -> dict[str, str]:
    """Load the adapters of the catalogue and those of `folder`; returns task -> why not.

    A damaged adapter costs its own task and one sentence, never the server.
    """
    missing = [task for task, entry in catalog.entries.items() if entry.folder is None]
    unavailable = dict.fromkeys(missing, "There is no adapter for this task yet.")
    for task, place in adapter_folders(catalog, folder):
        try:
            refuse_other_base(place, catalog.base_digest)
            worker.load_adapter(task, place)
        except LoraLandError as error:
            unavailable[task] = str(error)
            complain(f"Skipping {task}. {error}")
    return unavailable
