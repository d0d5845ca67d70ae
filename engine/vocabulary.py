"""Text to tokens and back. Owns the tokenizer; usable from every thread."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from transformers import PreTrainedTokenizerBase

from engine.errors import BadRequest, ModelRefused


@dataclass(frozen=True)
class Piece:
    """One token of a text, and where what it stands for ends; 0 before the text itself."""

    token_id: int
    text: str
    end: int


class Vocabulary:
    """`eos_ids` end an answer, `special_ids` stand for no text of their own.

    `longest_token` is the most characters that one token stands for, `num_tokens` is one more than
    the largest id.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, eos_ids: Iterable[int]) -> None:
        backend = getattr(tokenizer, "backend_tokenizer", None)
        if backend is None:
            raise ModelRefused("The base has no fast tokenizer (tokenizer.json), which we need.")
        own_eos = [] if tokenizer.eos_token_id is None else [tokenizer.eos_token_id]
        self.eos_ids = frozenset([*eos_ids, *own_eos])
        self.special_ids = self.eos_ids | frozenset(tokenizer.all_special_ids)
        tokens = backend.get_vocab()
        self.longest_token = max(map(len, tokens))
        self.num_tokens = max(tokens.values()) + 1
        self._tokenizer = tokenizer
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

    def as_json(self) -> str:
        """The whole tokenizer, as it stands in a tokenizer.json."""
        with self._lock:
            text: str = self._backend.to_str()
        return text

    def decode(self, token_ids: Sequence[int]) -> str:
        """Without special tokens; bytes that are no whole character become U+FFFD."""
        with self._lock:
            text: str = self._backend.decode(list(token_ids), skip_special_tokens=True)
        return text

    def token_text(self, token_id: int) -> str:
        """One token as it stands inside a text, special ones by their name.

        U+FFFD stands for bytes that are no whole character.
        """
        with self._lock:  # twice, because some decoders drop the space before a text's first word
            alone: str = self._backend.decode([token_id], skip_special_tokens=False)
            twice: str = self._backend.decode([token_id, token_id], skip_special_tokens=False)
        return twice[len(alone) :] or alone

    def pieces(self, text: str) -> list[Piece]:
        """The tokens of `text`, with whatever the tokenizer puts before every text."""
        with self._lock:
            encoded = self._backend.encode(text)
            found = list(zip(encoded.ids, encoded.offsets, strict=True))
        return [Piece(token_id, self.token_text(token_id), end) for token_id, (_, end) in found]

    def chat(self, messages: Sequence[Mapping[str, str]]) -> str | None:
        """The prompt that the base's own chat template makes; None if it has no template.

        Raises BadRequest for messages that the template does not take.
        """
        if self._tokenizer.chat_template is None:
            return None
        try:
            with self._lock:
                made = self._tokenizer.apply_chat_template(
                    [dict(message) for message in messages],
                    tokenize=False,
                    add_generation_prompt=True,
                )
        except Exception as error:
            raise BadRequest(f"The base's chat template refuses these messages: {error}") from error
        first = self.encode("")[:1]  # `encode` will put it there again
        return str(made).removeprefix(self.token_text(first[0])) if first else str(made)
