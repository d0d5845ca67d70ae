"""Mistral-shaped bases by their sizes alone; their weights are drawn at random."""

from dataclasses import dataclass
from typing import Any

from transformers import MistralConfig


@dataclass(frozen=True)
class Shape:
    """The sizes of a base. Speed depends on these, not on what the weights say."""

    name: str
    vocabulary: int
    hidden: int
    ffn: int
    num_layers: int
    num_heads: int
    num_kv_heads: int
    head_dim: int
    context: int

    def config(self) -> Any:
        """The same as transformers' configuration."""
        return MistralConfig(
            vocab_size=self.vocabulary,
            hidden_size=self.hidden,
            intermediate_size=self.ffn,
            num_hidden_layers=self.num_layers,
            num_attention_heads=self.num_heads,
            num_key_value_heads=self.num_kv_heads,
            head_dim=self.head_dim,
            max_position_embeddings=self.context,
            sliding_window=None,
            tie_word_embeddings=False,
            bos_token_id=0,
            eos_token_id=1,
            pad_token_id=None,
        )


TINY = Shape("random tiny", 384, 64, 128, 2, 2, 1, 32, 512)
"""Small enough for a test."""

LARGE = Shape("random 300M", 32_000, 1024, 3584, 18, 16, 4, 64, 1024)
"""310 million parameters: Mistral's proportions, a quarter of its width, and vocabulary."""

MISTRAL_7B = Shape("random 7B", 32_000, 4096, 14_336, 32, 32, 8, 128, 4096)
"""The sizes of mistralai/Mistral-7B-v0.1; its context is cut to 4,096 tokens."""
