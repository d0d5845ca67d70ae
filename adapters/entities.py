"""Entities named in a text, as JSON: {"person": ["Anna Voss"], "location": []}.

Owns the form and the agreement of two answers; knows no card. Strict: one object, exactly the
kinds asked for, lists of strings.
"""

import json
from collections.abc import Mapping, Sequence

Entities = Mapping[str, tuple[str, ...]]


class NotEntities(ValueError):
    """The text is no such object; `str(error)` says why in one sentence."""


def read_entities(text: str, kinds: Sequence[str]) -> Entities:
    """The entities by kind, in the order of `kinds`. Raises NotEntities."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:  # the latter for thousands of open brackets
        raise NotEntities("This is not valid JSON.") from error
    if not isinstance(found, dict) or sorted(found) != sorted(kinds):
        raise NotEntities(f"This is not a JSON object with the keys {', '.join(kinds)}.")
    for kind in kinds:
        names = found[kind]
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise NotEntities(f"The key {kind!r} does not hold a list of texts.")
    return {kind: tuple(found[kind]) for kind in kinds}


def agreement(found: Entities, right: Entities) -> float:
    """F1 over (kind, entity) pairs, 0.0 to 1.0; two empty answers agree fully."""
    ours, theirs = _pairs(found), _pairs(right)
    if not ours and not theirs:
        return 1.0
    return 2 * len(ours & theirs) / (len(ours) + len(theirs))


def _pairs(entities: Entities) -> set[tuple[str, str]]:
    return {(kind, name) for kind, names in entities.items() for name in names}
