"""What an answer says, by the card's kind of answer. Owns parsing; does not know right from wrong.

Strict on purpose: an answer is taken as it stands. Nothing is repaired, completed or searched for
inside a longer text, because a page that mends answers cannot show which model gives good ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.card import Card
from adapters.sql import NotSql, check_select, header_columns

SQL_HEADER_FIELD = "table"
"""The field of an SQL task that lists the table's columns, separated by commas."""


@dataclass(frozen=True)
class Answer:
    """An answer without its outer white space; `why` says what is wrong with an invalid one."""

    kind: str
    text: str
    label: str | None
    valid: bool
    why: str | None


def parse(card: Card, text: str, fields: Mapping[str, str]) -> Answer:
    """The answer to the prompt of `fields`; never raises, for a model may say anything."""
    text = text.strip()
    label = text if card.kind == "label" and text in card.labels else None
    why = _why_invalid(card, text, fields)
    return Answer(kind=card.kind, text=text, label=label, valid=why is None, why=why)


def _why_invalid(card: Card, text: str, fields: Mapping[str, str]) -> str | None:
    if not text:
        return "The answer is empty."
    if card.kind == "label" and text not in card.labels:
        return f"This is not one of the {len(card.labels)} labels."
    if card.kind == "sql":
        try:
            check_select(text, header_columns(fields.get(SQL_HEADER_FIELD, "")))
        except NotSql as error:
            return str(error)
    return None
