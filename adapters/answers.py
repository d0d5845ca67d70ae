"""What an answer says, by the card's kind of answer. Owns parsing; does not know right from wrong.

Strict on purpose: an answer is taken as it stands. Nothing is repaired, completed or searched for
inside a longer text, because a page that mends answers cannot show which model gives good ones.

    kind       value
    label      the label itself
    number     the number that the answer ends in
    entities   names by kind
    sql, code, span, prose   the text
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adapters.card import Card
from adapters.entities import Entities, NotEntities, read_entities
from adapters.numbers import final_number
from adapters.sql import NotSql, check_select, header_columns

SQL_HEADER_FIELD = "table"
"""The field of an SQL task that lists the table's columns, separated by commas."""

Value = str | float | Entities


class _Invalid(ValueError):
    """`str(error)` says in one sentence why the answer is not of its kind."""


@dataclass(frozen=True)
class Answer:
    """An answer without its outer white space; `why` says what is wrong with an invalid one."""

    kind: str
    text: str
    value: Value | None
    why: str | None

    @property
    def valid(self) -> bool:
        return self.why is None


def parse(card: Card, text: str, fields: Mapping[str, str]) -> Answer:
    """The answer to the prompt of `fields`; never raises, for a model may say anything."""
    text = text.strip()
    if not text:
        return Answer(card.kind, text, None, "The answer is empty.")
    try:
        return Answer(card.kind, text, _READERS[card.kind](card, text, fields), None)
    except (_Invalid, NotSql, NotEntities) as error:
        return Answer(card.kind, text, None, str(error))


def _label(card: Card, text: str, _fields: Mapping[str, str]) -> str:
    if text not in card.labels:
        raise _Invalid(f"This is not one of the {len(card.labels)} labels.")
    return text


def _number(_card: Card, text: str, _fields: Mapping[str, str]) -> float:
    number = final_number(text)
    if number is None:
        raise _Invalid("The answer does not end in a number.")
    return number


def _entities(card: Card, text: str, _fields: Mapping[str, str]) -> Entities:
    return read_entities(text, card.labels)


def _sql(_card: Card, text: str, fields: Mapping[str, str]) -> str:
    check_select(text, header_columns(fields.get(SQL_HEADER_FIELD, "")))
    return text


def _code(_card: Card, text: str, _fields: Mapping[str, str]) -> str:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _Invalid("This is not valid Python.") from error
    return text


def _text(_card: Card, text: str, _fields: Mapping[str, str]) -> str:
    return text


_READERS: Mapping[str, Callable[[Card, str, Mapping[str, str]], Value]] = {
    "label": _label,
    "number": _number,
    "entities": _entities,
    "sql": _sql,
    "code": _code,
    "span": _text,
    "prose": _text,
}
