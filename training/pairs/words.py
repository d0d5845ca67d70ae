"""One word for another in a plain sentence: a violin is an instrument, but no trumpet.

corpus/parts/pair_words.jsonl has a word a line, the `wider` words that hold for all of its kind,
and `near` words of the same sort.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from training.pairs.world import World
from training.passages.asked import parts

_CARRIERS: Mapping[str, Sequence[tuple[str, str]]] = {
    "thing": (
        ("{first_name} bought a {w}.", "{first_name} did not buy a {w}."),
        ("{first_name} found a {w} at home.", "{first_name} did not find a {w} at home."),
        ("There is a {w} in {first_name}'s room.", "There is no {w} in {first_name}'s room."),
        ("A {w} was stolen from {person}.", "No {w} was stolen from {person}."),
        ("Somebody left a {w} on the bus to {city}.", "Nobody left a {w} on the bus to {city}."),
        ("{first_name} is looking for a {w}.", "{first_name} is not looking for a {w}."),
        ("{person} sold a {w} on {weekday}.", "{person} did not sell a {w} on {weekday}."),
    ),
    "food": (
        ("{first_name} ate a {w} for lunch.", "{first_name} did not eat a {w} for lunch."),
        ("There is a {w} on {first_name}'s plate.", "There is no {w} on {first_name}'s plate."),
        ("{first_name} dropped a {w} again.", "{first_name} did not drop a {w} again."),
        ("{first_name} bought a {w} at the market.", "{first_name} bought no {w} at the market."),
    ),
    "animal": (
        ("{first_name} saw a {w} yesterday.", "{first_name} did not see a {w} yesterday."),
        ("{first_name} drew a {w}.", "{first_name} did not draw a {w}."),
        ("{person} took a photo of a {w}.", "{person} did not take a photo of a {w}."),
        ("A {w} was seen near {village}.", "No {w} was seen near {village}."),
    ),
    "vehicle": (
        ("{first_name} saw a {w} near {city}.", "{first_name} did not see a {w} near {city}."),
        ("There is a {w} in the picture.", "There is no {w} in the picture."),
        ("{company} has sold a {w}.", "{company} has not sold a {w}."),
    ),
    "place": (
        ("{first_name} stood in front of a {w}.", "{first_name} did not stand in front of a {w}."),
        ("There is a {w} near {first_name}'s home.", "There is no {w} near {first_name}'s home."),
        ("{first_name} is painting a {w}.", "{first_name} is not painting a {w}."),
        ("You can see a {w} from {street_or_area}.", "You cannot see a {w} from {street_or_area}."),
    ),
    "person": (
        ("{first_name}'s neighbour is a {w}.", "{first_name}'s neighbour is not a {w}."),
        ("{first_name} met a {w} in {city}.", "{first_name} did not meet a {w} in {city}."),
        ("{person} spoke to a {w} on {weekday}.", "{person} did not speak to a {w} on {weekday}."),
        ("A {w} helped {first_name}.", "No {w} helped {first_name}."),
    ),
}  # fmt: skip
_ONLY = (
    "The one thing that {first_name} saw was a {w}.", "All that {first_name} could see was a {w}.",
    "It was a {w}, said {first_name}.", "What {person} saw at {village} was a {w}.",
    "{first_name} said that it was a {w}.", "The thing in the picture is a {w}.",
)  # fmt: skip


@dataclass(frozen=True)
class _Said:
    """A word, a wider and a near one, and sentences that say and deny them."""

    word: str
    wider: str
    near: str
    carrier: tuple[str, str]
    only: str

    def yes(self, word: str) -> str:
        return _put(self.carrier[0], word)

    def no(self, word: str) -> str:
        return _put(self.carrier[1], word)


def _put(carrier: str, word: str) -> str:
    return carrier.replace("{w}", word)


def _any(rng: random.Random) -> _Said:
    line = rng.choice(parts("pair_words"))
    carriers = _CARRIERS[line["kind"]]
    return _Said(
        line["word"], rng.choice(line["wider"]), rng.choice(line["near"]), rng.choice(carriers),
        rng.choice(_ONLY),
    )  # fmt: skip


def inferred(label: str, world: World) -> tuple[str, str]:
    """A premise and a hypothesis; a denial of the wider word denies the narrower one too."""
    rng, it = world.rng, _any(world.rng)
    options = {
        "entailment": (
            (it.yes(it.word), it.yes(it.wider)),
            (it.yes(it.word), it.yes(it.wider)),
            (it.no(it.wider), it.no(it.word)),
            (_put(it.only, it.word), _put(it.only, it.wider)),
        ),
        "neutral": (
            (it.yes(it.wider), it.yes(it.word)),
            (it.yes(it.wider), it.no(it.word)),
            (it.no(it.word), it.no(it.wider)),
            (it.no(it.word), it.yes(it.near)),
        ),
        "contradiction": (
            (it.yes(it.word), it.no(it.word)),
            (it.yes(it.word), it.no(it.wider)),
            (it.no(it.wider), it.yes(it.word)),
            (_put(it.only, it.word), _put(it.only, it.near)),
        ),
    }
    first, second = rng.choice(options[label])
    return world.say(first), world.say(second)


def rated(world: World) -> tuple[str, str, float]:
    """Two sentences of which one word differs, and how alike they are."""
    it = _any(world.rng)
    first, second, score = world.rng.choice(
        (
            (it.yes(it.word), it.yes(it.wider), 3.4),
            (it.yes(it.word), it.yes(it.near), 2.8),
            (it.yes(it.word), it.no(it.word), 2.4),
            (_put(it.only, it.word), _put(it.only, it.near), 2.6),
        )
    )
    return world.say(first), world.say(second), score
