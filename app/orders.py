"""What the operator has loaded and unloaded while the server runs. Wins over the disk.

Only for as long as the server lives: what is to stay, is published in a folder of adapters.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

UNLOADED = "It was unloaded while the server ran; POST /v1/load_lora_adapter serves it again."


@dataclass(frozen=True)
class Orders:
    """Names that are served, or not, whatever the disk says. No name is in both."""

    loaded: frozenset[str] = frozenset()
    unloaded: frozenset[str] = frozenset()

    def left(self, on_disk: Iterable[tuple[str, T]]) -> Iterator[tuple[str, T]]:
        """Those of which nothing was ordered: the disk decides."""
        ordered = self.loaded | self.unloaded
        return ((name, place) for name, place in on_disk if name not in ordered)

    def with_loaded(self, name: str) -> "Orders":
        return Orders(self.loaded | {name}, self.unloaded - {name})

    def with_unloaded(self, name: str) -> "Orders":
        return Orders(self.loaded - {name}, self.unloaded | {name})

    def as_on_disk(self, name: str) -> "Orders":
        return Orders(self.loaded - {name}, self.unloaded - {name})


NONE = Orders()
