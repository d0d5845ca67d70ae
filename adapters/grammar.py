r"""The grammar of a task's valid answers, for decoding that can write nothing else.

Owns what is offered to a library of constrained decoding; knows no such library and no tokens.

    label      one of the labels
    number     by closeness: one decimal from 0.0 to 5.0; otherwise text that ends in a number
    entities   a JSON object of the labels in their order, each with a list of texts
    sql        the one SELECT of adapters/sql.py, as training writes it: capitals, single spaces
    code       Python functions, by lines: where a line may begin, not what it may say
    span       no grammar: words of a passage, but as well a number that stands nowhere in it
    prose      no grammar: any text

A grammar describes `Answer.text`. The one space that joins an answer to its prompt is no part of
it, since a JSON schema cannot hold it: what a decoder has to constrain is that space and then the
grammar. A regex may follow the space as it stands, for it has no alternatives outside a group.

The regexes keep to what every library reads alike: literals, classes, groups, | * + ? and escaped
signs. No anchors, looking around, dots, counts, nor \d, \s and \w, which mean different characters
in different libraries.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from adapters.answers import SQL_HEADER_FIELD
from adapters.card import Card
from adapters.sql import header_columns

_SPECIAL = re.compile(r"[\\.^$*+?{}()|\[\]]")

_LITERAL = r"(-?[0-9]+(\.[0-9]+)?|'([^'\n]|'')*')"
_ANY_COLUMN = r"[^=<>\n]+"
"""A column of an unknown table: it ends where an operator or the next keyword lets it."""

_IMPORT = r"(import|from) [^\n]+"
_DEF = r"def [A-Za-z_][A-Za-z0-9_]*\([^\n]*\)( -> [^\n]+)?:"
_INDENTED = r"    [^\n]*[^ \n]"


@dataclass(frozen=True)
class Grammar:
    """All answers that a regex matches as a whole, or all that a JSON schema describes."""

    form: Literal["regex", "json_schema"]
    text: str

    def allows(self, answer: str) -> bool:
        """Whether a finished answer is of the grammar: slow and obvious, the decoders' referee."""
        if self.form == "regex":
            return re.fullmatch(self.text, answer) is not None
        try:
            # An object as a tuple of pairs keeps what a dict loses: keys that stand there twice.
            found = json.loads(answer, object_pairs_hook=tuple)
        except (ValueError, RecursionError):
            return False
        return answer == answer.strip() and _fits(found, json.loads(self.text))


def grammar_of(card: Card, fields: Mapping[str, str] | None = None) -> Grammar | None:
    """What answers of the card are made of; None where any text may be an answer.

    The `fields` of the prompt make the grammar of SQL narrower: it then knows the table's columns.
    """
    if card.kind not in _MAKERS:
        return None
    return _MAKERS[card.kind](card, fields or {})


def _label(card: Card, _fields: Mapping[str, str]) -> Grammar:
    return Grammar("regex", _one_of(card.labels))


def _number(card: Card, _fields: Mapping[str, str]) -> Grammar:
    if card.metric == "closeness":
        return Grammar("regex", r"([0-4]\.[0-9]|5\.0)")
    # Steps may stand before the number, in any form: no metric judges them. Where a line break is
    # a stop string, an answer that reached one would be cut before its number.
    one_line = "\n" in card.stop
    anything, gap = (r"[^\n]*", " ") if one_line else (r"([^\n]|\n)*", r" \n")
    # What adapters/numbers.py reads as a number of its own, not as the end of a word or number.
    before = rf"([^ \n]{anything}[{gap}$£€=:#]|[$£€=:#])"
    return Grammar("regex", rf"{before}?-?[0-9][0-9,]*(\.[0-9]+)?\.?")


def _entities(card: Card, _fields: Mapping[str, str]) -> Grammar:
    names = {"type": "array", "items": {"type": "string"}}
    schema = {
        "type": "object",
        "properties": dict.fromkeys(card.labels, names),
        "required": list(card.labels),
        "additionalProperties": False,
    }
    return Grammar("json_schema", json.dumps(schema))


def _sql(_card: Card, fields: Mapping[str, str]) -> Grammar:
    columns = header_columns(fields.get(SQL_HEADER_FIELD, ""))
    column = _one_of(columns) if columns else _ANY_COLUMN
    target = rf"({column}|(MAX|MIN|SUM|AVG|COUNT)\({column}\))"
    condition = rf"{column} [=<>] {_LITERAL}"
    where = rf"( WHERE {condition}( AND {condition})*)?"
    return Grammar("regex", f"SELECT {target} FROM table{where}")  # noqa: S608 - nobody runs it


def _code(_card: Card, _fields: Mapping[str, str]) -> Grammar:
    # Indentation has to agree between lines, which neither a regex nor a context-free grammar can
    # ask for. This much can be asked for: imports, then functions, the last line inside of one.
    lines = rf"(\n({_INDENTED}|{_DEF})?)*\n{_INDENTED}"
    return Grammar("regex", rf"({_IMPORT}\n+)*{_DEF}{lines}")


_MAKERS: Mapping[str, Callable[[Card, Mapping[str, str]], Grammar]] = {
    "label": _label,
    "number": _number,
    "entities": _entities,
    "sql": _sql,
    "code": _code,
}


def _one_of(texts: tuple[str, ...]) -> str:
    # Not re.escape: it also escapes spaces and signs of which other libraries do not expect it.
    escaped = [_SPECIAL.sub(r"\\\g<0>", text) for text in texts]
    return f"({'|'.join(escaped)})"


def _fits(found: object, schema: Mapping[str, Any]) -> bool:
    """Whether JSON, its objects as tuples of pairs, has every key of the schema, in that order.

    JSON schema knows no order; the decoders write keys in the order of `properties`, and so do
    the answers in training.
    """
    if schema["type"] == "object":
        kinds = schema["properties"]
        return (
            isinstance(found, tuple)
            and [key for key, _ in found] == list(kinds)
            and all(_fits(value, kinds[key]) for key, value in found)
        )
    if schema["type"] == "array":
        return isinstance(found, list) and all(_fits(item, schema["items"]) for item in found)
    return isinstance(found, str)
