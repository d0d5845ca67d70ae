"""Finds the catalogue and the base that the settings name. Loads no weights."""

import logging
from collections.abc import Iterator
from pathlib import Path

from huggingface_hub import snapshot_download

from adapters.catalog import GENERALIST, Catalog
from adapters.errors import LoraLandError
from adapters.files import CONFIG_NAME
from adapters.glance import holds
from app.settings import Settings

MINI_BASE_ID = "mini-base"
_log = logging.getLogger(__name__)


class FolderMissing(LoraLandError):
    """A folder, or the adapter of a task, is not there; shown to whoever named it."""


def open_catalog(settings: Settings) -> Catalog:
    """The tasks with their adapters: --adapters first, then the user's, then the packaged."""
    if settings.adapters is not None and not settings.adapters.is_dir():
        raise FolderMissing(f"There is no folder of adapters {settings.adapters}.")
    base = settings.base and (_local_base(settings.base) or settings.base)
    catalog = Catalog.open(home=settings.home, adapters=settings.adapters, base=base)
    warn_of_damage(catalog)
    return catalog


def warn_of_damage(catalog: Catalog, before: Catalog | None = None) -> None:
    """One line in the log for each card and scores file that cannot be read, unless `before` it
    was the same."""
    known = {} if before is None else before.damaged
    for task, why in catalog.damaged.items():
        if known.get(task) != why:
            _log.warning("%s: %s", task, why)


def adapter_folders(catalog: Catalog, folder: Path | None) -> Iterator[tuple[str, Path]]:
    """Each adapter's id and place, of the catalogue and of `folder` (--adapters).

    One without a card has no task and no page; the API and `generate` serve it by its folder's
    name, as the generalist. One whose card is damaged is not served.
    """
    for task, entry in catalog.entries.items():
        if entry.folder is not None:
            yield task, entry.folder
    generalist = catalog.folder_of(GENERALIST)
    if generalist is not None and generalist.parent != folder:
        yield GENERALIST, generalist
    for place, files in catalog.seen.items():
        has_card = place.name in catalog.entries or place.name in catalog.damaged
        if place.parent == folder and not has_card and holds(files, CONFIG_NAME):
            yield place.name, place


def adapter_folder(catalog: Catalog, task: str) -> Path:
    """Where the adapter of a task lies, the generalist's too. Raises FolderMissing."""
    folder = catalog.folder_of(task)
    if folder is not None:
        return folder
    if task in catalog.entries:
        raise FolderMissing(f"The task {task} has no adapter yet: lora-land tune {task} makes one.")
    raise FolderMissing(f"There is no task {task!r}; there is {', '.join(catalog.entries)}.")


def base_id(settings: Settings) -> str:
    """The name of the base for people and clients: "mini-base" for the embedded one."""
    return MINI_BASE_ID if settings.base is None else Path(settings.base).name


def base_folder(settings: Settings, catalog: Catalog) -> Path:
    """The folder with the base's files; of a Hub id, the one it was fetched to.

    Raises FolderMissing.
    """
    base = settings.base or str(catalog.profile.base)
    folder = _local_base(base)
    if folder is None:
        raise FolderMissing(f"There is no base model {base}, neither here nor fetched.")
    return folder


def _local_base(base: str) -> Path | None:
    """The folder that `base` names, or to which that Hub id was fetched; None if neither is so."""
    if Path(base).is_dir():
        return Path(base)
    try:
        return Path(snapshot_download(base, local_files_only=True))
    except (OSError, ValueError):
        return None
