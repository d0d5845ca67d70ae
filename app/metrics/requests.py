"""Requests, counted as they end, by adapter. Knows how they ended; no text comes near a label."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from app.metrics.engine_figures import EngineFigures
from engine.request import FinishEvent, GenerationRequest
from engine.worker import EngineWorker

OTHER = "other"
"""The label of mixes, and of adapters beyond the first `MOST_ADAPTERS`."""
MOST_ADAPTERS = 100
FIRST_TOKEN_S = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
TOKEN_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1)


class Metrics:
    """One application's metrics, in a registry of their own.

    The engine tells of every request that it took, whoever asked: page, API or LoRAX's client. It
    takes only those for adapters that are served, so nobody can make up labels.
    """

    def __init__(self, worker: EngineWorker, base_id: str) -> None:
        self.registry = CollectorRegistry()
        self._base_id = base_id
        self._named: set[str] = set()
        self._requests = Counter(
            "lora_land_requests",
            "Requests that have ended, by how.",
            ("adapter", "outcome"),
            registry=self.registry,
        )
        self._tokens = Counter(
            "lora_land_tokens",
            "Tokens read (prompt) and drawn (generated).",
            ("adapter", "kind"),
            registry=self.registry,
        )
        self._first_token = Histogram(
            "lora_land_time_to_first_token_seconds",
            "From submit to the first token, waiting included.",
            ("adapter",),
            buckets=FIRST_TOKEN_S,
            registry=self.registry,
        )
        self._per_token = Histogram(
            "lora_land_time_per_output_token_seconds",
            "Mean time of an answer's tokens after its first.",
            ("adapter",),
            buckets=TOKEN_S,
            registry=self.registry,
        )
        self.registry.register(EngineFigures(worker))
        worker.watch(self.count)

    def count(self, request: GenerationRequest, end: FinishEvent) -> None:
        """For the engine's thread."""
        adapter = self._label(request)
        self._requests.labels(adapter, str(end.reason)).inc()
        if end.first_token_s is None:
            return
        is_drawn = request.answer is None
        self._tokens.labels(adapter, "prompt").inc(end.num_prompt_tokens)
        self._tokens.labels(adapter, "generated" if is_drawn else "prompt").inc(end.num_tokens)
        if is_drawn:
            self._first_token.labels(adapter).observe(end.first_token_s)
        if is_drawn and end.num_tokens > 1:
            decode_s = end.total_s - end.first_token_s
            self._per_token.labels(adapter).observe(decode_s / (end.num_tokens - 1))

    def _label(self, request: GenerationRequest) -> str:
        names = [share.adapter_id for share in request.shares]
        if not names:
            return self._base_id
        is_new = names[0] not in self._named
        if len(names) > 1 or (is_new and len(self._named) == MOST_ADAPTERS):
            return OTHER
        self._named.add(names[0])
        return names[0]
