"""Where every adapter is: on disk, in host RAM, on the device. Knows no requests.

    disk    its folder, always; read again when nothing faster has it
    host    `HostTier`, bounded in bytes
    device  one copy for each slot of the scheduler, which says what to bring and what to drop

On a CPU the device's copy of an adapter is the host's: a slot is only a permission.
"""

import threading
from collections.abc import Collection, Iterator
from pathlib import Path

import torch

from adapters.errors import AdapterRefused, LoraLandError
from adapters.files import MAX_RANK, parse_adapter, read_bytes
from engine.errors import BadRequest, UnknownAdapter
from engine.lora.fit import fit_adapter
from engine.lora.host import HostTier
from engine.lora.layers import LoraSites
from engine.lora.loads import Loads
from engine.lora.mix import mixed
from engine.lora.recipe import Adapter, Recipe
from engine.lora.turns import Turns
from engine.lora.weights import AdapterWeights
from engine.request import AdapterShare
from engine.slots import Slots
from engine.status import Tier


class Tiers:
    """The known adapters by name, and their weights by digest. It is the slots' `Shelf`.

    `sites` is None where LoRA is not installed. Apart from `read` and `tier`, all is for the
    engine's thread.
    """

    def __init__(
        self, sites: LoraSites | None, dtype: torch.dtype, device: torch.device, host_bytes: int
    ) -> None:
        self.known: dict[str, Adapter] = {}
        self.on_device: dict[str, AdapterWeights] = {}
        self.host = HostTier(host_bytes)
        self.loads = Loads()
        self.turns = Turns()
        self._sites = sites
        # Disks are waited for side by side, but one thread at a time makes weights of bytes.
        self._fitting = threading.Lock()
        self._dtype = dtype
        self._device = device

    def read(self, adapter_id: str, folder: Path) -> tuple[Adapter, AdapterWeights]:
        """Read an adapter and fit it to the base; any thread. Raises AdapterRefused, BadRequest."""
        if self._sites is None:
            raise BadRequest("This engine was built without LoRA and takes no adapters.")
        like = torch.empty(0, dtype=self._dtype)
        raw = read_bytes(folder)
        with self._fitting:
            self.turns.give_way()
            weights = fit_adapter(parse_adapter(raw), self._sites, like, self.turns.give_way)
        adapter = Adapter(
            adapter_id=adapter_id,
            digest=weights.digest,
            rank=weights.rank,
            target_modules=weights.target_modules,
            num_bytes=weights.num_bytes,
            folder=folder,
        )
        return adapter, weights

    def recipe(self, shares: tuple[AdapterShare, ...]) -> Recipe | None:
        """What the shares add up to; None is the base alone. Raises UnknownAdapter, BadRequest."""
        parts = [(self._named(share.adapter_id), share.scale) for share in shares]
        rank = sum(adapter.rank for adapter, _ in parts)
        if rank > MAX_RANK:
            raise BadRequest(
                f"The ranks of the adapters in a mix add up to {rank}; {MAX_RANK} is the most."
            )
        strong = tuple((adapter, scale) for adapter, scale in parts if scale != 0.0)
        return Recipe(strong) if strong else None

    def is_known(self, adapter: Adapter) -> bool:
        """Whether its content has a name, its own or another."""
        same_name = self.known.get(adapter.adapter_id)
        if same_name is not None and same_name.digest == adapter.digest:
            return True
        return any(other.digest == adapter.digest for other in self.known.values())

    def tier(self, digest: str) -> Tier:
        if digest in self.on_device:
            return Tier.DEVICE
        return Tier.HOST if digest in self.host else Tier.DISK

    def bring(self, adapter: Recipe) -> bool:
        """Begin to make the device's copy; True when it is there at once."""
        is_shared = adapter.is_plain and self._device.type == "cpu"
        weights = self.host.get(adapter.digest) if is_shared else None
        if weights is None:
            self.loads.start(adapter, self._make)
            return False
        self.on_device[adapter.digest] = weights
        return True

    def drop(self, adapter: Recipe) -> None:
        """Free the device's copy; there is none if its load has failed."""
        self.on_device.pop(adapter.digest, None)

    def take_in(self) -> Iterator[tuple[Recipe, str | None]]:
        """The adapters whose loads have ended, each with a sentence if it failed."""
        for adapter, outcome in self.loads.take_in():
            if isinstance(outcome, AdapterWeights):
                self.on_device[adapter.digest] = outcome
                yield adapter, None
            else:
                yield adapter, _sentence(adapter, outcome)

    def faults(self, slots: Slots, wanted: Collection[str]) -> list[str]:
        """What is wrong in the books; `wanted` are the digests of all adapters in flight."""
        loading = {d for d, slot in slots.by_digest.items() if slot.is_loading}
        held = self.host.contents()
        wrong = []
        if slots.by_digest.keys() - loading != self.on_device.keys():
            wrong.append("The device does not hold what stands in the slots.")
        if loading != self.loads.digests:
            wrong.append("The loads under way are not those that slots wait for.")
        if self.host.num_bytes > self.host.max_bytes:
            wrong.append(f"The host holds {self.host.num_bytes} bytes of {self.host.max_bytes}.")
        if self.host.num_bytes != sum(weights.num_bytes for weights in held):
            wrong.append("The bytes on the host are miscounted.")
        alive = {adapter.digest for adapter in self.known.values()}.union(wanted)
        alive.update(a.digest for d in loading for a in slots.by_digest[d].adapter.adapters)
        if any(weights.digest not in alive for weights in held):
            wrong.append("The host keeps an adapter that has neither name nor requests.")
        parts = {a.digest for slot in slots.by_digest.values() for a in slot.adapter.adapters}
        if not parts <= alive:
            wrong.append("A slot keeps an adapter that has neither name nor requests.")
        return wrong

    def _named(self, adapter_id: str) -> Adapter:
        adapter = self.known.get(adapter_id)
        if adapter is None:
            names = ", ".join(sorted(self.known)) or "none"
            raise UnknownAdapter(f"No adapter {adapter_id!r} is loaded; loaded are: {names}.")
        return adapter

    def _make(self, adapter: Recipe) -> AdapterWeights:
        """The device's copy; runs on a loader's thread. Raises AdapterRefused and worse."""
        parts = [(self._host_copy(part), scale) for part, scale in adapter.parts]
        return mixed(parts, adapter.digest).to(self._device)

    def _host_copy(self, adapter: Adapter) -> AdapterWeights:
        weights = self.host.get(adapter.digest)
        if weights is None:
            _, weights = self.read(adapter.adapter_id, adapter.folder)
            if weights.digest != adapter.digest:
                raise AdapterRefused(
                    f"The files of adapter {adapter.adapter_id!r} have changed since it was "
                    "loaded; load it again."
                )
            self.host.put(weights)
        return weights


def _sentence(adapter: Recipe, error: BaseException) -> str:
    """Why a load has failed, for the people whose requests it ends."""
    if isinstance(error, LoraLandError):
        return str(error)
    if isinstance(error, torch.OutOfMemoryError):
        return f"There is no memory left on the device for adapter {adapter.adapter_id!r}."
    reason = f"{type(error).__name__}: {error}"
    return f"The adapter {adapter.adapter_id!r} could not be loaded: {reason}."
