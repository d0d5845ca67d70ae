"""Two to four of a kind with an amount each: which has most, how many more, how many together."""

import random
from collections.abc import Mapping
from typing import Any

from training.passages.asked import Asked, counted, joined, key, parts, sentence
from training.passages.comparisons import questions_of

_WEIGHTS = {
    "most": 2.0, "least": 1.5, "more": 2.0, "fewer": 0.7, "sum": 1.3, "all": 0.7, "look": 1.5,
    "who": 1.0, "over": 0.8, "second": 0.4, "gap": 0.5,
}  # fmt: skip
_ASIDES = (
    "{person:9} wrote the report.", "Not everybody believes the figures.",
    "{person:9} kept the list.", "Nobody was surprised, least of all {person:9}.",
    "The numbers were checked in {month:9}.", "{first_name:9} drew a map of it.",
)  # fmt: skip


def compose(rng: random.Random) -> Asked:
    """A kind of thing, its members' amounts in any order, and one question."""
    theme = rng.choice(parts("rankings"))
    values = rng.sample(range(theme["low"], theme["high"] + 1), rng.choice((2, 3, 3, 3, 4)))
    names = [
        theme.get("entity", "{e}").replace("{e}", key(theme["slot"], place))
        for place in range(1, len(values) + 1)
    ]
    told = _told(theme, names, values, rng)
    if rng.random() < 0.25:
        told.insert(rng.choice((0, len(told))), rng.choice(_ASIDES))
    question, answer = _asked(theme, names, values, rng)
    return Asked(" ".join(told), sentence(question), answer)


def _told(
    theme: Mapping[str, Any], names: list[str], values: list[int], rng: random.Random
) -> list[str]:
    lines, short = _forms(theme)
    intro = rng.choice(theme.get("intro", [""]))
    intro = intro.replace("{k}", counted(len(names), rng)).replace("{m}", theme["many"])
    told = [sentence(intro)] if intro else []
    pairs = list(zip(names, values, strict=True))
    if rng.random() < 0.55:
        first, *others = [
            (rng.choice(lines) if place == 0 else short)
            .replace("{e}", name)
            .replace("{x}", str(value))
            for place, (name, value) in enumerate(pairs)
        ]
        return [*told, sentence(joined([first, *others], rng.choice(("and", "and", "while"))))]
    return told + [
        sentence(rng.choice(lines).replace("{e}", name).replace("{x}", str(value)))
        for name, value in pairs
    ]


def _forms(theme: Mapping[str, Any]) -> tuple[list[str], str]:
    """A member's amount as a whole sentence, and as a later part of a list."""
    match theme["kind"]:
        case "count":
            return [f"{{e}} {theme['verb']} {{x}} {theme['noun']}"], f"{{e}} {theme['verb']} {{x}}"
        case "scale":
            line = f"{{e}} {theme['verb']} {{x}} {theme['noun']} {theme['adjective']}"
            return [line], f"{{e}} {theme['verb']} {{x}}"
    return theme["line"], theme["list"][0]


def _asked(
    theme: Mapping[str, Any], names: list[str], values: list[int], rng: random.Random
) -> tuple[str, str]:
    """One question about the amounts and its answer."""
    questions = questions_of(theme)
    kinds = [kind for kind in _WEIGHTS if kind in questions]
    if len(names) == 2:
        kinds = [kind for kind in kinds if kind not in ("all", "second", "over")]
    kind = rng.choices(kinds, [_WEIGHTS[kind] for kind in kinds])[0]
    question = rng.choice(questions[kind])
    ranked = sorted(zip(values, names, strict=True), reverse=True)
    high, low = sorted(rng.sample(ranked, 2), reverse=True)
    one, other = (high[1], low[1])
    answer, number = "", 0
    match kind:
        case "most":
            answer = ranked[0][1]
        case "least":
            answer = ranked[-1][1]
        case "second":
            answer = ranked[1][1]
        case "more" | "fewer" | "gap":
            answer = str(high[0] - low[0])
        case "sum":
            one, other = rng.sample([high[1], low[1]], 2)
            answer = str(high[0] + low[0])
        case "all":
            answer = str(sum(values))
        case "look":
            number, one = rng.choice(ranked)
            answer = str(number)
        case "who":
            number, answer = rng.choice(ranked)
        case "over":
            number = rng.randint(ranked[-1][0], ranked[0][0] - 1)
            answer = str(sum(value > number for value in values))
    for mark, text in (
        ("{e}", one),
        ("{o}", other),
        ("{x}", str(number)),
        ("{k}", counted(len(names), rng)),
    ):
        question = question.replace(mark, text)
    return question, answer
