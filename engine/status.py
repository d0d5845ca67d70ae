"""What the engine tells about itself and its adapters."""

from dataclasses import dataclass
from enum import StrEnum


class Tier(StrEnum):
    """The fastest place that holds an adapter's weights."""

    DEVICE = "device"
    HOST = "host"
    DISK = "disk"


@dataclass(frozen=True)
class AdapterInfo:
    """One loaded adapter; `digest` is over its config and weights as they were on disk.

    `num_requests` requests wait or run with it, alone or in a mix. `last_used_s` is when the last
    one ended, on the clock of time.perf_counter; None: there was none yet.
    """

    adapter_id: str
    digest: str
    rank: int
    target_modules: tuple[str, ...]
    num_bytes: int
    tier: Tier = Tier.HOST
    num_requests: int = 0
    last_used_s: float | None = None


@dataclass(frozen=True)
class TierUse:
    """How full a tier is, in its own measure (slots, bytes), and what has come and gone.

    `num_loads` adapters have come since the start; `num_evictions` had to make room for others.
    """

    num_used: int = 0
    num_total: int = 0
    num_loads: int = 0
    num_evictions: int = 0


@dataclass(frozen=True)
class KVUse:
    """Tokens of the KV cache.

    `num_held` stand in it, `num_promised` are the most that the running requests can come to hold,
    and all requests together are promised `num_total` at most.
    """

    num_held: int = 0
    num_promised: int = 0
    num_total: int = 0


@dataclass(frozen=True)
class StepTotals:
    """All steps so far, added up.

    `lora_s`, a part of `total_s`, went into the adapters' products; None where it cannot be timed.
    """

    num_rows: int = 0
    total_s: float = 0.0
    lora_s: float | None = None


@dataclass(frozen=True)
class EngineStatus:
    """A moment of the engine.

    `kernel` says which code multiplies the base's weights ("nf4 · unpacked"). `error` is a
    sentence when the engine has died. `num_refused` requests have found the waiting line full.
    `cache_bytes` is the whole KV cache, all of it taken at the start; `slots` and `host` are the
    adapters' places on the device and in RAM, where `host` counts bytes.
    """

    alive: bool
    num_running: int
    num_waiting: int
    step: int
    kernel: str
    bits: int
    context_length: int
    num_parameters: int
    base_name: str
    error: str | None = None
    device: str = "cpu"
    num_threads: int = 1
    max_rows: int = 32
    max_waiting: int = 256
    num_refused: int = 0
    kv: KVUse = KVUse()
    cache_bytes: int = 0
    slots: TierUse = TierUse()
    host: TierUse = TierUse()
    totals: StepTotals = StepTotals()
