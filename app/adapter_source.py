"""Where an adapter lies that is to be loaded while the server runs: a folder, or a Hub id.

A folder must lie in one of the server's own, wherever links lead; of a Hub repository only the
configuration and the safetensors are fetched. Loads nothing.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from huggingface_hub import is_offline_mode, snapshot_download

from adapters.errors import LoraLandError
from adapters.files import CONFIG_NAME, WEIGHTS_NAME
from adapters.provenance import TRAINING_FILE

MAX_BYTES = 4 << 30
"""Rank 256 on all linear layers of a base of 7 billion parameters is 2.7 GB in float32."""
_FILES = (CONFIG_NAME, WEIGHTS_NAME, TRAINING_FILE)
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)


class SourceRefused(LoraLandError):
    """There is no adapter where somebody says, or none that may be read; shown to operators."""


def place_of(path: str, revision: str | None, roots: Sequence[Path]) -> Path:
    """The folder that `path` names: beneath one of `roots`, or that of a Hub id, fetched.

    Blocks while it is fetched. Raises SourceRefused.
    """
    folder = None if revision else _local(path, roots)
    if folder is None:
        if not _HUB_ID.fullmatch(path):
            raise _no_folder(path)
        folder = _fetched(path, revision)
    _refuse_large(path, sum(file.stat().st_size for file in _files(folder)))
    return folder


def _local(path: str, roots: Sequence[Path]) -> Path | None:
    """The first folder of that name; None if there is none. Raises SourceRefused."""
    try:
        inside = [root.resolve() for root in roots]
        for root in inside:
            folder = (root / path).resolve()
            if not _lies_in(folder, inside):
                raise SourceRefused(
                    f"{path!r} lies outside of the server's folders of adapters; put it into one."
                )
            if folder.is_dir():
                _refuse_links(path, folder, inside)
                return folder
            if folder.exists() or (folder.parent != root and folder.parent.is_dir()):
                # A slip in the name of a folder is not to load a stranger's repository.
                raise _no_folder(path)
    except (OSError, RuntimeError, ValueError) as error:  # no path at all, or links in a circle
        raise SourceRefused(f"{path!r} cannot be the path of a folder.") from error
    return None


def _no_folder(path: str) -> SourceRefused:
    return SourceRefused(
        f"There is no adapter folder {path!r} in the server's folders of adapters."
    )


def _lies_in(path: Path, roots: Sequence[Path]) -> bool:
    return any(path != root and path.is_relative_to(root) for root in roots)


def _refuse_links(path: str, folder: Path, roots: Sequence[Path]) -> None:
    for file in _files(folder):
        if not _lies_in(file.resolve(), roots):
            raise SourceRefused(
                f"{file.name} of {path!r} is a link to somewhere outside of the server's folders "
                "of adapters; put the file itself there."
            )


def _files(folder: Path) -> list[Path]:
    return [folder / name for name in _FILES if (folder / name).is_file()]


def _fetched(hub_id: str, revision: str | None) -> Path:
    """The folder in the Hub's cache. Raises SourceRefused."""
    files = list(_FILES)
    try:
        if not is_offline_mode():
            found = snapshot_download(hub_id, revision=revision, allow_patterns=files, dry_run=True)
            _refuse_large(hub_id, sum(file.file_size or 0 for file in found))
        return Path(snapshot_download(hub_id, revision=revision, allow_patterns=files))
    except SourceRefused:
        raise
    except Exception as error:  # Networks fail in many ways, each with a class of some library.
        which = hub_id if revision is None else f"{hub_id} at revision {revision!r}"
        why = "it was not fetched before, and this server does not go online"
        if not is_offline_mode():
            why = "the Hub does not have it, or cannot be reached"
        raise SourceRefused(f"The adapter {which} cannot be had: {why}.") from error


def _refuse_large(path: str, num_bytes: int) -> None:
    if num_bytes > MAX_BYTES:
        raise SourceRefused(
            f"The adapter {path!r} has {num_bytes >> 20} MiB; {MAX_BYTES >> 20} MiB is the most."
        )
