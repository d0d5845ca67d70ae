"""From a base's folder to a running engine in one call: load, install LoRA, warm up, start."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engine.engine import Engine
from engine.loading import load_model
from engine.lora.layers import install_lora
from engine.options import EngineOptions
from engine.request import GenerationRequest, SamplingParams
from engine.worker import EngineWorker


def open_worker(
    base: Path | str,
    bits: int = 4,
    *,
    name: str | None = None,
    max_rows: int = 32,
    max_waiting: int = 256,
    max_context: int | None = None,
    max_adapters: int = 32,
    host_bytes: int | None = None,
    kv_tokens: int | None = None,
    max_tokens: int | None = None,
    timeout_s: float | None = None,
    device: str | None = None,
    num_threads: int | None = None,
) -> EngineWorker:
    """A started worker, warmed up; close it, or use it in a `with` statement.

    `name` is what status() calls the base, by default the last part of `base`. The limits are those
    of EngineOptions.
    Raises ModelRefused or BadRequest.
    """
    options = EngineOptions(
        max_rows=max_rows,
        max_waiting=max_waiting,
        max_context=max_context,
        max_adapters=max_adapters,
        host_bytes=host_bytes,
        kv_tokens=kv_tokens,
        max_tokens=max_tokens,
        timeout_s=timeout_s,
    )
    # In a thread that is gone afterwards, with the helpers that OpenMP gives to each thread that
    # computes: too many of them make those of the engine's own thread sleep in the middle of steps.
    with ThreadPoolExecutor(1, thread_name_prefix="lora-land-opening") as opening:
        engine = opening.submit(
            open_engine, base, bits, options, device, num_threads, name
        ).result()
    worker = EngineWorker(engine)
    worker.start()
    return worker


def open_engine(
    base: Path | str,
    bits: int = 4,
    options: EngineOptions | None = None,
    device: str | None = None,
    num_threads: int | None = None,
    name: str | None = None,
) -> Engine:
    """The engine without its thread, for whoever steps it by hand."""
    loaded = load_model(base, bits, device, num_threads, name)
    engine = Engine(loaded, options or EngineOptions(), install_lora(loaded.model))
    warm_up(engine)
    return engine


def warm_up(engine: Engine) -> None:
    """Pay for the first forward passes now: libraries choose and pack on first use."""
    sampling = SamplingParams(max_tokens=2, ignore_eos=True)
    engine.scheduler.add([engine.prepare(GenerationRequest("Once upon a time", None, sampling))])
    while engine.scheduler.has_work:
        engine.step()
