"""When adapters come, and when one that has lost its name may go. Knows no tensor of theirs.

An adapter is its content: new files under an old name are a new adapter, and what is under way
goes on with the old one. That is forgotten, with every copy of it, once its last request has ended.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from engine.errors import UnknownAdapter
from engine.lora.order import DecodeOrder
from engine.lora.recipe import Adapter
from engine.lora.tiers import Tiers
from engine.lora.weights import AdapterWeights
from engine.scheduler import Scheduler
from engine.sequence import Sequence


class AdapterKeeper:
    """The names of adapters; for the engine's thread, but for `known` and `last_used_s`."""

    def __init__(self, tiers: Tiers, scheduler: Scheduler, order: DecodeOrder) -> None:
        self._tiers = tiers
        self._scheduler = scheduler
        self._order = order
        self._leaving: dict[str, list[Callable[[], None]]] = {}
        self._last_used_s: dict[str, float] = {}

    @property
    def known(self) -> Mapping[str, Adapter]:
        """The adapters that requests may name."""
        return self._tiers.known

    def last_used_s(self, digest: str) -> float | None:
        """When the last request with it ended."""
        return self._last_used_s.get(digest)

    def load(self, adapter_id: str, folder: Path) -> Adapter:
        """Read an adapter and register it. Raises AdapterRefused."""
        adapter, weights = self._tiers.read(adapter_id, folder)
        self.register(adapter, weights)
        return adapter

    def register(self, adapter: Adapter, weights: AdapterWeights) -> None:
        """Give the name to this content from now on; what had it before may have to go."""
        before = self._tiers.known.get(adapter.adapter_id)
        self._tiers.known[adapter.adapter_id] = adapter
        self._tiers.host.put(weights)
        self.let_go([adapter] if before is None else [adapter, before])

    def unload(self, adapter_id: str, when_free: Callable[[], None]) -> None:
        """Take no more requests for it; `when_free` is called once its memory is free.

        Raises UnknownAdapter.
        """
        adapter = self._tiers.known.pop(adapter_id, None)
        if adapter is None:
            raise UnknownAdapter(f"No adapter {adapter_id!r} is loaded.")
        self._leaving.setdefault(adapter.digest, []).append(when_free)
        self.let_go([adapter])

    def take_in(self) -> list[tuple[Sequence, str]]:
        """Take in the loads that have ended; returns the requests that fail with them, and why."""
        failed = []
        for adapter, error in self._tiers.take_in():
            if error is None:
                self._scheduler.slots.arrived(adapter)
            else:
                self._scheduler.slots.give_up(adapter)
                dropped = self._scheduler.drop_waiting(partial(_asks_for, adapter.digest))
                failed += [(sequence, error) for sequence in dropped]
            self.let_go(adapter.adapters)
        return failed

    def leave(self, adapters: Iterable[Adapter]) -> None:
        """A request with `adapters` has ended."""
        now_s = time.perf_counter()
        for adapter in adapters:
            self._last_used_s[adapter.digest] = now_s
            self.let_go([adapter])

    def let_go(self, adapters: Iterable[Adapter]) -> None:
        """Free those of `adapters` that have neither a name nor a request any more."""
        for adapter in adapters:
            if not self._tiers.is_known(adapter):
                if self._is_in_use(adapter):
                    continue
                self._free(adapter)
            for tell in self._leaving.pop(adapter.digest, ()):
                tell()

    def end(self) -> None:
        """The engine has ended: tell those who still wait for memory to be freed."""
        for told in self._leaving.values():
            for tell in told:
                tell()
        self._leaving.clear()

    def faults(self) -> list[str]:
        """What is wrong in the books, one sentence each: nothing, unless this code has a bug."""
        recipes = [sequence.adapter for sequence in self._scheduler.in_flight if sequence.adapter]
        used = {adapter.digest for recipe in recipes for adapter in recipe.adapters}
        return self._scheduler.faults() + self._tiers.faults(self._scheduler.slots, used)

    def _is_in_use(self, adapter: Adapter) -> bool:
        slots = self._scheduler.slots.by_digest.values()
        loading = any(slot.is_loading and slot.adapter.uses(adapter.digest) for slot in slots)
        return loading or any(
            sequence.adapter is not None and sequence.adapter.uses(adapter.digest)
            for sequence in self._scheduler.in_flight
        )

    def _free(self, adapter: Adapter) -> None:
        slots = self._scheduler.slots
        for slot in [s for s in slots.by_digest.values() if s.adapter.uses(adapter.digest)]:
            slots.give_up(slot.adapter)
        self._tiers.host.drop(adapter.digest)
        self._last_used_s.pop(adapter.digest, None)
        self._order.keep({row.adapter.digest for row in self._scheduler.running if row.adapter})


def _asks_for(digest: str, sequence: Sequence) -> bool:
    return sequence.adapter is not None and sequence.adapter.digest == digest
