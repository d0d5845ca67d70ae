"""Which adapters stand on the device: a fixed number of slots. Knows digests, no tensor.

A slot is loading, then ready. The rows that run with its adapter are its users; a slot that has
some is never taken away. A closed slot takes no rows that overtake others, so that its users get
fewer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from engine.lora.recipe import Recipe
from engine.status import TierUse


class Shelf(Protocol):
    """What the slots are made of: holds the device's copies, by digest."""

    def bring(self, adapter: Recipe) -> bool:
        """Begin to make the device's copy; True when it is there at once. Raises nothing."""

    def drop(self, adapter: Recipe) -> None:
        """Free the device's copy."""


@dataclass
class Slot:
    """One adapter's place on the device."""

    adapter: Recipe
    is_loading: bool
    num_users: int = 0
    is_closed: bool = False

    @property
    def is_idle(self) -> bool:
        return not self.is_loading and self.num_users == 0


class Slots:
    """The slots by their adapters' digests, the least recently used first."""

    def __init__(self, num_slots: int, shelf: Shelf) -> None:
        self.num_slots = num_slots
        self.by_digest: dict[str, Slot] = {}
        self._shelf = shelf
        self._num_loads = 0
        self._num_evictions = 0

    @property
    def use(self) -> TierUse:
        """For any thread."""
        num_used = len(self.by_digest)
        return TierUse(num_used, self.num_slots, self._num_loads, self._num_evictions)

    @property
    def is_loading(self) -> bool:
        return any(slot.is_loading for slot in self.by_digest.values())

    def are_open(self, adapters: Iterable[Recipe], is_overtaking: bool) -> bool:
        """Whether new rows may use all of `adapters` now."""
        slots = (self.by_digest.get(adapter.digest) for adapter in adapters)
        return all(
            slot is not None and not slot.is_loading and not (slot.is_closed and is_overtaking)
            for slot in slots
        )

    def missing(self, adapters: Iterable[Recipe]) -> list[Recipe]:
        """Those that have no slot, not even one that is loading."""
        return [adapter for adapter in adapters if adapter.digest not in self.by_digest]

    def seat(self, adapters: Iterable[Recipe], older: set[str]) -> bool:
        """Give each of `adapters` a slot, all or none; False: too few are free or idle.

        The digests in `older` are wanted by those who came before, and keep their slots.
        """
        missing = self.missing(adapters)
        if not missing:
            return True
        kept = older.union(adapter.digest for adapter in adapters)
        idle = [slot for d, slot in self.by_digest.items() if slot.is_idle and d not in kept]
        num_short = len(missing) - (self.num_slots - len(self.by_digest))
        if num_short > len(idle):
            return False
        for slot in idle[: max(num_short, 0)]:
            self.give_up(slot.adapter)
            self._num_evictions += 1
        for adapter in missing:
            self.by_digest[adapter.digest] = Slot(adapter, is_loading=True)
            if self._shelf.bring(adapter):
                self.arrived(adapter)
        return True

    def give_up(self, adapter: Recipe) -> None:
        """Free the slot of an adapter that no row uses, and the device's copy with it."""
        slot = self.by_digest.pop(adapter.digest)
        assert slot.num_users == 0, "an adapter in use keeps its slot"
        self._shelf.drop(adapter)

    def arrived(self, adapter: Recipe) -> None:
        """Its copy is there now."""
        self.by_digest[adapter.digest].is_loading = False
        self._num_loads += 1

    def enter(self, adapter: Recipe) -> None:
        """A row begins to use it."""
        slot = self.by_digest.pop(adapter.digest)
        assert not slot.is_loading, "nothing runs before its adapter is there"
        slot.num_users += 1
        self.by_digest[adapter.digest] = slot

    def leave(self, adapter: Recipe) -> None:
        """A row has ended."""
        self.by_digest[adapter.digest].num_users -= 1

    def turn_over(self, num_slots: int, candidates: Iterable[str]) -> None:
        """Have just so many slots change hands: those that load, and others closed as needed.

        `candidates` are the digests in use in the order in which they are to be closed.
        """
        num_closed = max(num_slots - sum(slot.is_loading for slot in self.by_digest.values()), 0)
        closed = [slot for slot in self.by_digest.values() if slot.is_closed]
        for slot in closed[num_closed:]:
            slot.is_closed = False
        still_open = [d for d in candidates if not self.by_digest[d].is_closed]
        for digest in still_open[: max(num_closed - len(closed), 0)]:
            self.by_digest[digest].is_closed = True

    def faults(self, users: Mapping[str, int]) -> list[str]:
        """What is wrong in the books; `users` counts the rows that run with each digest."""
        wrong = []
        if len(self.by_digest) > self.num_slots:
            wrong.append(f"{len(self.by_digest)} adapters stand in {self.num_slots} slots.")
        for digest, slot in self.by_digest.items():
            if slot.adapter.digest != digest:
                wrong.append(f"The slot of {digest} holds {slot.adapter.digest}.")
            if slot.num_users != users.get(digest, 0):
                wrong.append(f"{digest} has {users.get(digest, 0)} users, not {slot.num_users}.")
            if slot.is_loading and (slot.num_users or slot.is_closed):
                wrong.append(f"{digest} is used or closed before it is there.")
        wrong += [f"{digest} is used without a slot." for digest in users.keys() - self.by_digest]
        return wrong
