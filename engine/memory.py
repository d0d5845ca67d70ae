"""How large a KV cache may be: what base, options and memory allow together."""

import os

import torch

from engine.errors import ModelRefused
from engine.kv_cache import CacheShape
from engine.loading import LoadedModel
from engine.options import EngineOptions

LONGEST_CONTEXT = 4096  # unless asked for: a cache row is reserved in full
SHORTEST_CONTEXT = 256
GPU_SHARE = 0.8  # of what is free once the base stands in memory
CPU_SHARE = 0.25  # of all memory; pages that no row has touched cost nothing
ADAPTER_SHARE = 0.1  # of all memory, for adapters that no slot holds


def cache_shape(loaded: LoadedModel, options: EngineOptions) -> CacheShape:
    """Rows as asked; the context shrinks where memory is short. Raises ModelRefused."""
    config = loaded.model.config
    heads = config.num_attention_heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    one_token = 2 * config.num_hidden_layers * kv_heads * head_dim * loaded.dtype.itemsize
    affordable = cache_bytes(loaded.device) // one_token
    if (options.max_context or 0) > loaded.context_length:
        raise ModelRefused(
            f"The base reads {loaded.context_length} tokens at most; ask for a max_context of no "
            f"more, not {options.max_context}."
        )
    wanted = min(options.max_context or LONGEST_CONTEXT, loaded.context_length)
    num_tokens = min(wanted, affordable // options.max_rows)
    if num_tokens < min(wanted, SHORTEST_CONTEXT):
        raise ModelRefused(
            f"Memory allows a KV cache of {affordable} tokens, too few for {options.max_rows} "
            "rows; ask for fewer rows."
        )
    return CacheShape(config.num_hidden_layers, options.max_rows, kv_heads, num_tokens, head_dim)


def kv_tokens(shape: CacheShape, options: EngineOptions) -> int:
    """How many tokens all running requests may reserve together. Raises ModelRefused."""
    most = shape.num_rows * shape.num_tokens
    if options.kv_tokens is not None and options.kv_tokens > most:
        raise ModelRefused(
            f"{shape.num_rows} rows of {shape.num_tokens} tokens hold {most} KV tokens; ask for a "
            f"kv_tokens of no more, not {options.kv_tokens}."
        )
    return options.kv_tokens or most


def cache_bytes(device: torch.device) -> int:
    """How much memory a cache may take, in bytes."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0] * GPU_SHARE)
    return int(_all_bytes() * CPU_SHARE)


def host_bytes(options: EngineOptions) -> int:
    """How many bytes of adapters are kept in RAM. Raises ModelRefused for more than there is."""
    if options.host_bytes is not None:
        if options.host_bytes > _all_bytes():
            raise ModelRefused(
                f"Adapters may be kept in {_all_bytes() >> 20} MiB, all the RAM of this machine, "
                f"not in {options.host_bytes >> 20} MiB."
            )
        return options.host_bytes
    return int(_all_bytes() * ADAPTER_SHARE)


def _all_bytes() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
