"""A match told goal by goal: who scored, when, for whom, how many."""

import random

from training.passages.asked import Asked, key, sentence

TEAMS = ("{sports_team}", "{sports_team:2}")


def compose(rng: random.Random) -> Asked:
    """Two to four goals in their minutes."""
    count = rng.choice((2, 3, 3, 4))
    minutes = sorted(rng.sample(range(2, 90), count))
    sides = [rng.randrange(2) for _ in minutes]
    people = [key("person", place) for place in range(1, count + 1)]
    score, told = [0, 0], [_kick_off(rng)]
    for person, side, minute in zip(people, sides, minutes, strict=True):
        score[side] += 1
        told.append(sentence(_goal(person, side, minute, score, rng)))
    asked = _about_goals(people, sides, minutes, rng)
    if score[0] != score[1]:
        winner = int(score[1] > score[0])
        asked += [
            ("Which team won?", TEAMS[winner]),
            ("Who [lost|was beaten]?", TEAMS[1 - winner]),
            (
                "By how many goals did {t} win?".replace("{t}", TEAMS[winner]),
                str(abs(score[0] - score[1])),
            ),
        ]
        if rng.random() < 0.6:
            told.append(f"{TEAMS[winner]} won {max(score)}-{min(score)}.")
    if rng.random() < 0.3:
        told.append(
            rng.choice(
                (
                    "{int:900-30000} people watched.",
                    "{person:9} was the referee.",
                    "It rained throughout.",
                )
            )
        )
    question, answer = rng.choice(asked)
    return Asked(" ".join(told), question, answer)


def _kick_off(rng: random.Random) -> str:
    return rng.choice(
        (
            "{sports_team} met {sports_team:2} on {weekday}.",
            "{sports_team} played {sports_team:2} in {city}.",
            "On {weekday} {sports_team:2} came to {sports_team}.",
            "The game between {sports_team} and {sports_team:2} had a slow start.",
        )
    )


def _goal(person: str, side: int, minute: int, score: list[int], rng: random.Random) -> str:
    team = TEAMS[side]
    forms = [
        "{p} scored for {t} in minute {m}",
        "in minute {m} {p} scored for {t}",
        "{t} scored through {p} in minute {m}",
    ]
    if score[0] == score[1]:
        forms += ["{p} equalised for {t} in minute {m}", "{t} drew level through {p} in minute {m}"]
    elif score[side] == score[1 - side] + 1:
        forms += ["{p} put {t} ahead in minute {m}", "{t} took the lead through {p} in minute {m}"]
    form = rng.choice(forms)
    return form.replace("{p}", person).replace("{t}", team).replace("{m}", str(minute))


def _about_goals(
    people: list[str], sides: list[int], minutes: list[int], rng: random.Random
) -> list[tuple[str, str]]:
    first, second = sorted(rng.sample(range(len(people)), 2))
    one = rng.randrange(len(people))
    side = rng.randrange(2)
    half = sum(minute <= 45 for minute in minutes)
    names = ("first", "second", "third", "fourth")
    asked = [
        ("Who scored first?", people[0]),
        ("Who scored the first goal?", people[0]),
        ("Who scored last?", people[-1]),
        ("Who scored the last goal?", people[-1]),
        (f"Who scored in minute {minutes[one]}?", people[one]),
        (f"In which minute did {people[one]} score?", str(minutes[one])),
        (f"Which team did {people[one]} play for?", TEAMS[sides[one]]),
        ("How many goals were scored [in all|by both teams]?", str(len(people))),
        (f"How many goals did {TEAMS[side]} score?", str(sides.count(side))),
        (
            f"How many minutes passed between the {names[first]} and the {names[second]} goal?",
            str(minutes[second] - minutes[first]),
        ),
    ]
    if half:
        asked.append(("How many goals were scored in the first half?", str(half)))
    return asked
