"""What lies in the folders of adapters, by name, time and size: cheap to ask, no byte is read."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple


class FileMark(NamedTuple):
    """A file from outside. The inode tells one that was put in the place of another."""

    name: str
    modified_ns: int
    num_bytes: int
    inode: int


Seen = Mapping[Path, frozenset[FileMark]]
"""The adapters' folders, in the order of their roots and then by name, with the files in each."""


def glance(roots: Iterable[Path]) -> Seen:
    """One folder per adapter below each root; a root that is not there has none.

    Hidden ones are left out: there `tune` works, and writes all the time.
    """
    folders = [path for root in roots for path in _listed(root) if path.name[0] != "."]
    return MappingProxyType({path: _marks(path) for path in folders if path.is_dir()})


def holds(files: frozenset[FileMark], name: str) -> bool:
    """Whether a file of this name is among them."""
    return any(file.name == name for file in files)


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:  # not there, or not any more
        return []


def _marks(folder: Path) -> frozenset[FileMark]:
    marks = []
    for path in _listed(folder):
        try:
            found = path.stat()
        except OSError:  # renamed since it was listed; the next glance shows how
            continue
        marks.append(FileMark(path.name, found.st_mtime_ns, found.st_size, found.st_ino))
    return frozenset(marks)
