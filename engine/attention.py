"""Attention of one packed step, as transformers calls it.

The step's tokens come as one row: first one token of each decoding row, then the prompt chunks.
Registered with transformers' AttentionInterface; a name without a mask function, so transformers
builds no mask, and `plan=` given to the model's forward arrives here untouched.
"""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from transformers import AttentionInterface

from engine.kv_cache import KVCache

ATTENTION_NAME = "lora_land"


@dataclass(frozen=True)
class DecodeRows:
    """The first `num_rows` tokens of the step, one per decoding row.

    `lengths` [seats in use] are the tokens that each seat may look at, the new one included.
    `row_of_seat` and `seat_of_row` translate between the step's order and the cache's; None where
    the two are the same.
    """

    num_rows: int
    max_length: int
    lengths: torch.Tensor
    row_of_seat: torch.Tensor | None
    seat_of_row: torch.Tensor | None


@dataclass(frozen=True)
class PromptChunk:
    """Tokens `start..start+num_tokens` of the step: a prompt's tokens from `offset` on."""

    seat: int
    start: int
    num_tokens: int
    offset: int


@dataclass(frozen=True)
class Look:
    """How one layer looks back: at most `window` tokens, scores bent below `softcap`."""

    layer: int
    window: int | None
    softcap: float | None


@dataclass
class AttentionPlan:
    """Where this step's keys go, and who looks at what. Masks are made once per window."""

    cache: KVCache
    write_index: torch.Tensor
    decode: DecodeRows | None
    chunks: tuple[PromptChunk, ...]
    _masks: dict[tuple[int, int | None], torch.Tensor] = field(default_factory=dict)

    def decode_mask(self, rows: DecodeRows, window: int | None, like: torch.Tensor) -> torch.Tensor:
        """Additive [seats * heads, 1, max length]."""
        key = (-1, window)
        if key not in self._masks:
            at = torch.arange(rows.max_length, device=like.device)
            seen = at < rows.lengths[:, None]
            if window is not None:
                seen &= at >= rows.lengths[:, None] - window
            mask = _additive(seen, like).unsqueeze(1)
            self._masks[key] = mask.repeat_interleave(self.cache.shape.num_kv_heads, dim=0)
        return self._masks[key]

    def chunk_mask(self, number: int, window: int | None, like: torch.Tensor) -> torch.Tensor:
        """Additive [tokens, offset + tokens] of chunk `number`: causal, within the window."""
        key = (number, window)
        if key not in self._masks:
            chunk = self.chunks[number]
            at = torch.arange(chunk.offset + chunk.num_tokens, device=like.device)
            own = at[chunk.offset :, None]
            seen = at <= own
            if window is not None:
                seen &= at > own - window
            self._masks[key] = _additive(seen, like)
        return self._masks[key]


def packed_attention(
    module: nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    *,
    plan: AttentionPlan,
    scaling: float,
    sliding_window: int | None = None,
    softcap: float | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Write this step's keys and values, then attend; returns [1, tokens, heads, head dim].

    `query` is [1, heads, tokens, head dim], `key` and `value` the same with the KV heads.
    """
    assert attention_mask is None, "the mask is part of the plan"
    layer = module.layer_idx
    assert isinstance(layer, int)
    heads, head_dim = query.shape[1], query.shape[3]
    kv_heads = plan.cache.shape.num_kv_heads
    plan.cache.write(layer, plan.write_index, _token_major(key), _token_major(value))
    # Query heads of one KV head become neighbours: [tokens, KV heads, queries per head, head dim]
    queries = query[0].transpose(0, 1).reshape(-1, kv_heads, heads // kv_heads, head_dim)
    queries = queries * scaling
    look = Look(layer, sliding_window, softcap)
    outputs = [] if plan.decode is None else [_decode(plan, plan.decode, queries, look)]
    outputs += [_read_chunk(plan, number, queries, look) for number in range(len(plan.chunks))]
    output = outputs[0] if len(outputs) == 1 else torch.cat(outputs)
    return output.reshape(1, -1, heads, head_dim), None


def _decode(
    plan: AttentionPlan, rows: DecodeRows, queries: torch.Tensor, look: Look
) -> torch.Tensor:
    """One token per row over its own past: [rows, KV heads, queries per head, head dim]."""
    own = queries[: rows.num_rows]
    if rows.row_of_seat is not None:
        own = own.index_select(0, rows.row_of_seat)
    num_stretches = own.shape[0] * own.shape[1]
    output = _attend(
        own.reshape(num_stretches, *own.shape[2:]),
        plan.cache.keys[look.layer, :num_stretches, : rows.max_length],
        plan.cache.values[look.layer, :num_stretches, : rows.max_length],
        plan.decode_mask(rows, look.window, queries),
        look.softcap,
    ).view(own.shape)
    return output if rows.seat_of_row is None else output.index_select(0, rows.seat_of_row)


def _read_chunk(
    plan: AttentionPlan, number: int, queries: torch.Tensor, look: Look
) -> torch.Tensor:
    """A chunk over its row's past and itself: [tokens, KV heads, queries per head, head dim]."""
    chunk = plan.chunks[number]
    own = queries[chunk.start : chunk.start + chunk.num_tokens]
    num_tokens, kv_heads, per_head, head_dim = own.shape
    stretch = slice(chunk.seat * kv_heads, (chunk.seat + 1) * kv_heads)
    length = chunk.offset + num_tokens
    mask = plan.chunk_mask(number, look.window, queries)
    output = _attend(
        own.permute(1, 2, 0, 3).reshape(kv_heads, per_head * num_tokens, head_dim),
        plan.cache.keys[look.layer, stretch, :length],
        plan.cache.values[look.layer, stretch, :length],
        mask.repeat(per_head, 1).unsqueeze(0),
        look.softcap,
    )
    return output.view(kv_heads, per_head, num_tokens, head_dim).permute(2, 0, 1, 3)


def _attend(
    queries: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    mask: torch.Tensor,
    softcap: float | None,
) -> torch.Tensor:
    """softmax(cap(q k') + mask) v over [stretches, tokens, head dim]; `queries` come scaled."""
    if softcap is None:
        scores = torch.baddbmm(mask, queries, keys.transpose(1, 2))
    else:
        scores = torch.tanh(queries.bmm(keys.transpose(1, 2)) / softcap) * softcap + mask
    # In float32 like transformers: in 16 bits the sum of many small weights loses digits.
    return torch.softmax(scores, dim=-1, dtype=torch.float32).to(queries.dtype).bmm(values)


def _token_major(tensor: torch.Tensor) -> torch.Tensor:
    """[1, heads, tokens, head dim] -> [tokens * heads, head dim]."""
    return tensor[0].transpose(0, 1).reshape(-1, tensor.shape[3])


def _additive(seen: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    mask = torch.zeros(seen.shape, dtype=like.dtype, device=like.device)
    return mask.masked_fill_(~seen, torch.finfo(like.dtype).min)


AttentionInterface.register(ATTENTION_NAME, packed_attention)
