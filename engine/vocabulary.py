"""Text to tokens and back. Owns the tokenizer; usable from every thread."""

import threading
from collections.abc import Iterable, Sequence

from transformers import PreTrainedTokenizerBase

from engine.errors import ModelRefused


class Vocabulary:
    """`eos_ids` end an answer; `longest_token` is the most characters that one token stands for."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, eos_ids: Iterable[int]) -> None:
        backend = getattr(tokenizer, "backend_tokenizer", None)
        if backend is None:
            raise ModelRefused("The base has no fast tokenizer (tokenizer.json), which we need.")
        own_eos = [] if tokenizer.eos_token_id is None else [tokenizer.eos_token_id]
        self.eos_ids = frozenset([*eos_ids, *own_eos])
        self.longest_token = max(len(token) for token in backend.get_vocab())
        self._backend = backend
        self._lock = threading.Lock()  # the tokenizer may not be shared while it is borrowed

    def encode(self, text: str) -> list[int]:
        """With whatever the tokenizer puts before every text."""
        with self._lock:
            ids: list[int] = self._backend.encode(text).ids
        return ids

    def encode_after(self, prompt: str, prompt_ids: Sequence[int], text: str) -> list[int]:
        """The tokens of `text` where it follows `prompt`, whose tokens are `prompt_ids`."""
        together = self.encode(prompt + text)
        if together[: len(prompt_ids)] == list(prompt_ids):
            return together[len(prompt_ids) :]
        with self._lock:  # the two grow together at the seam: a model that drew could not
            ids: list[int] = self._backend.encode(text, add_special_tokens=False).ids
        return ids

    def decode(self, token_ids: Sequence[int]) -> str:
        """Without special tokens; bytes that are no whole character become U+FFFD."""
        with self._lock:
            text: str = self._backend.decode(list(token_ids), skip_special_tokens=True)
        return text
