"""Facts in brackets and the sentences that state them: what e2e_nlg and viggo share."""

import random
import re
from collections.abc import Iterable, Mapping

_SHUFFLED_SHARE = 1 / 3
_TYPED_SHARE = 0.06


def in_order(attributes: Iterable[str], order: tuple[str, ...], rng: random.Random) -> list[str]:
    """The attributes in their usual order; in a third of the cases in any."""
    ordered = sorted(attributes, key=order.index)
    if rng.random() < _SHUFFLED_SHARE:
        rng.shuffle(ordered)
    return ordered


def listed(values: Mapping[str, str]) -> str:
    """Facts as `name[The Vaults], area[riverside]`."""
    return ", ".join(f"{key}[{value}]" for key, value in values.items())


def as_typed(facts: str, rng: random.Random) -> str:
    """Now and then with the spaces of somebody who types the facts."""
    if rng.random() > _TYPED_SHARE:
        return facts
    changes = (("], ", "],"), ("], ", "] , "), ("], ", "] "), ("], ", "]; "))
    return facts.replace(*rng.choice(changes))


def with_capitals(text: str, values: Iterable[str]) -> str:
    """A capital for every value of small letters that begins a sentence."""
    small = [value for value in values if value[:1].islower()]
    for value in sorted(small, key=len, reverse=True):
        starts = rf"(^|[.!?] ){re.escape(value)}\b"
        text = re.sub(starts, lambda found: _raised(found[0], len(found[1])), text)
    return text


def _raised(found: str, at: int) -> str:
    return found[:at] + found[at].upper() + found[at + 1 :]


def in_a_row(parts: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *before, last = parts
    return f"{', '.join(before)} and {last}" if before else last
