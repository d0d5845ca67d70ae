"""One question of a visitor as the page shows it. Knows no component."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.card import Card
from app.page.pairing import Pair
from engine.request import SamplingParams


@dataclass(frozen=True)
class Asked:
    """A task, who is to answer, what its fields hold and how the answers are drawn."""

    card: Card
    pair: Pair
    fields: Mapping[str, str] = field(default_factory=dict)
    sampling: SamplingParams | None = None
