"""Picks the next token of every row. Knows logits and sampling parameters, no text."""

from collections.abc import Sequence as Rows

import torch

from engine.bending import bend
from engine.request import SamplingParams
from engine.sequence import Sequence

_CANDIDATES = 64  # the likeliest tokens; partial sorting of so few is far cheaper than a sort
_COLDEST = 1e-30  # already the argmax; 1 / temperature must stay a float32


def pick_tokens(logits: torch.Tensor, rows: Rows[Sequence]) -> list[int | None]:
    """The next token id of each row, None where its logits are not finite numbers.

    `logits` is [rows, vocabulary]. A sampled row uses one number of its own random stream per
    token, so its text does not depend on its neighbours.
    """
    logits = bend(logits, rows)
    best, token_ids = _best(logits.float())
    picked: list[int | None] = [*token_ids]
    for index, (value, sequence) in enumerate(zip(best, rows, strict=True)):
        if not -float("inf") < value < float("inf"):
            picked[index] = None
        elif sequence.request.sampling.temperature > 0.0:
            draw = sequence.random.random()
            picked[index] = _draw(logits[index].float(), sequence.request.sampling, draw)
    return picked


def _best(logits: torch.Tensor) -> tuple[list[float], list[int]]:
    """The largest of each row, and where it stands. NaN counts as largest."""
    if logits.device.type == "cpu":  # torch's own takes ten times as long there
        at = logits.numpy().argmax(axis=-1)
        return logits.numpy()[range(len(at)), at].tolist(), at.tolist()
    best, token_ids = logits.max(dim=-1)
    return best.tolist(), token_ids.tolist()


def _draw(logits: torch.Tensor, sampling: SamplingParams, draw: float) -> int:
    """The token at `draw` (0..1) of the distribution. `logits` is [vocabulary]."""
    # The best logit becomes 0 before the division, so that nothing can overflow but downwards.
    colder = (logits - logits.max()) / max(sampling.temperature, _COLDEST)
    weights = torch.softmax(colder, dim=-1)
    if sampling.top_k == 0 and sampling.top_p >= 1.0 and sampling.min_p <= 0.0:
        return _at(weights, draw)
    kept, token_ids = _likeliest(weights, sampling)
    return int(token_ids[_at(kept, draw)])


def _likeliest(
    weights: torch.Tensor, sampling: SamplingParams
) -> tuple[torch.Tensor, torch.Tensor]:
    """The weights that top_k, top_p and min_p leave, falling, with their token ids."""
    num_tokens = weights.shape[-1]
    kept, token_ids = weights.topk(min(sampling.top_k or _CANDIDATES, num_tokens))
    if not sampling.top_k and not _reach(kept, sampling):
        kept, token_ids = weights.topk(num_tokens)
    total = kept.sum() if sampling.top_k else weights.sum()
    inside = kept.cumsum(dim=-1) - kept < sampling.top_p * total
    inside &= kept >= sampling.min_p * kept[0]
    num_kept = max(int(inside.sum()), 1)
    return kept[:num_kept], token_ids[:num_kept]


def _reach(kept: torch.Tensor, sampling: SamplingParams) -> bool:
    """Whether top_p or min_p cuts within these falling weights, so that no other can count."""
    by_mass = sampling.top_p < 1.0 and float(kept.sum()) >= sampling.top_p
    return by_mass or float(kept[-1]) < sampling.min_p * float(kept[0])


def _at(weights: torch.Tensor, draw: float) -> int:
    """The index at which the running sum of `weights` passes `draw` of their total."""
    edges = weights.double().cumsum(dim=-1)
    index = int(torch.searchsorted(edges, draw * float(edges[-1]), right=True))
    return min(index, weights.shape[-1] - 1)
