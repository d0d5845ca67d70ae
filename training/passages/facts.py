"""Several people who each did something: who was it, where, when, how many."""

import random

from training.passages.asked import Asked, parts, sentence


def compose(rng: random.Random) -> Asked:
    """Three to five facts of one theme in any order, and a question about one of them."""
    theme = rng.choice(parts("facts"))
    chosen = rng.sample(theme["facts"], rng.choice((2, 3, 3, 4, 4, 5)))
    told = [rng.choice(fact["say"]) for fact in chosen]
    place = rng.randrange(len(told))
    question, answer = rng.choice(chosen[place]["ask"])
    while answer.startswith("{n") and answer.strip("{}") not in told[place]:
        told[place] = rng.choice(chosen[place]["say"])
    sentences = [sentence(text) for text in told]
    if rng.random() < 0.35 and len(sentences) > 2:
        link = rng.choice((", and ", "; ", ", while ", ", but "))
        sentences[:2] = [f"{sentences[0][:-1]}{link}{told[1]}."]
    opening = rng.choice(theme["open"])
    return Asked(" ".join(filter(None, (opening, *sentences))), question, answer)
