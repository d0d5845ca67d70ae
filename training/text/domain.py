"""One text of one domain, with the fillers that suit it. Knows no document."""

import random
import re

from training.frames import Draw, fill
from training.lexicon import Split, load_task_frames

SINGLE = ("covid", "glue_sst2", "jigsaw", "legal", "conllpp", "bc5cdr", "viggo", "glue_cola")
"""Domains whose frames are one text each, about a thing of its own."""


def text_of(domain: str, rng: random.Random, split: Split) -> str:
    """A random frame's text; of the sentences that are broken on purpose none."""
    known = load_task_frames(domain, "train")
    if domain == "glue_cola":
        known = tuple(frame for frame in known if frame["label"] == 1)
    frame, draw = rng.choice(known), Draw(rng, split)
    suit(domain, draw, frame["text"])
    fill(frame.get("title", ""), draw)  # a number in it may return in the text
    return fill(frame["text"], draw)


# "Italian food" and "cinnamon buns", but no "cinnamon buns food".
_KIND_OF_FOOD = re.compile(
    r"\{food\} (?:\{eatType\}|food|fare|dish|cooking|cuisine|meal|menu|kitchen|plate|specials"
    r"|dinner|place|kind|restaurant|and|by|is (?:its|the) kitchen)"
    r"|(?:something|cuisine:|the|type:|kitchen is|food (?:is|was)|menu is) \{food\}|\((?=\{food\})",
    re.IGNORECASE,
)


def suit(domain: str, draw: Draw, text: str = "") -> None:
    """Settle the fillers that mean different things in different domains, or that the frame's text
    cannot do with."""
    if domain == "viggo":
        draw.memory["name"] = draw.slot("game_title")
        draw.memory["rating"] = draw.slot("opinion")
    if domain == "e2e_nlg":
        is_dish = draw.rng.random() < 0.5 and not _KIND_OF_FOOD.search(text)
        draw.memory["food"] = draw.slot("food:9" if is_dish else "cuisine")
