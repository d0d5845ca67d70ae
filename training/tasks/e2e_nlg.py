"""Facts about an eating place, and a text that states all of them and nothing else."""

import random
import re
from typing import Any

from training import invent
from training.frames import Draw, fill
from training.lexicon import Split, load_task_frames
from training.tasks.fact_text import as_typed, in_order, listed, with_capitals
from training.tasks.sample import Sample
from training.text.domain import suit

ORDER = ("name", "eatType", "food", "priceRange", "rating", "area", "familyFriendly", "near")
_RARE_SHARE = 0.3
_EAT_TYPES = (
    "steakhouse", "noodle bar", "food truck", "cafe", "sandwich shop", "grill", "gastropub",
    "cocktail bar", "juice bar", "buffet", "fish and chip shop", "ice cream parlour", "snack bar",
    "beer garden", "trattoria", "creperie", "sushi bar", "burger bar", "cafeteria", "delicatessen",
    "inn", "teahouse", "taqueria", "bar",
)  # fmt: skip
_PARTS_OF_TOWN = ("quarter", "district", "neighbourhood", "valley", "shopping mall", "side of town")
# One is on a side and by a river: "in the riverside" wants a noun.
_IN_A_SIDE = re.compile(r"\bin the (riverside|north side)\b(?! area)")


def make(draw: Draw, frames: Split) -> Sample:
    """Field meaning_representation, as in `name[The Vaults], eatType[pub]`; the answer is prose."""
    rng = draw.rng
    known = load_task_frames("e2e_nlg", frames)
    frame = rng.choice(known)
    others = [other for other in known if _facts(other) == _facts(frame) and other != frame]
    also = rng.sample(others, min(1, len(others)))
    _settle(frame["attributes"], " ".join(one["text"] for one in (frame, *also)), draw)
    text, *more = (_told(one, draw) for one in (frame, *also))
    values = {key: _value(key, frame, draw) for key in in_order(frame["attributes"], ORDER, rng)}
    facts = listed(values)
    if draw.split == "train":
        facts = as_typed(facts, rng)
    return Sample({"meaning_representation": facts}, text, also=tuple(more))


def _facts(frame: dict[str, Any]) -> tuple[set[str], bool | None]:
    """What a frame states: two that state the same are two right texts."""
    return set(frame["attributes"]), frame.get("familyFriendly")


def _settle(attributes: list[str], texts: str, draw: Draw) -> None:
    """Fillers that suit the texts, and now and then rare ones where the usual set is small."""
    if "food" in attributes:
        suit("e2e_nlg", draw, texts)
    for key in ("eatType", "priceRange", "rating", "area"):
        if key in attributes and draw.rng.random() < _RARE_SHARE:
            draw.memory[key] = _rare(key, draw)


def _rare(key: str, draw: Draw) -> str:
    rng = draw.rng
    if key == "eatType":
        return rng.choice(_EAT_TYPES)
    if key == "area":
        name = invent.name(rng, draw.split)
        draw.entities.add(name)
        return f"{name} {rng.choice(_PARTS_OF_TOWN)}"
    return _price(rng) if key == "priceRange" else _grade(rng)


def _price(rng: random.Random) -> str:
    low, sign = rng.randint(3, 60), rng.choice("£££$€")
    return rng.choice(
        (
            f"{sign}{low}-{low + rng.randint(3, 20)}",
            f"{rng.choice(('less than', 'under', 'below'))} {sign}{low}",
            f"{rng.choice(('more than', 'over', 'above', 'around', 'about'))} {sign}{low}",
            rng.choice(("very high", "affordable", "medium", "reasonable", "fair", "steep")),
        )
    )


def _grade(rng: random.Random) -> str:
    top = rng.choice((5, 5, 10))
    number = str(rng.randint(1, top)) if rng.random() < 0.7 else f"{rng.uniform(1, top):.1f}"
    words = ("great", "mediocre", "outstanding", "bad", "terrible", "decent", "very low", "superb")
    scores = (f"{number} out of {top}", f"{number}/{top}", f"{number} stars")
    return rng.choice((*scores, rng.choice(words))) if number != "1" else f"1 out of {top}"


def _told(frame: dict[str, Any], draw: Draw) -> str:
    text = _IN_A_SIDE.sub(r"in the \1 area", fill(frame["text"], draw))
    return with_capitals(text, (draw.memory.get(key, "") for key in frame["attributes"]))


def _value(key: str, frame: dict[str, Any], draw: Draw) -> str:
    if key == "familyFriendly":
        return "yes" if frame["familyFriendly"] else "no"
    return draw.memory[key]
