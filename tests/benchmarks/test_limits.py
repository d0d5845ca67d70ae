"""The formulas of the limits against tensors that are counted one by one."""

import torch
from safetensors import safe_open

from adapters.files import WEIGHTS_NAME
from benchmarks.costs import adapter_cost, model_cost
from benchmarks.limits import Cost, Machine
from engine import products
from engine.loading import load_model

HIDDEN, FFN, HEADS, KV_HEADS, HEAD_DIM, LAYERS = 64, 128, 2, 1, 32, 2
IN_BLOCK = 2 * HIDDEN * HEADS * HEAD_DIM + 2 * HIDDEN * KV_HEADS * HEAD_DIM + 3 * HIDDEN * FFN
NORMS = (2 * LAYERS + 1) * HIDDEN
BLOCK_OF_SCALE = 64


def test_float32_weights_are_counted_by_the_formula(tiny_base):
    """Catches a layer that is counted twice (fused and as a member), or a head left out."""
    loaded = load_model(tiny_base, 32, device="cpu")
    cost = model_cost(loaded.model, kv_itemsize=4)
    head = loaded.model.config.vocab_size * HIDDEN
    assert cost.num_weights == LAYERS * IN_BLOCK + head
    assert cost.weight_bytes == 4 * (LAYERS * IN_BLOCK + head + NORMS)
    # All that the model holds is read in a step, but the table of embeddings: the head is a copy.
    in_step = sum(parameter.nbytes for parameter in loaded.model.parameters()) - 4 * head
    assert cost.weight_bytes == in_step


def test_nf4_weights_are_counted_with_their_scales(tiny_base, monkeypatch):
    """Catches codes counted as whole bytes per weight, or scales forgotten."""
    monkeypatch.setattr(products, "SMALL_BASE", 0)
    loaded = load_model(tiny_base, 4, device="cpu")
    cost = model_cost(loaded.model, kv_itemsize=4)
    head = loaded.model.config.vocab_size * HIDDEN
    is_packed = "avx512bf16" in loaded.kernel
    scales = LAYERS * IN_BLOCK // BLOCK_OF_SCALE * (2 if is_packed else 4)
    assert cost.num_weights == LAYERS * IN_BLOCK + head
    assert cost.weight_bytes == LAYERS * IN_BLOCK // 2 + scales + 4 * (head + NORMS)


def test_an_adapter_is_counted_as_its_file_says(bench):
    """Catches padding counted as work, or one member's factors counted for a whole group."""
    file = bench.adapters("all-linear")["all-linear 0"] / WEIGHTS_NAME
    with safe_open(file, "pt") as tensors:
        num_numbers = sum(tensors.get_tensor(name).numel() for name in tensors.keys())  # noqa: SIM118
    cost = adapter_cost(bench.weights("all-linear")[0].groups.values())
    assert cost.num_numbers == num_numbers
    assert cost.num_bytes == 4 * num_numbers


def test_a_step_is_the_base_the_adapters_and_the_context(bench):
    """Catches adapters read once per row instead of once each, or a context without its rows."""
    cost, adapter = bench.cost, bench.adapter_cost("q,v")
    rows, context = [0, 1, 0, None], 10
    step = cost.decode_step(len(rows), context)
    step += adapter.deltas(rows)
    keys_and_values = 2 * LAYERS * KV_HEADS * HEAD_DIM * 4
    assert step.num_bytes == cost.weight_bytes + 2 * adapter.num_bytes + 40 * keys_and_values
    attention = 40 * 4 * LAYERS * HEADS * HEAD_DIM
    products = 2 * 4 * cost.num_weights + 2 * 3 * adapter.num_numbers
    assert step.num_flops == products + attention


def test_the_cache_holds_what_the_formula_says(bench):
    """Catches a formula of keys and values that follows another cache than the engine's."""
    cache = bench.engine({}, bench.work([None, None]))._cache
    num_bytes = cache.keys.nbytes + cache.values.nbytes
    assert num_bytes == 2 * cache.shape.num_tokens * bench.cost.kv_bytes


class Known(Machine):
    """Rates that are given, not measured: 100 bytes/s from memory, 400 from a cache, 10 flops/s."""

    flops_per_s = 10.0

    @property
    def _read_rates(self) -> dict[int, float]:
        return {1 << 20: 100.0, 1 << 16: 400.0}


def test_the_slower_of_the_two_rates_sets_the_limit():
    """Catches a sum where the roofline has a maximum, and a cache's speed for what exceeds it."""
    machine = Known(torch.device("cpu"), 1, memory_bytes=1 << 20)
    by_bytes = machine.limit(Cost(num_bytes=4000, num_flops=50))
    assert (by_bytes.by, by_bytes.seconds) == ("bytes", 10.0)
    by_flops = machine.limit(Cost(num_bytes=4000, num_flops=500), num_times=3)
    assert (by_flops.by, by_flops.seconds) == ("flops", 150.0)
    assert machine.bandwidth(1 << 30) == 100.0


def test_more_bytes_never_take_less_time(machine):
    """Catches a small buffer whose call dominates: it would seem slower to read than a large."""
    seconds = [size / machine.bandwidth(size) for size in (1 << 10, 1 << 16, 1 << 17, 1 << 20)]
    assert seconds == sorted(seconds)
