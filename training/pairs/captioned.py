"""Two captions: of one scene, of scenes that cannot both be, or of one that may be or not."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from training.pairs.actors import many, unlike, wider_actor
from training.pairs.captions import PLACES, REASONS, Scene

_UNKNOWN: tuple[str, ...] = (
    "is on holiday", "is from {city:7}", "is hungry", "lives near here", "is waiting for a friend",
    "is called {first_name:7}", "will go home soon", "has done this for years", "is late",
    "was born in {country:7}", "is in a hurry", "feels happy",
    "has a brother in {city:7}", "does this every {weekday}", "won a prize last year",
)  # fmt: skip
_BEAST_UNKNOWN: tuple[str, ...] = (
    "is hungry", "belongs to {first_name:7}", "is called {first_name:7}", "is six years old",
    "comes from {city:7}", "was ill last week", "is afraid of thunder", "has a brother",
)  # fmt: skip
_ASLEEP = ("sleep", "lying", "asleep", "sitting", "perched")


@dataclass(frozen=True)
class Captions:
    """Two frames, and how alike they are from 0 to 5 where that is clear."""

    first: str
    second: str
    score: float | None = None


def following(one: Scene, rng: random.Random) -> Captions:
    """The second caption is true of every scene that the first is true of."""
    bare = replace(one, kind="", clothes="", place="")
    wide = replace(bare, actor=wider_actor(one.actor))
    first = one.tell(rng)
    options: list[tuple[str, float | None]] = [
        (one.doing(rng.choice(one.action["same"])).tell(rng), 4.8),
        (bare.doing(rng.choice(one.action["wider"])).tell(rng), 3.4 if bare != one else 3.6),
        (wide.tell(rng), 3.8 if bare != one else 4.2),
        (wide.doing(rng.choice(one.action["same"])).tell(rng), 3.8),
        (wide.doing(rng.choice(one.action["wider"])).tell(rng), 3.0),
        (f"{one.the_subject} {one.verb} not {rng.choice(one.action['near'])}.", None),
    ]
    if bare != one:
        options += [(bare.tell(rng), 4.2 if one.place else 4.4)] * 2
    if one.action["where"] != "any":
        where = {"out": "outdoors", "in": "inside a building"}[one.action["where"]]
        options.append((f"{one.the_subject} {one.verb} {where}.", None))
    if not one.actor.startswith("{"):
        options.append((f"There {one.verb} {bare.subject} in the picture.", None))
    if not one.count and rng.random() < 0.2:
        trait = rng.choice(_BEAST_UNKNOWN if one.action["who"] else _UNKNOWN)
        start = one.subject[:1].upper() + one.subject[1:]
        comma = "," if one.actor.startswith("{") else ""
        told = f"{start}{comma} who {trait}{comma} is {one.action['do']}{one.place}."
        return Captions(told, f"{one.the_subject} {trait}.")
    return Captions(first, *rng.choice(options))


def clashing(one: Scene, rng: random.Random) -> Captions:
    """The second caption cannot be true of the scene in the first."""
    near = one.doing(rng.choice(one.action["near"]))
    options: list[tuple[str, float | None]] = [(near.tell(rng), 2.6)] * 3
    options += [
        (f"{one.the_subject} {one.verb} {near.do}.", 2.4),
        (f"{one.the_subject} {one.verb} not {one.action['do']}.", None),
        (f"Nobody is {one.action['do']}.", None),
    ]
    options += [
        (replace(one, actor=other, kind="").tell(rng), 3.0) for other in unlike(one.actor)[:1]
    ]
    if one.count:
        other = rng.choice([n for n in ("two", "three", "four", "six") if n != one.count])
        options.append((replace(one, count=other).tell(rng), 3.8))
        options.append((f"There is only one {one.actor} in the picture.", None))
    if one.action["where"] != "any":
        where = {"in": "outdoors", "out": "inside a building"}[one.action["where"]]
        options.append((f"{one.the_subject} {one.verb} {where}.", None))
    if not any(word in one.action["do"] for word in _ASLEEP):
        options.append((f"{one.the_subject} {one.verb} fast asleep.", None))
    pair = Captions(one.tell(rng), *rng.choice(options))
    return Captions(pair.second, pair.first, pair.score) if rng.random() < 0.3 else pair


def open_to(one: Scene, rng: random.Random) -> Captions:
    """The second caption may be true of the scene in the first, or not."""
    bare = replace(one, place="", clothes="", kind="")
    unknown = _BEAST_UNKNOWN if one.action["who"] else _UNKNOWN
    options: list[Callable[[], Captions]] = [
        lambda: Captions(
            bare.doing(rng.choice(one.action["wider"])).tell(rng), bare.tell(rng), 3.6
        ),
        lambda: Captions(one.tell(rng), _said(one, rng.choice(unknown)), None),
        lambda: Captions(replace(bare, actor=wider_actor(one.actor)).tell(rng), bare.tell(rng)),
    ]
    if any(word in one.action["do"] for word in ("lying", "sitting")):
        options.append(
            lambda: Captions(one.tell(rng), f"{one.the_subject} {one.verb} fast asleep.")
        )
    if not one.action["who"]:
        bare_place = next((part for part in PLACES[one.action["where"]] if part in one.place), "")
        one = replace(one, place=bare_place)
        more = replace(one, place=bare_place + rng.choice(REASONS))
        options.append(lambda: Captions(one.tell(rng), more.tell(rng), 4.0))
    if not one.place and not one.actor.startswith("{"):
        somewhere = rng.choice(PLACES[one.action["where"]])
        options.append(
            lambda: Captions(one.tell(rng), replace(one, place=somewhere).tell(rng), 4.2)
        )
    return rng.choice(options)()


def _said(one: Scene, what: str) -> str:
    if one.count:
        verb, _, rest = what.partition(" ")
        plural = {"is": "are", "has": "have", "was": "were", "does": "do", "feels": "feel"}
        verb = plural.get(verb, verb.removesuffix("s"))
        if "called" in rest or "six years" in rest:
            verb, rest = "are", "tired"
        return f"The {many(one.actor)} {verb} {rest}."
    return f"{one.the_subject} {what}."


RELATIONS: Mapping[str, Callable[[Scene, random.Random], Captions]] = {
    "entailment": following,
    "contradiction": clashing,
    "neutral": open_to,
}
