"""The base's text as token ids: documents one after another, each between `<s>` and `</s>`."""

from collections.abc import Iterator
from itertools import islice

import numpy as np
import numpy.typing as npt
from transformers import PreTrainedTokenizerFast

Tokens = npt.NDArray[np.uint16]

_DOCUMENTS_AT_ONCE = 2000


def encode(texts: Iterator[str], tokenizer: PreTrainedTokenizerFast, num_tokens: int) -> Tokens:
    """The first `num_tokens` ids of the texts, shape [num_tokens]."""
    tokens = np.empty(num_tokens, dtype=np.uint16)
    filled = 0
    while filled < num_tokens:
        for ids in tokenizer(list(islice(texts, _DOCUMENTS_AT_ONCE)))["input_ids"]:
            document = [*ids, tokenizer.eos_token_id][: num_tokens - filled]
            tokens[filled : filled + len(document)] = document
            filled += len(document)
    return tokens
