"""One text of one domain, with the fillers that suit it. Knows no document."""

import random

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
    suit(domain, draw)
    fill(frame.get("title", ""), draw)  # a number in it may return in the text
    return fill(frame["text"], draw)


def suit(domain: str, draw: Draw) -> None:
    """Settle the fillers that mean different things in different domains."""
    if domain == "viggo":
        draw.memory["name"] = draw.slot("game_title")
    if domain == "e2e_nlg":
        draw.memory["food"] = draw.slot("cuisine" if draw.rng.random() < 0.7 else "food:9")
