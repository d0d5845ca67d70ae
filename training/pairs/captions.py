"""Scenes that a caption could describe, and what another caption says of the same scene.

corpus/parts/pair_captions.jsonl has one action a line: what it is called, the `same` in other
words, `wider` words that it falls under, and `near` ones that cannot be true at the same time.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from training.pairs.actors import PEOPLE, many
from training.passages.asked import parts

Action = Mapping[str, Any]

_KINDS = ("young ", "tall ", "smiling ", "tired ", "old ", "cheerful ")
_BEASTS = ("big ", "small ", "brown ", "black ", "white ", "wet ")
_CLOTHES = (
    " in a {color} coat", " in a {color} hat", " with a backpack", " with long hair", " in shorts",
    " in a {color} shirt", " with glasses", " in {color} boots", " with a {color} scarf",
)  # fmt: skip
PLACES = {
    "out": (
        " on a sunny day", " in the rain", " early in the morning", " in the cold", " in the sun",
        " in the open air", " under a grey sky", " in the wind", " near {city:7}",
    ),
    "in": (" in a warm room", " late in the evening", " on a {weekday} evening", " in {city:7}"),
    "any": (
        " early in the morning", " late in the evening", " on a {weekday} morning", " in {city:7}",
        " in front of a house", " in the afternoon", " with great care", " on a {weekday}",
    ),
}  # fmt: skip
REASONS = (
    " for a friend", " because it is {weekday}", " to earn some money", " for the first time",
    " while waiting for {first_name:7}", " to forget a bad day", " before going home",
    " instead of going to {city:7}", " to please {first_name:7}", " as on every {weekday}",
)  # fmt: skip
_COUNTS = ("two", "three", "four", "five")
_FRAMES = (
    "{S} {is} {do}.", "{S} {is} {do}.", "{S} {is} {do}.", "{S} {is} {do}.", "{S} {is} {do}.",
    "{S} {is} {do}.", "{S} {is} {do}.", "There {is} {s} {do}.", "There {is} {s} {do}.",
    "You can see {s} {do}.", "The picture shows {s} {do}.", "Here {is} {s} {do}.",
)  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """Who does what where; words that stay empty are not said."""

    action: Action
    actor: str
    count: str = ""
    kind: str = ""
    clothes: str = ""
    place: str = ""
    do: str = ""

    @property
    def subject(self) -> str:
        """Who acts, with an article or a number."""
        if self.actor.startswith("{"):
            return self.actor
        noun = many(self.actor) if self.count else self.actor
        return f"{self.count or 'a'} {self.kind}{noun}{self.clothes}"

    @property
    def the_subject(self) -> str:
        """Who acts, when the scene is known."""
        noun = many(self.actor) if self.count else self.actor
        return self.actor if self.actor.startswith("{") else f"The {noun}"

    @property
    def verb(self) -> str:
        """`is` or `are`."""
        return "are" if self.count else "is"

    def tell(self, rng: random.Random) -> str:
        """A caption of the scene, as a frame with slots."""
        frame = rng.choice(_FRAMES)
        is_named = self.actor.startswith("{") and frame.startswith(("There", "Here"))
        if is_named or "ing" not in (self.do or self.action["do"]):
            frame = _FRAMES[0]
        start = self.subject[:1].upper() + self.subject[1:]
        told = frame.replace("{S}", start).replace("{s}", self.subject).replace("{is}", self.verb)
        do = self.do or self.action["do"]
        return told.replace(
            "{do}", (do.replace("its ", "their ") if self.count else do) + self.place
        )

    def doing(self, what: str) -> "Scene":
        """The same scene with another action, or the same action in other words."""
        return replace(self, do=what)


@cache
def actions() -> Sequence[Action]:
    """Every action of the corpus."""
    return parts("pair_captions")


def scene(rng: random.Random, must_name: bool = False) -> Scene:
    """Any scene; its actor is named where held-out names are wanted."""
    action = rng.choice([a for a in actions() if not (must_name and a["who"])])
    if must_name or (not action["who"] and rng.random() < 0.12):
        return Scene(action, rng.choice(("{first_name}", "{person}")), place=_place(action, rng))
    actor = rng.choice(action["who"]) if action["who"] else rng.choice(PEOPLE)[0]
    count = rng.choice(_COUNTS) if rng.random() < 0.3 else ""
    may_be_dressed = not (action["who"] or count)
    return Scene(
        action, actor, count,
        kind=_kind(action, actor, rng) if rng.random() < 0.35 else "",
        clothes=rng.choice(_CLOTHES) if may_be_dressed and rng.random() < 0.4 else "",
        place=_place(action, rng),
    )  # fmt: skip


def _kind(action: Action, actor: str, rng: random.Random) -> str:
    if action["who"]:
        return rng.choice(_BEASTS)
    kinds = [kind for kind in _KINDS if kind != "old " or actor in ("man", "woman", "farmer")]
    return rng.choice(kinds if not actor.startswith("grand") else ["smiling ", "tired "])


def _place(action: Action, rng: random.Random) -> str:
    place = rng.choice(PLACES[action["where"]]) if rng.random() < 0.4 else ""
    return place + (rng.choice(REASONS) if not action["who"] and rng.random() < 0.15 else "")
