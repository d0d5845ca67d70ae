"""How likely the model found the tokens that were picked. Picks nothing."""

from collections.abc import Sequence as Rows

import torch

from engine.request import TokenChance
from engine.sequence import Sequence


def chances_of(
    logits: torch.Tensor, rows: Rows[Sequence], token_ids: Rows[int | None]
) -> list[TokenChance | None]:
    """The chance of each row's token, None where the row does not ask or has none.

    `logits` [rows, vocabulary] are the model's own: before biases, penalties and temperature.
    """
    return [
        None
        if token_id is None or row.request.sampling.logprobs is None
        else _chance(logits[index], token_id, row.request.sampling.logprobs)
        for index, (row, token_id) in enumerate(zip(rows, token_ids, strict=True))
    ]


def _chance(logits: torch.Tensor, token_id: int, num_likeliest: int) -> TokenChance:
    logprobs = torch.log_softmax(logits.float(), dim=-1)
    values, token_ids = logprobs.topk(min(num_likeliest, logprobs.shape[-1]))
    return TokenChance(
        logprob=float(logprobs[token_id]),
        likeliest=tuple(zip(token_ids.tolist(), values.tolist(), strict=True)),
    )
