"""Changes logits before a token is picked: favours, penalties, what is forbidden. Draws nothing."""

import math
from collections import Counter
from collections.abc import Sequence as Rows

import torch

from engine.grammars import forbidden_tokens
from engine.sequence import Sequence


def bend(logits: torch.Tensor, rows: Rows[Sequence]) -> torch.Tensor:
    """The logits [rows, vocabulary] as each row wants them; the very same where none does.

    What a row's grammar forbids becomes -inf at last, so that nothing can favour it again.
    """
    return _forbid(_favour(logits, rows), rows)


def _forbid(logits: torch.Tensor, rows: Rows[Sequence]) -> torch.Tensor:
    guides = [row.guide for row in rows]
    if not any(guides):
        return logits
    forbidden = torch.from_numpy(forbidden_tokens(guides, logits.shape[-1]))
    return logits.masked_fill(forbidden.to(logits.device), -math.inf)


def _favour(logits: torch.Tensor, rows: Rows[Sequence]) -> torch.Tensor:
    wanting = [index for index, row in enumerate(rows) if row.request.sampling.bends]
    if not wanting:
        return logits
    bent = logits.float().clone()
    for index in wanting:
        _bend(bent[index], rows[index])
    return bent


def _bend(logits: torch.Tensor, sequence: Sequence) -> None:
    """Change one row [vocabulary] in place: penalties first, so that no bias is penalised."""
    sampling = sequence.request.sampling
    if sampling.repetition_penalty != 1.0:
        seen = logits.new_tensor(sorted(set(sequence.tokens)), dtype=torch.long)
        values = logits[seen]
        # Of Keskar et al. (CTRL, 2019): less likely on either side of zero.
        weaker = torch.where(
            values > 0, values / sampling.repetition_penalty, values * sampling.repetition_penalty
        )
        logits[seen] = weaker
    if sampling.penalises_answer and sequence.num_new_tokens:
        counts = Counter(sequence.tokens[len(sequence.prompt_ids) :])
        at = logits.new_tensor(list(counts), dtype=torch.long)
        often = logits.new_tensor(list(counts.values()))
        logits[at] -= sampling.presence_penalty + sampling.frequency_penalty * often
    if sampling.logit_bias:
        token_ids, biases = zip(*sampling.logit_bias, strict=True)
        at = logits.new_tensor(token_ids, dtype=torch.long)
        logits[at] += logits.new_tensor(biases)
