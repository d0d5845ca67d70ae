"""The engine's own figures, read when somebody asks. Keeps none."""

from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from engine.status import EngineStatus, Tier
from engine.worker import EngineWorker


class EngineFigures(Collector):
    """All of one moment: the status is asked for once."""

    def __init__(self, worker: EngineWorker) -> None:
        self._worker = worker

    def collect(self) -> Iterator[Metric]:
        status = self._worker.status()
        yield from _gauges(status)
        yield from _steps(status)
        yield from _comings_and_goings(status)
        tiers = Counter(info.tier for info in self._worker.adapters)
        adapters = GaugeMetricFamily(
            "lora_land_adapters",
            "Adapters that are served, by the fastest place that holds them.",
            labels=("tier",),
        )
        for tier in Tier:
            adapters.add_metric((tier,), tiers[tier])
        yield adapters
        build = {
            "version": version("lora-land"),
            "base": status.base_name,
            "kernel": status.kernel,
            "device": status.device,
        }
        yield InfoMetricFamily("lora_land_build", "What answers.", value=build)


def _gauges(status: EngineStatus) -> Iterator[Metric]:
    gauges = (
        ("engine_up", "1 while requests are answered.", status.alive),
        ("requests_running", "Rows of the batch.", status.num_running),
        ("requests_running_limit", "The most rows.", status.max_rows),
        ("requests_waiting", "Requests in the waiting line.", status.num_waiting),
        ("requests_waiting_limit", "The longest waiting line.", status.max_waiting),
        ("kv_tokens_held", "Tokens in the KV cache.", status.kv.num_held),
        (
            "kv_tokens_promised",
            "Tokens that running requests may hold.",
            status.kv.num_promised,
        ),
        ("kv_tokens_limit", "Most tokens that can be promised.", status.kv.num_total),
        ("kv_cache_bytes", "Size of the KV cache, all taken at start.", status.cache_bytes),
        ("slots_used", "Adapters and mixes on the device.", status.slots.num_used),
        ("slots_limit", "Slots on the device.", status.slots.num_total),
        ("host_bytes_used", "Bytes of adapters in RAM.", status.host.num_used),
        ("host_bytes_limit", "Most bytes of adapters in RAM.", status.host.num_total),
    )
    for name, what, value in gauges:
        yield GaugeMetricFamily(f"lora_land_{name}", what, value=value)


def _steps(status: EngineStatus) -> Iterator[Metric]:
    """Their rates: steps per second, rows per step, the share that LoRA takes."""
    totals = status.totals
    counters = [
        ("requests_refused", "Requests that found the waiting line full.", status.num_refused),
        ("steps", "Steps of the engine.", status.step),
        ("step_rows", "Rows of all steps, added up.", totals.num_rows),
        ("step_seconds", "Time in steps.", totals.total_s),
    ]
    if totals.lora_s is not None:
        counters.append(("step_lora_seconds", "Of it, in the adapters' products.", totals.lora_s))
    for name, what, value in counters:
        yield CounterMetricFamily(f"lora_land_{name}", what, value=value)


def _comings_and_goings(status: EngineStatus) -> Iterator[Metric]:
    loads = CounterMetricFamily(
        "lora_land_adapter_loads", "Adapters that came to a tier.", labels=("tier",)
    )
    evictions = CounterMetricFamily(
        "lora_land_adapter_evictions", "Adapters that made room for others.", labels=("tier",)
    )
    for tier, use in ((Tier.DEVICE, status.slots), (Tier.HOST, status.host)):
        loads.add_metric((tier,), use.num_loads)
        evictions.add_metric((tier,), use.num_evictions)
    yield from (loads, evictions)
