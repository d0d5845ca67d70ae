"""Sums and comparisons, in columns."""

import random
from collections.abc import Callable, Mapping

from training.frames import Draw


def _sum(rng: random.Random) -> str:
    a, b = rng.randint(0, 10 ** rng.randint(1, 3)), rng.randint(0, 10 ** rng.randint(1, 2))
    kind = rng.randrange(5)
    if kind == 0:
        return f"{a} + {b} = {a + b}"
    if kind == 1:
        return f"{max(a, b)} - {min(a, b)} = {max(a, b) - min(a, b)}"
    if kind == 2:
        small, other = a % 21, b % 13
        return f"{small} * {other} = {small * other}"
    if kind == 3:
        return f"{a} is {'more' if a > b else 'less' if a < b else 'the same'} than {b}"
    return f"{a}, {a + 1}, {a + 2}, {a + 3}"


def column(draw: Draw) -> str:
    """Some worked sums, one a line."""
    return "\n".join(_sum(draw.rng) for _ in range(draw.rng.randint(3, 10)))


KINDS: Mapping[Callable[[Draw], str], float] = {column: 4}
"""Makers of sums and their weights."""
