"""What every contestant is given, and what it must give back."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import BadRequest
from engine.vocabulary import Vocabulary

_WORDS = (
    "the a of to and in is was for on with at by from as that it he she they we you not but or "
    "if so one two three day night man woman child house town river road tree bird water fire "
    "stone bread tea shop book word name story friend hand eye door window morning evening old "
    "new small large good long red green white black under over after before came went said saw "
    "made took gave found left right"
)
WORDS = tuple(_WORDS.split())
MOST_TRIES = 10_000


@dataclass(frozen=True)
class Work:
    """Prompts, each as text and as tokens, with the number of its adapter (None: the base alone).

    Everybody makes `num_new_tokens` for each prompt, greedily, whatever comes.
    """

    prompts: tuple[str, ...]
    prompt_ids: tuple[tuple[int, ...], ...]
    adapters: tuple[int | None, ...]
    num_new_tokens: int

    @property
    def num_tokens(self) -> int:
        return len(self.prompts) * self.num_new_tokens

    def first(self, num_rows: int, num_new_tokens: int) -> "Work":
        """The first rows alone, with shorter answers."""
        rows = slice(num_rows)
        return Work(self.prompts[rows], self.prompt_ids[rows], self.adapters[rows], num_new_tokens)

    @property
    def digest(self) -> str:
        """Of the prompts' tokens: equal where the same was read."""
        return hashlib.sha256(repr(self.prompt_ids).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Answer:
    """The new tokens of each prompt, and the seconds from handing over the work to the last."""

    tokens: tuple[tuple[int, ...], ...]
    seconds: float


def make_work(
    vocabulary: Vocabulary,
    adapters: Sequence[int | None],
    num_prompt_tokens: int,
    num_new_tokens: int,
    seed: int,
) -> Work:
    """As many different prompts as `adapters`, all of one length: nobody has to pad."""
    chance = random.Random(seed)
    prompts = [_prompt(vocabulary, num_prompt_tokens, chance) for _ in adapters]
    ids = tuple(tuple(vocabulary.encode(prompt)) for prompt in prompts)
    return Work(tuple(prompts), ids, tuple(adapters), num_new_tokens)


def _prompt(vocabulary: Vocabulary, num_tokens: int, chance: random.Random) -> str:
    """Words by chance that come to just `num_tokens` tokens."""
    for _ in range(MOST_TRIES):
        text = chance.choice(WORDS)
        while (length := len(vocabulary.encode(text))) < num_tokens:
            text += f" {chance.choice(WORDS)}"
        if length == num_tokens:
            return text
    raise BadRequest(f"No text of just {num_tokens} tokens was found; ask for more tokens.")
