"""What a task does with a text that nobody wrote for it. Knows no model and no page."""

import re
from collections.abc import Mapping

from adapters.card import Card
from adapters.errors import DoesNotFit

_NEEDS = {"table": "This task needs a table.", "none": "This task needs text of its own form."}
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[.!?][\"”’)])\s+")


def fields_for(card: Card, text: str) -> Mapping[str, str]:
    """The fields of `card` with `text` in them, as the card's `fits` says. Raises DoesNotFit."""
    if card.fits in _NEEDS:
        raise DoesNotFit(_NEEDS[card.fits])
    if card.fits == "two-texts":
        parts = _SENTENCE_END.split(text.strip(), maxsplit=1)
        if len(parts) < 2:
            raise DoesNotFit("This task compares two sentences.")
        return dict(zip((item.name for item in card.fields), parts, strict=True))
    fillers = {item.name: item.filler for item in card.fields if item.filler}
    return fillers | {card.main_field: text}
