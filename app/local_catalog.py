"""Finds the catalogue and the base that the settings name. Loads no weights."""

from collections.abc import Iterator
from pathlib import Path

from huggingface_hub import snapshot_download

from adapters.catalog import Catalog
from adapters.errors import LoraLandError
from app.settings import Settings

MINI_BASE_ID = "mini-base"


class FolderMissing(LoraLandError):
    """A folder that the settings name is not there; shown to whoever named it."""


def open_catalog(settings: Settings) -> Catalog:
    """The tasks with their adapters: --adapters first, then the user's, then the packaged."""
    if settings.adapters is not None and not settings.adapters.is_dir():
        raise FolderMissing(f"There is no folder of adapters {settings.adapters}.")
    base = settings.base and (_local_base(settings.base) or settings.base)
    return Catalog.open(home=settings.home, adapters=settings.adapters, base=base)


def adapter_folders(catalog: Catalog, folder: Path | None) -> Iterator[tuple[str, Path]]:
    """Each adapter's id and place, of the catalogue and of `folder` (--adapters).

    One without a card has no task and no page; the API and `generate` serve it by its folder's
    name.
    """
    for task, entry in catalog.entries.items():
        if entry.folder is not None:
            yield task, entry.folder
    for place in sorted(folder.iterdir()) if folder is not None else ():
        if place.name not in catalog.entries and (place / "adapter_config.json").is_file():
            yield place.name, place


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
