"""The names of one news text: people by several forms of name, and who is named again.

Some come with what newspapers put beside a name: "Irish sailor", "the town of", a company's trade.
"""

import re
from collections.abc import Sequence
from itertools import count
from typing import TypeVar

from training.frames import Draw
from training.tasks import conllpp_slots as slots
from training.tasks import conllpp_words as words
from training.tasks.entity_text import marked, plant, without_article

T = TypeVar("T")
Sort = tuple[int, bool]
"""The kind of a name, and whether it belongs to sport: no club is bought in the next sentence."""

_FREE = re.compile(
    r"(?:^|\b(?:said|by|to|with|and|for|from|that|of|told|when|as|if|than|against|but|in|near) )$"
)
"""What stands before a slot whose name may be dressed."""
_PHRASE_ENDS = re.compile(
    r"$| ?[.,;?!]| (?:and|after|on|when|by|with|before|was|were|is|will|has|had|during|said|last)\b"
)


class Cast:
    """Draws the names of a text's sentences, one after the other.

    `again` is the share of names that an earlier sentence had, `dressed` that of names with more
    words beside them than the frame has.
    """

    def __init__(self, draw: Draw, again: float, dressed: float) -> None:
        self.draw = draw
        self._again = again
        self._dress = dressed
        self._numbers = count(100)
        self._known: list[tuple[Sort, str]] = []
        """Names of earlier sentences, and how a later one calls them."""
        self._here: list[tuple[Sort, str]] = []

    def tell(self, frame: str) -> str:
        """The frame with names, marked."""
        text = plant(frame, self.draw, self._choose)
        self._known += self._here
        self._here = []
        return text[:1].upper() + text[1:] if frame.startswith("{") else text

    def _choose(self, slot: re.Match[str]) -> str | None:
        kind = slots.KIND_OF.get(slot[1])
        if kind is None:
            return None
        free = (
            slot.string.count(slot[0]) == 1
            and slots.is_prose(slot.string)
            and bool(_FREE.search(slot.string[: slot.start()]))
        )
        sort = (kind, kind == slots.ORGANIZATION and slots.is_sport(slot.string))
        again = None if slots.follows_the(slot) else self._named_before(sort)
        if again is not None:
            return (
                f"{self._one(words.TITLES[:4])} {again}" if kind == slots.PERSON and free else again
            )
        if kind == slots.PERSON:
            listed, (name, later) = "person", self._person()
        else:
            listed = self._one(slots.lists_for(slot))
            name = later = marked(self._suitable(listed, slot), kind)
        self._here.append((sort, later))
        if free and self.draw.rng.random() < self._dress:
            return self._dressed(name, listed, slot)
        return name

    def _named_before(self, sort: Sort) -> str | None:
        known = [pair for pair in self._known if pair[0] == sort]
        if not known or sort[0] == slots.MISCELLANEOUS or self.draw.rng.random() > self._again:
            return None
        pair = self._one(known)
        self._known.remove(pair)
        return pair[1]

    def _person(self) -> tuple[str, str]:
        """A name in one of its forms, and the last name, by which people are named again."""
        first, last, other = map(self._fresh, ("first_name", "last_name", "first_name"))
        double = f"{last}-{self._fresh('last_name')}"
        forms = {
            (f"{first} {last}", last): 76,
            (last, last): 8,
            (f"{first[0]}. {last}", last): 4,
            (f"{first} {other[0]}. {last}", last): 3,
            (f"{first} {other} {last}", last): 3,
            (f"{first} {double}", double): 3,
            (first, first): 3,
        }
        name, later = self.draw.rng.choices(list(forms), list(forms.values()))[0]
        return marked(name, slots.PERSON), marked(later, slots.PERSON)

    def _suitable(self, listed: str, slot: re.Match[str]) -> str:
        for _ in range(60):
            name = self._fresh(listed)
            if slots.suits(name, listed, slot):
                break
        return without_article(name) if listed == "event" and slots.qualifies(slot) else name

    def _fresh(self, listed: str) -> str:
        """A filler that this text has not had."""
        rng = self.draw.rng
        if listed == "adjective":
            return rng.choice(words.ADJECTIVES)
        if listed == "country" and rng.random() < 0.05:
            return rng.choice(words.COUNTRIES)
        made = words.coined(listed, rng, self.draw.split)
        if made is not None:
            self.draw.entities.add(made)
            return made
        return self.draw.slot(f"{listed}:{next(self._numbers)}")

    def _dressed(self, name: str, listed: str, slot: re.Match[str]) -> str:
        """The name with words beside it, some of which are names themselves."""
        people = marked(self._fresh("nationality"), slots.MISCELLANEOUS)
        forms: tuple[str, ...] = (name,)
        if listed == "person":
            company = marked(self._fresh("company"), slots.ORGANIZATION)
            job = self._fresh("occupation")
            forms = (
                f"{people} {job} {name}",
                f"{job} {name}",
                f"{self._one(words.TITLES)} {name}",
                f"{company} {self._one(words.ROLES)} {name}",
            )
        elif listed == "company":
            forms = (f"{people} {self._one(words.TRADES)} {name}",)
        elif listed in {"country", "region", "city"} and _ends_phrase(slot):
            place = marked(self._fresh("village"), slots.LOCATION)
            forms = (f"{place} in {name}", f"the town of {place} in {name}", f"{place}, {name}")
        return self._one(forms)

    def _one(self, choices: Sequence[T]) -> T:
        return self.draw.rng.choice(choices)


def _ends_phrase(slot: re.Match[str]) -> bool:
    return bool(_PHRASE_ENDS.match(slot.string[slot.end() :]))
