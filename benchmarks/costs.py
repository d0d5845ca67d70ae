"""What a decode step must read and compute at least, counted from the tensors themselves.

    bytes = W + sum over distinct adapters (A and B) + rows * context * K
    flops = 2 * rows * N + sum over rows 2 * (numbers of the row's A and B)
            + 4 * rows * context * layers * heads * head dim

W are the bytes of all weights that every step multiplies by, as they are stored: codes and scales
of 4-bit layers, norms, the output head. N counts the numbers that those codes stand for. K are the
bytes of one token's keys and values. The table of embeddings is not counted, of which a row per
token is read, unless it is the head as well. Sources of the counts: a product of [m, k] and [k, n]
takes 2 m k n operations; attention two products over the context, scores and sum.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from torch import nn

from benchmarks.limits import Cost
from engine.fusing import fused_members
from engine.lora.weights import GroupWeights


@dataclass(frozen=True)
class ModelCost:
    """One base: `weight_bytes` W, `num_weights` N, `kv_bytes` K, and the operations of attention
    per token and token of context."""

    weight_bytes: int
    num_weights: int
    kv_bytes: int
    attention_flops: int

    def decode_step(self, num_rows: int, context: int) -> Cost:
        """One token of the base alone for each of `num_rows` rows that look at `context` tokens."""
        kv = num_rows * context
        return Cost(
            num_bytes=self.weight_bytes + kv * self.kv_bytes,
            num_flops=2 * num_rows * self.num_weights + kv * self.attention_flops,
        )


@dataclass(frozen=True)
class AdapterCost:
    """One adapter, in a whole base or a part of it; the adapters of one kind are of one size."""

    num_bytes: int
    num_numbers: int

    def deltas(self, rows: Sequence[int | None]) -> Cost:
        """One token for each row; `rows` are their adapters by number, None the base alone.

        Each distinct adapter is read once, and each row multiplies.
        """
        own = [number for number in rows if number is not None]
        return Cost(
            num_bytes=len(set(own)) * self.num_bytes,
            num_flops=2 * len(own) * self.num_numbers,
        )


def adapter_cost(groups: Iterable[GroupWeights]) -> AdapterCost:
    tensors = [t for group in groups for t in (group.a, *group.b) if t is not None]
    return AdapterCost(sum(t.nbytes for t in tensors), sum(t.numel() for t in tensors))


def model_cost(model: Any, kv_itemsize: int) -> ModelCost:
    """Of a base as the engine serves it; `kv_itemsize` are the bytes of a cached number."""
    config = model.config
    linears = fused_linears(model)
    head = model.get_output_embeddings()
    others = _weights_beside(model, {*linears, head})
    heads = config.num_attention_heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    return ModelCost(
        weight_bytes=sum(stored_bytes(m) for m in (*linears, head)) + others,
        num_weights=sum(m.in_features * m.out_features for m in (*linears, head)),
        kv_bytes=2 * config.num_hidden_layers * kv_heads * head_dim * kv_itemsize,
        attention_flops=4 * config.num_hidden_layers * heads * head_dim,
    )


def fused_linears(model: nn.Module) -> list[nn.Linear]:
    """The layers that multiply: one for each group of members."""
    return [member.group.linear for member in fused_members(model) if member.member == 0]


def stored_bytes(linear: nn.Linear) -> int:
    """A layer's weights as they stand in memory: numbers, or codes with their scales."""
    num_bytes = sum(parameter.nbytes for parameter in linear.parameters())
    state: Any = getattr(linear.weight, "quant_state", None)
    if state is None:
        return num_bytes
    scales = [state.absmax, *([state.state2.absmax] if state.nested else [])]
    return num_bytes + sum(int(tensor.nbytes) for tensor in scales)


def _weights_beside(model: Any, counted: set[nn.Module]) -> int:
    """Bytes of the other parameters, norms above all; no table from which rows are looked up."""
    skipped = {id(p) for module in counted for p in module.parameters()}
    skipped.update(id(p) for p in model.get_input_embeddings().parameters())
    return sum(int(p.nbytes) for p in model.parameters() if id(p) not in skipped)
