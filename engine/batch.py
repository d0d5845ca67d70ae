"""Turns the scheduler's batch into the tensors of one packed forward pass. Picks no tokens."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from engine.attention import AttentionPlan, DecodeRows, PromptChunk
from engine.kv_cache import KVCache
from engine.lora.order import DecodeOrder
from engine.lora.plan import LoraPlan, segments
from engine.lora.weights import AdapterWeights
from engine.scheduler import Batch, Chunk
from engine.sequence import Sequence


@dataclass(frozen=True)
class StepInputs:
    """One packed row of tokens: one of each decoding row, then the prompt chunks.

    `input_ids` and `position_ids` are [1, tokens]; `logits_at` [rows] are the tokens whose logits
    are wanted, and `rows` the sequences that they belong to.
    """

    input_ids: torch.Tensor
    position_ids: torch.Tensor
    logits_at: torch.Tensor
    rows: list[Sequence]
    attention: AttentionPlan
    lora: LoraPlan | None


def build_inputs(
    batch: Batch,
    order: DecodeOrder,
    weights: Mapping[str, AdapterWeights],
    cache: KVCache,
    num_seats: int,
) -> StepInputs:
    """The tensors of one step, on the cache's device.

    `weights` are the adapters on it, by digest; `num_seats` cache rows are in use.
    """
    decode, parts = order.arrange(batch.decode, weights)
    chunks = sorted(batch.prefill, key=_adapter_digest)
    spans = [(row, 1) for row in decode] + [(c.sequence, c.num_tokens) for c in chunks]
    token_ids, positions, seats, ends = _pack(spans)
    prefill = [(_weights_of(chunk, weights), chunk.num_tokens) for chunk in chunks]
    parts = [*parts, *segments(prefill, start=len(decode))]
    device = cache.keys.device
    position_ids = torch.tensor(positions, device=device)
    completing = [index for index, chunk in enumerate(chunks) if chunk.completes_prompt]
    logits_at = [*range(len(decode)), *(ends[len(decode) + index] for index in completing)]
    return StepInputs(
        input_ids=torch.tensor([token_ids], device=device),
        position_ids=position_ids.unsqueeze(0),
        logits_at=torch.tensor(logits_at, dtype=torch.long, device=device),
        rows=[*decode, *(chunks[index].sequence for index in completing)],
        attention=AttentionPlan(
            cache=cache,
            write_index=cache.positions(torch.tensor(seats, device=device), position_ids),
            decode=_decode_rows(decode, num_seats, device) if decode else None,
            chunks=_prompt_chunks(chunks, start=len(decode)),
        ),
        lora=LoraPlan(tuple(parts)) if parts else None,
    )


def _adapter_digest(chunk: Chunk) -> str:
    return chunk.sequence.adapter.digest if chunk.sequence.adapter is not None else ""


def _weights_of(chunk: Chunk, weights: Mapping[str, AdapterWeights]) -> AdapterWeights | None:
    adapter = chunk.sequence.adapter
    return None if adapter is None else weights[adapter.digest]


def _pack(
    spans: list[tuple[Sequence, int]],
) -> tuple[list[int], list[int], list[int], list[int]]:
    """Token ids, positions and seats of all tokens, and the index of each span's last token."""
    token_ids: list[int] = []
    positions: list[int] = []
    seats: list[int] = []
    ends: list[int] = []
    for sequence, num_tokens in spans:
        start, stop = sequence.num_computed, sequence.num_computed + num_tokens
        token_ids += sequence.tokens[start:stop]
        positions += range(start, stop)
        seats += [sequence.seat] * num_tokens
        ends.append(len(token_ids) - 1)
    return token_ids, positions, seats, ends


def _decode_rows(rows: list[Sequence], num_seats: int, device: torch.device) -> DecodeRows:
    """Seats that only read a prompt in this step look at one token; nobody uses their output."""
    lengths, row_of_seat = [1] * num_seats, [0] * num_seats
    for index, row in enumerate(rows):
        lengths[row.seat], row_of_seat[row.seat] = row.num_computed + 1, index
    seat_of_row = [row.seat for row in rows]
    in_order = seat_of_row == list(range(num_seats))
    return DecodeRows(
        num_rows=len(rows),
        max_length=max(lengths),
        lengths=torch.tensor(lengths, device=device),
        row_of_seat=None if in_order else torch.tensor(row_of_seat, device=device),
        seat_of_row=None if in_order else torch.tensor(seat_of_row, device=device),
    )


def _prompt_chunks(chunks: list[Chunk], start: int) -> tuple[PromptChunk, ...]:
    placed = []
    for chunk in chunks:
        row = chunk.sequence
        placed.append(PromptChunk(row.seat, start, chunk.num_tokens, offset=row.num_computed))
        start += chunk.num_tokens
    return tuple(placed)
