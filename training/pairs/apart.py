"""Captions of two scenes that have nothing in common, and captions of nobody."""

import random
from dataclasses import replace

from training.pairs.actors import wider_actor
from training.pairs.captioned import Captions
from training.pairs.captions import Scene, scene


def strange(one: Scene, rng: random.Random) -> Captions:
    """Two captions with nothing in common but perhaps who acts."""
    while True:
        other = scene(rng, must_name=one.actor.startswith("{"))
        words = set(one.action["do"].split()) & set(other.action["do"].split())
        if not words - {"a", "the", "in", "on", "of", "with"}:
            break
    if one.actor == other.actor:
        return Captions(one.tell(rng), other.tell(rng), 1.0)
    alike = bool(one.action["who"]) == bool(other.action["who"])
    return Captions(one.tell(rng), other.tell(rng), 0.4 if alike else 0.2)


def nobody(one: Scene, label: str, rng: random.Random) -> Captions:
    """Captions of an empty scene, so that "nobody" and "not" may stand under any label."""
    empty = replace(one, clothes="", kind="", place="", count="")
    first = f"Nobody is {one.action['do']}."
    if label == "neutral":
        return Captions(first, strange(empty, rng).second)
    again = rng.choice(one.action["same"])
    if label == "entailment":
        denied = (f"Nobody is {again}.", f"{empty.the_subject} is not {again}.")
        return Captions(first, rng.choice(denied))
    somebody = replace(empty, actor=rng.choice((one.actor, wider_actor(one.actor))))
    return Captions(first, somebody.doing(rng.choice((again, one.action["do"]))).tell(rng))
