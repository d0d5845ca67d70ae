"""A whole and its parts; an amount then and now."""

import random

from training.passages.asked import Asked, joined, parts, sentence


def wholes(rng: random.Random) -> Asked:
    """Of so many, some did this and some did that: how many of one sort, of two, or the rest."""
    theme = rng.choice(parts("wholes"))
    whole = rng.randint(theme["low"], theme["high"])
    kinds = rng.sample(theme["parts"], rng.choice((2, 3, 3)))
    counts = [rng.randint(2, whole // (len(kinds) + 1)) for _ in kinds[1:]]
    rest = whole - sum(counts)
    told = [f"{count} {kind}" for count, kind in zip(counts, kinds, strict=False)]
    told.append(f"{rng.choice(('the rest', 'the others', 'all the others'))} {kinds[-1]}")
    start = rng.choice(theme["start"]).replace("{x}", str(whole))
    aside = rng.choice(theme["aside"])
    passage = " ".join(filter(None, (sentence(start + joined(told)), aside)))
    noun = theme["whole"]
    asked = [
        (f"How many {noun} {kinds[-1]}?", rest),
        (f"How many {kinds[-1]}?", rest),
        (f"How many {noun} {kinds[0]}?", counts[0]),
        (f"How many {noun} [are mentioned|were there] in all?", whole),
    ]
    if len(kinds) == 3:
        high, low = sorted(zip(counts, kinds, strict=False), reverse=True)
        if high[0] > low[0]:
            asked.append((f"How many more {noun} {high[1]} than {low[1]}?", high[0] - low[0]))
        asked.append((f"How many {noun} {kinds[0]} or {kinds[1]}?", sum(counts)))
        asked.append((f"How many {noun} {kinds[1]}?", counts[1]))
    question, answer = rng.choice(asked)
    return Asked(passage, question, str(answer))


def before_and_after(rng: random.Random) -> Asked:
    """An amount in two or three years: how it changed, when it was what, how long that took."""
    theme = rng.choice(parts("changes"))
    first = rng.randint(1820, 1985)
    years = [first, first + rng.randint(3, 30)]
    amounts = rng.sample(range(theme["low"], theme["high"] + 1), 2)
    told = [
        rng.choice(theme[form]).replace("{x}", str(amount)).replace("{y}", str(year))
        for form, amount, year in zip(("say", "then"), amounts, years, strict=True)
    ]
    sentences = [f"{sentence(told[0])} {sentence(told[1])}"]
    if rng.random() < 0.5:
        sentences = [sentence(f"{told[0]}{rng.choice((' and ', '; ', ', while '))}{told[1]}")]
    aside = rng.choice(theme["aside"])
    if aside:
        sentences.insert(rng.choice((0, 1, 1)), aside)
    grown = amounts[1] > amounts[0]
    change, at = str(abs(amounts[1] - amounts[0])), rng.randrange(2)
    asked = [
        (rng.choice(theme["up" if grown else "down"]), change),
        (rng.choice(theme["up" if grown else "down"]), change),
        (rng.choice(theme["at"]).replace("{y}", str(years[at])), str(amounts[at])),
        ("How many years lie between the two figures?", str(years[1] - years[0])),
        ("In which year was the number [higher|larger]?", str(years[int(grown)])),
        ("In which year was the number [lower|smaller]?", str(years[int(not grown)])),
    ]
    question, answer = rng.choice(asked)
    question = question.replace("{y}", str(years[0])).replace("{z}", str(years[1]))
    return Asked(" ".join(sentences), question, answer)
