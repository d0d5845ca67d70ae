"""A card as TOML: what `adapters.card.load_card` reads back. Knows no data."""

from dataclasses import asdict
from typing import Any

import tomlkit

from adapters.card import Card
from adapters.heldout import as_record


def card_text(card: Card) -> str:
    """The card's file; the task is the name of its folder or file and does not stand in it."""
    content: dict[str, Any] = {
        name: value
        for name, value in vars(card).items()
        if name not in ("task", "fields", "examples", "labels", "stop")
    }
    content |= {name: list(getattr(card, name)) for name in ("labels", "stop")}
    content["fields"] = [asdict(field) for field in card.fields]
    content["examples"] = [as_record(example) for example in card.examples]
    return tomlkit.dumps(content)
