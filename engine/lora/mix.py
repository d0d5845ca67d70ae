"""Adapters at other strengths, and several at once, as one adapter. Knows no requests.

    sum_i s_i B_i A_i  =  [s_1 B_1, s_2 B_2, ...] [A_1; A_2; ...]

Ranks stand side by side and the strengths go into B, so the products know nothing of mixes.
"""

from collections.abc import Sequence

import torch

from engine.lora.weights import AdapterWeights, GroupWeights

Part = tuple[AdapterWeights, float]


def mixed(parts: Sequence[Part], digest: str) -> AdapterWeights:
    """The weighted sum of `parts` (adapter, strength), known by `digest`.

    One part at strength 1 is that adapter itself, not a copy. The rank is the sum of the ranks.
    """
    if len(parts) == 1 and parts[0][1] == 1.0:
        return parts[0][0]
    names = {name for weights, _ in parts for name in weights.target_modules}
    paths = dict.fromkeys(path for weights, _ in parts for path in weights.groups)
    return AdapterWeights(
        digest=digest,
        rank=sum(weights.rank for weights, _ in parts),
        target_modules=tuple(sorted(names)),
        groups={path: _group(path, parts) for path in paths},
    )


def _group(path: str, parts: Sequence[Part]) -> GroupWeights:
    """The parts' factors at one group of layers, side by side."""
    groups = [(weights.groups.get(path), weights.rank, scale) for weights, scale in parts]
    widths = next(group.widths for group, _, _ in groups if group is not None)
    members = [_member(number, groups) for number in range(len(widths))]
    return GroupWeights(
        a=torch.cat([member[0] for member in members if member is not None], dim=1),
        b=tuple(None if member is None else member[1] for member in members),
        widths=widths,
    )


def _member(
    number: int, groups: Sequence[tuple[GroupWeights | None, int, float]]
) -> tuple[torch.Tensor, torch.Tensor] | None:
    """A [in, rank] and B [rank, out] of one member; zeros where a part leaves this layer alone."""
    factors = [_factors(number, group, scale) for group, _, scale in groups]
    like = next((factor for factor in factors if factor is not None), None)
    if like is None:
        return None
    a, b = zip(
        *(
            factor
            or (like[0].new_zeros(len(like[0]), rank), like[1].new_zeros(rank, like[1].shape[1]))
            for factor, (_, rank, _) in zip(factors, groups, strict=True)
        ),
        strict=True,
    )
    return torch.cat(a, dim=1), torch.cat(b)


def _factors(
    number: int, group: GroupWeights | None, scale: float
) -> tuple[torch.Tensor, torch.Tensor] | None:
    """One part's A and its B at its strength; None where the part leaves this layer alone."""
    b = None if group is None else group.b[number]
    if group is None or b is None:
        return None
    return group.a[:, group.columns[number]], b * scale
