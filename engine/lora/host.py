"""Adapters' weights in host RAM, as many as fit a number of bytes. Usable from every thread."""

import threading

from engine.lora.weights import AdapterWeights
from engine.status import TierUse


class HostTier:
    """Weights by digest; when bytes run short, the least recently used leave first.

    What leaves here lives on for as long as a slot of the device holds the same tensors.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.num_bytes = 0
        self._held: dict[str, AdapterWeights] = {}  # least recently used first
        self._lock = threading.Lock()
        self._num_loads = 0
        self._num_evictions = 0

    @property
    def use(self) -> TierUse:
        """Of its bytes."""
        return TierUse(self.num_bytes, self.max_bytes, self._num_loads, self._num_evictions)

    def __contains__(self, digest: str) -> bool:
        return digest in self._held

    def get(self, digest: str) -> AdapterWeights | None:
        with self._lock:
            weights = self._held.pop(digest, None)
            if weights is not None:
                self._held[digest] = weights
            return weights

    def put(self, weights: AdapterWeights) -> None:
        """Keep `weights`, unless they alone are more than fits."""
        with self._lock:
            self._drop(weights.digest)
            self._held[weights.digest] = weights
            self.num_bytes += weights.num_bytes
            self._num_loads += 1
            while self.num_bytes > self.max_bytes:
                self._drop(next(iter(self._held)))
                self._num_evictions += 1

    def drop(self, digest: str) -> None:
        with self._lock:
            self._drop(digest)

    def contents(self) -> tuple[AdapterWeights, ...]:
        with self._lock:
            return tuple(self._held.values())

    def _drop(self, digest: str) -> None:
        weights = self._held.pop(digest, None)
        if weights is not None:
            self.num_bytes -= weights.num_bytes
