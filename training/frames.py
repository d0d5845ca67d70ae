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
    "opinion": (
        "good",
        "average",
        "poor",
        "excellent",
        "great",
        "decent",
        "fine",
        "bad",
        "terrible",
        "awful",
        "mediocre",
        "okay",
        "solid",
        "superb",
        "brilliant",
        "weak",
        "fantastic",
        "disappointing",
        "outstanding",
        "boring",
        "very good",
        "pretty bad",
        "underwhelming",
        "delightful",
        "passable",
    ),
    "player_perspective": ("first person", "third person", "side view", "bird view"),
    "specifier": ("good", "boring", "exciting", "fun", "difficult", "recent", "old", "scary"),
    "esrb": ("E (for Everyone)", "T (for Teen)", "M (for Mature)", "E 10+ (for Everyone 10+)"),
    "exp_release_date": ("May 4, 2021", "August 14, 2022", "February 22, 2023", "June 1, 2024"),
}
"""Small sets whose members carry no identity: shared by training and held-out data."""

_GRADES = tuple(
    word
    for slot in ("rating", "priceRange", "opinion")
    for word in CLOSED[slot]
    if not re.search(r"\d|stars", word)
)

_SLOT = re.compile(r"\{([^{}]+)\}")
_SEVERAL = re.compile(r"\{((?:animal|occupation)(?::\d)?)\}s\b")
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
    text = _SEVERAL.sub(lambda match: plural(draw.slot(match.group(1))), text)
    text = _SLOT.sub(lambda match: _one(match.group(1), draw), text)
    return mend(text)


def _one(content: str, draw: Draw) -> str:
    name, equals, spec = content.rpartition("=")
    if spec.startswith("int:"):
        low, _, high = spec.removeprefix("int:").partition("-")
        return draw.number(name if equals else None, int(low), int(high))
    return draw.slot(content)


_ALIKE = re.compile(r"(sheep|fish|deer|elk|bison|moose|salmon|squid|shrimp|trout|cod|carp|tuna)$")
_PLURALS = (
    (r"(?<!cai)man$", "men"), (r"mouse$", "mice"), (r"louse$", "lice"), (r"\bgoose$", "geese"),
    (r"wolf$", "wolves"), (r"\box$", "oxen"), (r"([^aeiou])y$", r"\1ies"),
    (r"(s|x|ch|sh)$", r"\1es"), (r"$", "s"),
)  # fmt: skip


def plural(word: str) -> str:
    """More than one of an animal or an occupation."""
    if _ALIKE.search(word):
        return word
    return next(re.sub(end, ends, word) for end, ends in _PLURALS if re.search(end, word))


_VOWELS_BY_SOUND = (
    # "an egg" and "a European", "an orange" and "a one"; "an hour".
    r"(?!eu|Eu|one\b|One\b|once\b)[aeioAEIO][A-Za-z]|[hH](?:our|onest|onou?r|eir)",
    # "an umpire", "an ugly" and "a union", "a unique", "a Ugandan".
    r"[uU](?:n(?!i[cfloqstv])|[mpl]|g(?!an)|r[^aeiou]|sh|z|tt)",
    # Letters read one by one: "an MMORPG", "an FC"; "a FLAT", "a SMALL" are words.
    r"(?:[HMNRX]|F(?![LR])|L(?!L)|S(?![CHKLMNPQTW]))[B-DF-HJ-NP-TV-XZ][A-Z]*\b",
    r"[FHLMNRSX][B-DF-HJ-NP-TV-XZ]+\b|[AEFHLMNRSX](?:[-\d]| \(| \d| rat)",
    r"8|1[18](?![\d,])",
)
_BEFORE_VOWEL = re.compile(rf"(?<!['’])\b([Aa]) (?=(?:{'|'.join(_VOWELS_BY_SOUND)}))")
_DOUBLED = re.compile(r"(food|view|game|range) \1\b")
# "a rating of low" is no English; "a low rating" is.
_WORD_AFTER_OF = re.compile(
    r"\b((?:customer |visitor )?(?:rating|score|price range)) of "
    rf"({'|'.join(sorted(map(re.escape, _GRADES), key=len, reverse=True))})\b"
)


def mend(text: str) -> str:
    """`a apple` becomes `an apple`, `the the` one `the`, `a rating of low` `a low rating`, doubled
    spaces one; the start is a capital where a filler begins with a small article."""
    text = _DOUBLED.sub(r"\1", _WORD_AFTER_OF.sub(r"\2 \1", text))
    text = _BEFORE_VOWEL.sub(r"\1n ", text)
    text = re.sub(r"\b([Tt]he) [Tt]he\b", r"\1", text)
    text = re.sub(r"  +", " ", text).strip()
    return text[:1].upper() + text[1:] if text.startswith(("the ", "an ", "a ")) else text
