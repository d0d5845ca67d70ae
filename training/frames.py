"""Fills sentence frames: slots, repeated slots, numbers and alternatives.

One `Draw` is one document's memory: the same slot with the same index keeps its filler. Knows
nothing of tasks; what a slot name means is in `ALIASES` and `CLOSED`.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from training import invent
from training.lexicon import Split, is_open, load_lexicon

INVENTED_SHARE = 0.4

ALIASES: Mapping[str, tuple[str, ...]] = {
    "per": ("person",),
    "org": ("company", "organization", "sports_team", "university"),
    "loc": ("city", "city", "country", "region", "village"),
    "misc": ("nationality", "nationality", "event"),
    "developer": ("game_developer",),
    "genres": ("game_genre",),
    "platforms": ("platform",),
    "near": ("restaurant_name", "landmark"),
}
"""Slots of the frames that draw from other lists."""

CLOSED: Mapping[str, tuple[str, ...]] = {
    "weekday": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "month": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "eatType": (
        "pub",
        "restaurant",
        "coffee shop",
        "wine bar",
        "diner",
        "bistro",
        "tea room",
        "brasserie",
        "canteen",
        "tavern",
        "pizzeria",
        "bakery",
    ),
    "priceRange": (
        "cheap",
        "moderate",
        "high",
        "low",
        "average",
        "expensive",
        "less than £20",
        "£20-25",
        "more than £30",
        "mid-range",
        "£10-15",
        "under £12",
        "very low",
    ),
    "area": (
        "riverside",
        "city centre",
        "old town",
        "harbour",
        "market square",
        "north side",
        "station quarter",
        "docklands",
        "university district",
        "suburbs",
    ),
    "rating": (
        "low",
        "average",
        "high",
        "5 out of 5",
        "3 out of 5",
        "1 out of 5",
        "4 stars",
        "2 stars",
        "8 out of 10",
        "poor",
        "good",
        "excellent",
        "very good",
        "three stars",
    ),
    "player_perspective": ("first person", "third person", "side view", "bird view"),
    "specifier": ("good", "boring", "exciting", "fun", "difficult", "recent", "old", "scary"),
    "esrb": ("E (for Everyone)", "T (for Teen)", "M (for Mature)", "E 10+ (for Everyone 10+)"),
    "exp_release_date": ("May 4, 2021", "August 14, 2022", "February 22, 2023", "June 1, 2024"),
}
"""Small sets whose members carry no identity: shared by training and held-out data."""

_SLOT = re.compile(r"\{([^{}]+)\}")
_ALTERNATIVES = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")


@dataclass
class Draw:
    """What one document has drawn so far; the split decides which names it may draw."""

    rng: random.Random
    split: Split
    memory: dict[str, str] = field(default_factory=dict)
    entities: set[str] = field(default_factory=set)
    invented_share: float = INVENTED_SHARE

    def slot(self, key: str) -> str:
        """The filler of `slot` or `slot:2`, drawn at first use and remembered."""
        if key not in self.memory:
            taken = {value for name, value in self.memory.items() if _base(name) == _base(key)}
            self.memory[key] = self._fresh(_base(key), taken)
        return self.memory[key]

    def number(self, name: str | None, low: int, high: int) -> str:
        """A whole number in [low, high]; a named one is remembered."""
        text = str(self.rng.randint(low, high))
        if name is not None:
            self.memory[name] = text
        return text

    def _fresh(self, slot: str, taken: set[str]) -> str:
        for _ in range(20):
            text = self._filler(slot)
            if text not in taken:
                break
        return text

    def _filler(self, slot: str) -> str:
        slot = self.rng.choice(ALIASES.get(slot, (slot,)))
        if slot == "person":
            return f"{self._filler('first_name')} {self._filler('last_name')}"
        if slot == "name":
            slot = "restaurant_name"
        if slot in CLOSED:
            return self.rng.choice(CLOSED[slot])
        if slot == "release_year":
            return str(self.rng.randint(1985, 2024))
        if self.rng.random() < self.invented_share:
            made = invent.filler(slot, self.rng, self.split)
            if made is not None:
                self.entities.add(made)
                return made
        lists = load_lexicon()[self.split]
        if slot not in lists:
            raise KeyError(f"no list for slot {slot!r}")
        text = self.rng.choice(lists[slot])
        if is_open(slot):
            self.entities.add(text)
        return text


def _base(key: str) -> str:
    return key.partition(":")[0]


def fill(text: str, draw: Draw) -> str:
    """Replace alternatives, numbers and slots of a frame, then mend articles and capitals."""
    while match := _ALTERNATIVES.search(text):
        options = match.group(1).split("|")
        text = text[: match.start()] + draw.rng.choice(options) + text[match.end() :]
    text = _SLOT.sub(lambda match: _one(match.group(1), draw), text)
    return mend(text)


def _one(content: str, draw: Draw) -> str:
    name, equals, spec = content.rpartition("=")
    if spec.startswith("int:"):
        low, _, high = spec.removeprefix("int:").partition("-")
        return draw.number(name if equals else None, int(low), int(high))
    return draw.slot(content)


# By sound: "an umpire" and "a union", "an egg" and "a European", "an orange" and "a one".
_BEFORE_VOWEL = re.compile(
    r"\b([Aa]) (?=(?!eu|Eu|one\b|One\b|once\b)[aeioAEIO][a-z]|[uU](?:n[^i]|[mgpl]|r[^aeiou]|sh))"
)


def mend(text: str) -> str:
    """`a apple` becomes `an apple`, `the the` one `the`, doubled spaces one; the start is a capital
    where a filler begins with a small article."""
    text = _BEFORE_VOWEL.sub(r"\1n ", text)
    text = re.sub(r"\b([Tt]he) [Tt]he\b", r"\1", text)
    text = re.sub(r"  +", " ", text).strip()
    return text[:1].upper() + text[1:] if text.startswith(("the ", "an ", "a ")) else text
