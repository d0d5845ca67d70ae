"""Adapters at other strengths, and several at once, as one adapter. Knows no requests.

    sum_i s_i B_i A_i  =  [s_1 B_1, s_2 B_2, ...] [A_1; A_2; ...]

Ranks stand side by side and the strengths go into B, so the products know nothing of mixes.
"""

import hashlib
from collections.abc import Sequence

import torch

from engine.lora.weights import AdapterWeights, GroupWeights

Part = tuple[AdapterWeights, float]
Factors = tuple[torch.Tensor, torch.Tensor]


def mixed(parts: Sequence[Part]) -> AdapterWeights | None:
    """The weighted sum of `parts` (adapter, strength); None if nothing is left of any of them.

    One part at strength 1 is that adapter itself, not a copy. The rank is the sum of the ranks.
    """
    parts = [(weights, scale) for weights, scale in parts if scale != 0.0]
    if not parts:
        return None
    if len(parts) == 1 and parts[0][1] == 1.0:
        return parts[0][0]
    names = {name for weights, _ in parts for name in weights.target_modules}
    paths = dict.fromkeys(path for weights, _ in parts for path in weights.groups)
    return AdapterWeights(
        adapter_id=" + ".join(f"{scale:g} {weights.adapter_id}" for weights, scale in parts),
        digest=_digest(parts),
        rank=sum(weights.rank for weights, _ in parts),
        target_modules=tuple(sorted(names)),
        groups={path: _group(path, parts) for path in paths},
    )


def _digest(parts: Sequence[Part]) -> str:
    content = "\n".join(f"{scale!r} {weights.digest}" for weights, scale in parts)
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"


def _group(path: str, parts: Sequence[Part]) -> GroupWeights:
    """The parts' factors at one group of layers, side by side."""
    groups = [weights.groups.get(path) for weights, _ in parts]
    num_members = next(len(group.b) for group in groups if group is not None)
    shares: list[torch.Tensor] = []
    factors: list[torch.Tensor | None] = []
    for number in range(num_members):
        member = _member([_factors(group, number) for group in groups], parts)
        shares += [] if member is None else [member[0]]
        factors.append(None if member is None else member[1])
    return GroupWeights(a=torch.cat(shares, dim=1), b=tuple(factors))


def _factors(group: GroupWeights | None, number: int) -> Factors | None:
    """A [in, rank] and B [rank, out] of one member; None where the adapter leaves it alone."""
    factor = None if group is None else group.b[number]
    if group is None or factor is None:
        return None
    return group.a[:, group.columns[number]], factor


def _member(factors: Sequence[Factors | None], parts: Sequence[Part]) -> Factors | None:
    """All parts' factors of one layer; zeros for a part without any; None if no part has some."""
    like = next((pair for pair in factors if pair is not None), None)
    if like is None:
        return None
    num_in, num_out = like[0].shape[0], like[1].shape[1]
    columns, rows = [], []
    for pair, (weights, scale) in zip(factors, parts, strict=True):
        if pair is None:
            columns.append(like[0].new_zeros(num_in, weights.rank))
            rows.append(like[1].new_zeros(weights.rank, num_out))
        else:
            columns.append(pair[0])
            rows.append(pair[1] * scale)
    return torch.cat(columns, dim=1), torch.cat(rows)
