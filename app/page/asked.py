"""One question of a visitor as the page shows it. Knows no component."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.card import Card
from app.page.pairing import Pair


@dataclass(frozen=True)
class Asked:
    """A task, who is to answer, and what its fields hold."""

    card: Card
    pair: Pair
    fields: Mapping[str, str] = field(default_factory=dict)
