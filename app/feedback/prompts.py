"""The prompt of a rated pair as the model read it, rebuilt from the task's card, or why not.

The database keeps what a visitor typed and the hash of the template around it.
"""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum

from adapters.card import Card
from adapters.errors import BadFields
from app.feedback.rated import Row


class LeftOut(StrEnum):
    """Why a rated pair is not in an export; the manifest counts each."""

    ERASED = "erased on request"
    NO_CARD = "no card of the task"
    OTHER_TEMPLATE = "template changed since"
    NO_WINNER = "tie or both bad"
    SAME_TEXT = "both texts equal"
    CUT_OFF = "preferred answer cut off at its limit"


def prompt_of(row: Row, cards: Mapping[str, Card]) -> str | LeftOut:
    if row["redacted_at"] is not None:
        return LeftOut.ERASED
    card = cards.get(row["task"])
    if card is None:
        return LeftOut.NO_CARD
    if template_sha256(card) != row["template_sha256"]:
        return LeftOut.OTHER_TEMPLATE
    try:
        return card.prompt(json.loads(row["inputs"]))
    except BadFields:  # the same template, over fields declared otherwise
        return LeftOut.OTHER_TEMPLATE


def template_sha256(card: Card) -> str:
    return hashlib.sha256(card.template.encode()).hexdigest()
