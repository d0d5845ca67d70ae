"""What one engine is allowed to use. Per-request settings are in engine/request.py."""

from dataclasses import dataclass

from engine.errors import BadRequest

_AT_LEAST_ONE = (
    "max_rows",
    "max_waiting",
    "max_context",
    "kv_tokens",
    "prefill_tokens",
    "max_adapters",
    "max_tokens",
)


@dataclass(frozen=True)
class EngineOptions:
    """Limits of one engine.

    `max_rows` requests run at once and `max_waiting` more may wait. `max_context` caps prompt and
    answer together, in tokens (None: what base and memory allow). `kv_tokens` caps the tokens
    reserved by all running requests (None: rows times context). `prefill_tokens` is the most
    prompt tokens read in one step, so that a long prompt does not hold up the answers under way.

    `max_adapters` different adapters (or mixes) stand on the device at once; more may be in use,
    in turns. `host_bytes` of adapters are kept in RAM, beside those in use (None: a share of it);
    the others are read from disk when a request names them.

    No answer grows beyond `max_tokens` (None: the context). A request that has not ended after
    `timeout_s`, its wait included, ends with an error (None: it may take any time).
    """

    max_rows: int = 32
    max_waiting: int = 256
    max_context: int | None = None
    kv_tokens: int | None = None
    prefill_tokens: int = 512
    max_adapters: int = 32
    host_bytes: int | None = None
    max_tokens: int | None = None
    timeout_s: float | None = None

    def __post_init__(self) -> None:
        for name in _AT_LEAST_ONE:
            value = getattr(self, name)
            if value is not None and value < 1:
                raise BadRequest(f"{name} must be 1 or more, not {value}.")
        if self.timeout_s is not None and self.timeout_s <= 0:
            raise BadRequest(f"timeout_s must be above 0, not {self.timeout_s}.")
