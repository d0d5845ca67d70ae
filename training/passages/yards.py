"""American football, score by score: yards, quarters, field goals and touchdowns."""

import random

from training.passages.asked import Asked, key, sentence
from training.passages.matches import TEAMS

_QUARTERS = ("first", "second", "third", "fourth")


def compose(rng: random.Random) -> Asked:
    """American football: field goals and touchdowns by quarter, with their yards."""
    count = rng.choice((2, 3, 3, 4))
    lengths = rng.sample(range(2, 75), count)
    kinds = [_kind(length, rng) for length in lengths]
    quarters = sorted(rng.choices(range(4), k=count))
    people = [key("person", place) for place in range(1, count + 1)]
    told = [
        rng.choice(
            (
                "The {sports_team} hosted the {sports_team:2} on {weekday}.",
                "The {sports_team} flew to {city} to play the {sports_team:2}.",
            )
        )
    ]
    before = -1
    for person, kind, length, quarter in zip(people, kinds, lengths, quarters, strict=True):
        when = (
            f"in the {_QUARTERS[quarter]} quarter"
            if quarter != before
            else rng.choice(("later", "then", "minutes after that"))
        )
        side = rng.choice(TEAMS)
        forms = [
            f"{when} {person} {kind[0].replace('#', str(length))} for the {side}",
            f"{when} the {side} scored when {person} {kind[0].replace('#', str(length))}",
        ]
        told.append(sentence(rng.choice(forms)))
        before = quarter
    question, answer = rng.choice(_about_yards(people, kinds, lengths, quarters))
    return Asked(" ".join(told), question, answer)


def _kind(length: int, rng: random.Random) -> tuple[str, str, str]:
    """What was done, `#` yards; the word for it; its group."""
    kinds = [
        ("made a #-yard touchdown run", "touchdown run"),
        ("caught a #-yard touchdown pass", "touchdown pass"),
    ]
    if 18 <= length <= 58:
        kinds += [("kicked a #-yard field goal", "field goal")] * 2
    done, word = rng.choice(kinds)
    return done, word, "field goal" if word == "field goal" else "touchdown"


def _about_yards(
    people: list[str], kinds: list[tuple[str, str, str]], lengths: list[int], quarters: list[int]
) -> list[tuple[str, str]]:
    ranked = sorted(zip(lengths, people, kinds, strict=True))
    asked = [
        ("How many yards was the longest score?", str(ranked[-1][0])),
        ("How many yards was the shortest score?", str(ranked[0][0])),
        ("Who scored first?", people[0]),
        ("Who scored last?", people[-1]),
        (
            f"How many yards did {people[0]} and {people[1]} cover together?",
            str(lengths[0] + lengths[1]),
        ),
        ("How many scores were there [in all|altogether]?", str(len(people))),
    ]
    for group in ("field goal", "touchdown"):
        of_it = [(length, person) for length, person, kind in ranked if kind[2] == group]
        if of_it:
            asked.append((f"How many {group}s were there?", str(len(of_it))))
        if len(of_it) > 1:
            low, high = of_it[0], of_it[-1]
            asked += [
                (f"Who had the longest {group}?", high[1]),
                (f"Who had the shortest {group}?", low[1]),
                (f"How many yards was the longest {group}?", str(high[0])),
                (
                    f"How many yards longer was the longest {group} than the shortest?",
                    str(high[0] - low[0]),
                ),
            ]
    for person, kind, length, quarter in zip(people, kinds, lengths, quarters, strict=True):
        if quarters.count(quarter) == 1:
            asked.append((f"Who scored in the {_QUARTERS[quarter]} quarter?", person))
        if [other[1] for other in kinds].count(kind[1]) == 1:
            asked.append((f"How many yards was the {kind[1]}?", str(length)))
            asked.append((f"Who {kind[0].replace('a #-yard', 'the')}?", person))
    return asked
