"""Events in their years: when was what, and how many years lay between."""

import random

from training.passages.asked import Asked, counted, parts, sentence

_LATEST = 2015


def compose(rng: random.Random) -> Asked:
    """Two to four events of one story with their years, and a question about one or two of them."""
    theme = rng.choice(parts("timelines"))
    chosen = sorted(rng.sample(range(len(theme["events"])), rng.choice((2, 3, 3, 4))))
    events = [theme["events"][place] for place in chosen]
    step = theme.get("step", 45)
    years = [rng.randint(theme["from"], max(theme["from"], _LATEST - step * len(events)))]
    for _ in events[1:]:
        years.append(years[-1] + rng.randint(2, step))
    told = [
        _told(rng.choice(event["say"]), years[: place + 1], rng)
        for place, event in enumerate(events)
    ]
    if theme["about"] not in told[0]:
        told.insert(
            0,
            rng.choice(
                ("This is the story of {a}.", "{a} has a long history.", "Some dates about {a}.")
            ).replace("{a}", theme["about"]),
        )
        told[0] = sentence(told[0])
    first, second = sorted(rng.sample(range(len(events)), 2))
    gap = str(years[second] - years[first])
    one, two = events[first]["as"], events[second]["as"]
    single = rng.randrange(len(events))
    asked = [
        (rng.choice(events[single]["when"]), str(years[single])),
        (rng.choice(events[single]["when"]), str(years[single])),
        (f"How many years went by between {one} and {two}?", gap),
        (f"How many years lay between {one} and {two}?", gap),
        (f"How many years separate {one} and {two}?", gap),
        (f"{two} came how many years after {one}?", gap),
    ]
    question, answer = rng.choice(asked)
    return Asked(" ".join(told), sentence(question), answer)


def _told(event: str, years: list[int], rng: random.Random) -> str:
    """An event with its year, or with the years since the one before."""
    year = years[-1]
    if len(years) > 1 and rng.random() < 0.2:
        return sentence(f"{counted(year - years[-2], rng)} years later {event}")
    form = rng.choice(("In {y} {e}", "In {y}, {e}", "{e} in {y}", "In the year {y} {e}"))
    return sentence(form.replace("{y}", str(year)).replace("{e}", event))
