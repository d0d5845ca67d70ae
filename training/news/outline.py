"""Which sentences of a news frame carry a summary, and which may be missing or change places.

What a text says is found by its slots and the beginnings of its words: the first sentence to hold
one of them carries it. Knows no names: it reads frames, not what they are filled with.
"""

import random
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

_POINTS_BACK = re.compile(
    r"\W*(again|all|also|and|another|both|but|each|either|even|half|he|her|here|his|however|inside"
    r"|instead|it|its|later|many|most|neither|none|not|now|one|or|others|she|since|so|some|still"
    r"|such|that|theirs?|them|then|there|these|they|this|those|what|yet)\b",
    re.IGNORECASE,
)
"""So begins a sentence that is nothing without the one before it."""
_PERSON_MEANT = re.compile(r"\b(he|she|him|his|her|they|them)\b", re.IGNORECASE)
_PERSON_NAMED = re.compile(r"\{(person|first_name|last_name)")
_SMALL_WORDS = re.compile(
    r"about|after|all|and|any|are|been|before|but|can|could|did|does|during|each|every|first|for"
    r"|from|had|has|have|her|him|his|into|its|just|may|might|more|most|must|new|not|now|off|one"
    r"|only|other|out|over|own|said|says?|should|some|still|than|that|the|their|them|then|there"
    r"|these|they|this|those|three|through|too|two|until|was|were|what|when|where|which|while|who"
    r"|will|with|would|years?"
)
_SLOT = re.compile(r"\{([^{}]+)\}")
_STEM = 5


@dataclass(frozen=True)
class Outline:
    """What a frame's sentences owe to each other; sentences are known by their place."""

    points_back: tuple[bool, ...]
    holds: tuple[frozenset[str], ...]
    opens_with_the: tuple[bool, ...]

    def carriers(self, text: str) -> frozenset[int]:
        """The sentences that say what `text` says, with those that they point back to."""
        found: set[int] = set()
        for thing in _contents(text):
            found.update([i for i, held in enumerate(self.holds) if thing in held][:1])
        for i in sorted(found, reverse=True):
            start = i
            while start > 0 and self.points_back[start]:
                start -= 1
            found.update(range(start, i))
        return frozenset(found)

    def has_words_of(self, text: str) -> bool:
        """Whether everything that `text` says stands in the sentences by the same words."""
        return _contents(text) <= self._known(range(len(self.holds)))

    def arrange(self, needed: Collection[int], rng: random.Random, share: float) -> list[int]:
        """The sentences of an article in order; of those not needed about `share` are missing,
        and of those left some have changed places."""
        kept = list(range(len(self.holds)))
        for at in reversed(range(len(kept))):
            if rng.random() < share and at not in needed and self._can_go(kept, at):
                kept.remove(at)
        for place in range(1, len(kept) - 1):
            if rng.random() < share and self._can_swap(kept, place):
                kept[place], kept[place + 1] = kept[place + 1], kept[place]
        return kept

    def _can_go(self, kept: Sequence[int], at: int) -> bool:
        place = kept.index(at)
        before, after = kept[:place], kept[place + 1 :]
        if not before and (not after or self.opens_with_the[after[0]]):
            return False
        # Whoever is met here for the first time must not be spoken of later.
        met = self.holds[at] - self._known(before)
        spoken_of = any(met & self.holds[later] for later in after)
        return not spoken_of and not (after and self.points_back[after[0]])

    def _can_swap(self, kept: Sequence[int], place: int) -> bool:
        first, second = kept[place], kept[place + 1]
        loose = any(self.points_back[i] for i in kept[place : place + 3])
        shared = self.holds[first] & self.holds[second]
        return not loose and not shared - self._known(kept[:place])

    def _known(self, places: Iterable[int]) -> frozenset[str]:
        return frozenset[str]().union(*(self.holds[i] for i in places))


@cache
def outline(body: tuple[str, ...]) -> Outline:
    """The outline of a frame's sentences."""
    return Outline(
        tuple(map(_is_loose, body)),
        tuple(map(_contents, body)),
        tuple(sentence.startswith("The ") for sentence in body),
    )


def _contents(text: str) -> frozenset[str]:
    """The slots of a text, and the beginnings of its words that mean something."""
    slots = {"{" + m.split("=")[0] for m in _SLOT.findall(text) if not m.startswith("int:")}
    words = re.findall(r"[a-z]{3,}", _SLOT.sub(" ", text.lower()))
    return frozenset(slots | {word[:_STEM] for word in words if not _SMALL_WORDS.fullmatch(word)})


def _is_loose(text: str) -> bool:
    meant = _PERSON_MEANT.search(text) and not _PERSON_NAMED.search(text)
    return bool(meant or _POINTS_BACK.match(text))
