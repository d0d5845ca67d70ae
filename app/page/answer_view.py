"""A finished answer shown as what it is: label, entities, SQL, code, prose. Escapes every text.

Knows cards and how answers are read; repairs nothing, and knows no Gradio and no right answer.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from html import escape

from adapters.answers import Answer, parse
from adapters.card import Card

_SQL_WORDS = re.compile(r"\b(SELECT|FROM|WHERE|AND|MAX|MIN|SUM|AVG|COUNT)\b")
_QUOTED = re.compile(r"('(?:[^']|'')*')")
NUM_COLOURS = 4

Spot = tuple[int, int, tuple[str, ...]]
"""Where an entity stands in a text: its first character, the one after its last, its kinds."""


def by_kind(card: Card, fields: Mapping[str, str], text: str) -> str:
    """The answer `text` to the prompt of `fields`, and a line that says whether it is valid."""
    answer = parse(card, text, fields)
    shown = _VIEWS.get(card.kind, _plain)(card, fields, answer)
    return f'<div class="shown">{shown}{_validity(answer)}</div>'


def found_in(text: str, entities: Mapping[str, tuple[str, ...]]) -> list[Spot]:
    """Every place where a named entity stands as whole words; the longer name wins."""
    taken: list[Spot] = []
    names = {name for named in entities.values() for name in named if name.strip()}
    for name in sorted(names, key=len, reverse=True):
        kinds = tuple(kind for kind, named in entities.items() if name in named)
        for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            start, end = found.span()
            if all(end <= other[0] or start >= other[1] for other in taken):
                taken.append((start, end, kinds))
    return sorted(taken)


def _label(_card: Card, _fields: Mapping[str, str], answer: Answer) -> str:
    kind = "label" if answer.valid else "label unknown"
    return f'<p class="{kind}">{escape(answer.text)}</p>'


def _sql(_card: Card, _fields: Mapping[str, str], answer: Answer) -> str:
    # split() with one group alternates; what stands in quotes is a value, whatever its words.
    parts = "".join(
        escape(part) if place % 2 else _SQL_WORDS.sub(r"<b>\1</b>", escape(part))
        for place, part in enumerate(_QUOTED.split(answer.text))
    )
    return f'<p class="mono">{parts}</p>'


def _code(_card: Card, _fields: Mapping[str, str], answer: Answer) -> str:
    return f'<p class="mono">{escape(answer.text)}</p>'


def _plain(_card: Card, _fields: Mapping[str, str], answer: Answer) -> str:
    return f"<p>{escape(answer.text)}</p>"


def _entities(card: Card, fields: Mapping[str, str], answer: Answer) -> str:
    if not isinstance(answer.value, Mapping):
        return _code(card, fields, answer)
    text = " ".join(fields.get(card.main_field, "").split())
    spots = found_in(text, answer.value)
    if not any(answer.value.values()):
        return f'<p>{escape(text)}</p><p class="validity">Nothing is named.</p>'
    colours = {kind: place % NUM_COLOURS for place, kind in enumerate(card.labels)}
    return f"<p>{''.join(_marked(text, spots, colours))}</p>{_missing(text, answer.value)}"


def _marked(text: str, spots: list[Spot], colours: Mapping[str, int]) -> Iterator[str]:
    """The text with every entity in a <mark> that names its kind: colour alone would not do."""
    after = 0
    for start, end, kinds in spots:
        yield escape(text[after:start])
        yield (
            f'<mark class="entity colour-{colours[kinds[0]]}">{escape(text[start:end])}'
            f"<small>{escape(', '.join(kinds))}</small></mark>"
        )
        after = end
    yield escape(text[after:])


def _missing(text: str, entities: Mapping[str, tuple[str, ...]]) -> str:
    named = [
        f"{name} ({kind})"
        for kind, names in entities.items()
        for name in names
        if not found_in(text, {kind: (name,)})
    ]
    if not named:
        return ""
    return f'<p class="invalid">Named, but not in the text: {escape(", ".join(named))}</p>'


def _validity(answer: Answer) -> str:
    if answer.why is not None:
        return f'<p class="invalid">{escape(answer.why)}</p>'
    words = _VALID.get(answer.kind)
    return "" if words is None else f'<p class="validity">{words}</p>'


_VIEWS: Mapping[str, Callable[[Card, Mapping[str, str], Answer], str]] = {
    "label": _label,
    "entities": _entities,
    "sql": _sql,
    "code": _code,
}
_VALID = {
    "entities": "Valid JSON with the keys asked for.",
    "sql": "Valid SQL for these columns.",
    "code": "Valid Python.",
}
