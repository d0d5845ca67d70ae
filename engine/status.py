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

    `num_requests` requests wait or run with it, alone or in a mix.
    """

    adapter_id: str
    digest: str
    rank: int
    target_modules: tuple[str, ...]
    num_bytes: int
    tier: Tier = Tier.HOST
    num_requests: int = 0


@dataclass(frozen=True)
class EngineStatus:
    """A moment of the engine.

    `kernel` says which code multiplies the base's weights ("nf4 · unpacked"). `error` is a
    sentence when the engine has died. `max_rows` requests run at once, with at most `num_slots`
    different adapters.
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
    max_rows: int = 32
    num_slots: int = 32
