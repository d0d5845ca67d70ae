"""Keys and values of the running rows. Knows seats and positions, no requests.

Each row owns one stretch per layer and KV head, so the decoding rows' keys are one plain view:
nothing is gathered. For that the seats in use are kept 0..n-1 by moving a row when one leaves.
"""

from dataclasses import dataclass

import torch

from engine.scheduler import SeatMove


@dataclass(frozen=True)
class CacheShape:
    """Sizes of a cache; `num_tokens` is the most that one row can hold."""

    num_layers: int
    num_rows: int
    num_kv_heads: int
    num_tokens: int
    head_dim: int


class KVCache:
    """`keys` and `values` are [layers, rows * heads, tokens, head dim]."""

    def __init__(self, shape: CacheShape, dtype: torch.dtype, device: torch.device) -> None:
        self.shape = shape
        size = (
            shape.num_layers,
            shape.num_rows * shape.num_kv_heads,
            shape.num_tokens,
            shape.head_dim,
        )
        # Zeros, not garbage: masked positions are multiplied by zero, and 0 * NaN is NaN.
        self.keys = torch.zeros(size, dtype=dtype, device=device)
        self.values = torch.zeros(size, dtype=dtype, device=device)

    @property
    def num_bytes(self) -> int:
        return self.keys.nbytes + self.values.nbytes

    def positions(self, seats: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        """Flat indices for `write`: [tokens] and [tokens] -> [tokens * heads], token-major."""
        heads = torch.arange(self.shape.num_kv_heads, device=seats.device)
        rows = seats[:, None] * self.shape.num_kv_heads + heads
        return (rows * self.shape.num_tokens + positions[:, None]).flatten()

    def write(
        self, layer: int, index: torch.Tensor, keys: torch.Tensor, values: torch.Tensor
    ) -> None:
        """Store `keys` and `values` [tokens * heads, head dim] at `index` from `positions`."""
        flat = (-1, self.shape.head_dim)
        self.keys[layer].view(flat).index_copy_(0, index, keys)
        self.values[layer].view(flat).index_copy_(0, index, values)

    def move(self, move: SeatMove) -> None:
        heads = self.shape.num_kv_heads
        source = slice(move.source * heads, (move.source + 1) * heads)
        target = slice(move.target * heads, (move.target + 1) * heads)
        for tensor in (self.keys, self.values):
            tensor[:, target, : move.num_tokens] = tensor[:, source, : move.num_tokens]
