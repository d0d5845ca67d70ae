"""Right or wrong: the metrics of all kinds of answer. Owns the marks; knows no model.

Each metric has a strict score, which is the headline, and a lenient one beside it, as a forgiving
reader would give; published scorers are often of the second sort.

accuracy      the answer is the right label, letter by letter.  Lenient: the label named first.
exact_sql     the right SQL; only case and runs of white space may differ.
              Lenient: spaces and the order of conditions do not count.
exact_span    the right words, any case.  Lenient: they stand somewhere in the answer.
exact_number  the answer ends in the right number; its steps are not judged.
              Lenient: the last number in it is the right one.
closeness     1 - |answer - right| / 5 for an answer that is a number from 0 to 5, else 0.
              Lenient: the first number in it.
entity_f1     F1 over (kind, entity) pairs of an answer in exactly the JSON asked for, else 0.
              Lenient: the first JSON object in it, names in any case.
slot_share    the share of the facts that stand in the text (adapters/facts.py).
rouge_l       ROUGE-L against the nearest of the right answers (adapters/prose.py).
tests_passed  all tests of the example hold (adapters/sandbox.py).  Lenient: the share that does.

Where a metric knows degrees only (closeness, rouge_l) nothing is simply right or wrong.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from adapters import sandbox
from adapters.card import Card, Example
from adapters.entities import Entities, NotEntities, agreement, read_entities
from adapters.facts import (
    FACTS_FIELD,
    facts_left_out,
    facts_stated,
    plain_text,
    whole_words,
)
from adapters.numbers import closeness, final_number, numbers_in
from adapters.prose import rouge_l

MOST_ALIKE = 5.0
"""The top of the scale that `closeness` judges on; its bottom is 0."""


@dataclass(frozen=True)
class Mark:
    """What an answer is worth, 0.0 to 1.0. `is_right` is None where only degrees are known;
    `note` says what a wrong answer lacks, where that can be said."""

    score: float
    lenient: float
    is_right: bool | None
    note: str | None = None


def mark(card: Card, example: Example, text: str) -> Mark:
    """Judge an answer to the example's input. Raises BadFields for facts that cannot be read."""
    score, lenient = _METRICS[card.metric](card, example, text.strip())
    is_right = None if card.metric in _ONLY_DEGREES else score == 1.0
    note = _note(example, text) if card.metric == "slot_share" and score < 1.0 else None
    return Mark(score, max(score, lenient), is_right, note)


def _note(example: Example, text: str) -> str:
    left_out = facts_left_out(example.fields[FACTS_FIELD], text)
    return f"left out: {', '.join(f'{name}[{value}]' for name, value in left_out)}"


def _accuracy(card: Card, example: Example, text: str) -> tuple[float, float]:
    # Gold that is no label, as in damaged data, must not be scored as right.
    right = example.answer in card.labels
    named = sorted(
        (found.start(), -len(label), label)
        for label in card.labels
        if (found := whole_words(label).search(plain_text(text)))
    )
    first = named[0][2] if named else None
    return float(right and text == example.answer), float(right and first == example.answer)


def _exact_sql(_card: Card, example: Example, text: str) -> tuple[float, float]:
    strict = plain_text(text) == plain_text(example.answer)
    return float(strict), float(_loose_sql(text) == _loose_sql(example.answer))


def _loose_sql(text: str) -> tuple[str, ...]:
    head, _, conditions = plain_text(text).rstrip(";").partition(" where ")
    parts = sorted(conditions.split(" and "))
    return tuple(re.sub(r"\s", "", part) for part in (head, *parts))


def _exact_span(_card: Card, example: Example, text: str) -> tuple[float, float]:
    rights = (example.answer, *example.also)
    strict = any(plain_text(text) == plain_text(right) for right in rights)
    stands = any(whole_words(right).search(plain_text(text)) for right in rights)
    return float(strict), float(stands)


def _exact_number(_card: Card, example: Example, text: str) -> tuple[float, float]:
    right = final_number(example.answer)
    last = numbers_in(text)[-1:]
    return float(right is not None and final_number(text) == right), float(last == (right,))


def _closeness(_card: Card, example: Example, text: str) -> tuple[float, float]:
    right = float(example.answer)
    alone, numbers = final_number(text), numbers_in(text)
    is_value = alone is not None and len(numbers) == 1 and text[0].isdigit()
    strict = closeness(numbers[0], right, MOST_ALIKE) if is_value else 0.0
    return strict, closeness(numbers[0], right, MOST_ALIKE) if numbers else 0.0


def _entity_f1(card: Card, example: Example, text: str) -> tuple[float, float]:
    right = read_entities(example.answer, card.labels)
    strict = _entities(text, card)
    loose = _entities(text[text.find("{") : text.rfind("}") + 1], card)
    folded = agreement(_folded(loose), _folded(right)) if loose is not None else 0.0
    return 0.0 if strict is None else agreement(strict, right), folded


def _entities(text: str, card: Card) -> Entities | None:
    try:
        return read_entities(text, card.labels)
    except NotEntities:
        return None


def _folded(entities: Entities) -> Entities:
    return {kind: tuple(map(plain_text, names)) for kind, names in entities.items()}


def _slot_share(_card: Card, example: Example, text: str) -> tuple[float, float]:
    share = facts_stated(example.fields[FACTS_FIELD], text)
    return share, share


def _rouge_l(_card: Card, example: Example, text: str) -> tuple[float, float]:
    share = rouge_l(text, (example.answer, *example.also))
    return share, share


def _tests_passed(_card: Card, example: Example, text: str) -> tuple[float, float]:
    passed, num_tests = sandbox.tests_passed(text, example.tests), len(example.tests)
    return float(passed == num_tests > 0), passed / max(1, num_tests)


_METRICS: dict[str, Callable[[Card, Example, str], tuple[float, float]]] = {
    "accuracy": _accuracy,
    "exact_sql": _exact_sql,
    "exact_span": _exact_span,
    "exact_number": _exact_number,
    "closeness": _closeness,
    "entity_f1": _entity_f1,
    "slot_share": _slot_share,
    "rouge_l": _rouge_l,
    "tests_passed": _tests_passed,
}
METRICS_THAT_REFUSE = frozenset({"slot_share", "entity_f1", "closeness"})
"""Those that cannot judge an answer to facts, or by a right answer, that they cannot read."""
_ONLY_DEGREES = frozenset({"closeness", "rouge_l"})
