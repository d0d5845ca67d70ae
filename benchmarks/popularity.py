"""Which row asks for which adapter: the shapes in which multi-LoRA serving is usually measured.

After Chen et al., "Punica: Multi-Tenant LoRA Serving", 2023, section 7 (there: identical,
distinct, uniform, skewed).
"""

import random
from typing import Literal, get_args

Popularity = Literal["same", "distinct", "uniform", "zipf"]
POPULARITIES: tuple[Popularity, ...] = get_args(Popularity)


def draw(popularity: Popularity, num_rows: int, num_adapters: int, seed: int) -> list[int]:
    """The number of each row's adapter.

    `same` is one for all; `distinct` a different one for each, as far as there are any; `uniform`
    any with equal chance; `zipf` number k (from 1) with a chance in proportion to 1/k.
    """
    chance = random.Random(seed)
    numbers = range(num_adapters)
    match popularity:
        case "same":
            return [0] * num_rows
        case "distinct":
            return [row % num_adapters for row in range(num_rows)]
        case "uniform":
            return chance.choices(numbers, k=num_rows)
        case "zipf":
            return chance.choices(numbers, weights=[1 / (k + 1) for k in numbers], k=num_rows)


def everybody_once_then_zipf(num_rows: int, num_adapters: int, seed: int) -> list[int]:
    """Each adapter once, and the other rows by Zipf's law, in an order by chance."""
    rest = draw("zipf", num_rows - num_adapters, num_adapters, seed)
    drawn = [*range(num_adapters), *rest]
    random.Random(seed).shuffle(drawn)
    return drawn
