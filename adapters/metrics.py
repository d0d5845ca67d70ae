"""Right or wrong: the strict metric of each kind of answer. Owns the marks; knows no model.

accuracy    the answer is one of the labels and equals the right one, letter by letter.
exact_sql   the answer equals the right SQL; only case and runs of white space may differ.
slot_share  the share of the facts whose value stands in the text, whole words, any case.
            A text is right when all of them stand there. What the text adds is not counted.
            A fact repeated in its own notation, name[The Vaults], is not text: it is taken out
            first, or a model that merely echoes its input would be perfect.

One fact has no words of its own: familyFriendly[yes] or [no]. The text is read in clauses (cut at
punctuation, "and", "but", "yet"), after the names of places were taken out ("The Kids' Corner"
says nothing about children). A clause speaks of families if it names families, children, kids,
toddlers, little ones or all ages; it turns them away if it also holds a negation ("not", "isn't",
"no", "without", "unsuitable", "leave the kids at home", "kept out", "look elsewhere").
    no   stands in the text if a clause turns families away, or the text says "adults only",
         "for adults", "only grown-ups" or the like.
    yes  stands in the text if a clause speaks of families and nothing says no.
"""

import re
from collections.abc import Callable, Mapping

from adapters.answers import parse
from adapters.card import Card
from adapters.errors import BadFields

FACTS_FIELD = "meaning_representation"
"""The field that holds facts such as "name[The Vaults], area[riverside]"."""

_FACT = re.compile(r"(\w+)\[([^\]]*)\]")
_CLAUSE_END = re.compile(r"[.,;:!?()–—]|\b(?:and|but|yet)\b")
_FAMILIES = re.compile(r"\b(?:famil(?:y|ies)|child(?:ren)?|kids?|toddlers?|little ones|all ages)\b")
_NEGATION = re.compile(
    r"\b(?:not|no|never|nor|neither|none|cannot|without|unsuitable|unwelcome|leave|leaves|elsewhere"
    r"|(?:keep|keeps|kept|turn|turns|turned)\b.*\b(?:out|away))\b|n['’]t\b"
)
_ADULTS = r"(?:adults?|grown-?ups?)"
_ADULTS_ONLY = re.compile(
    rf"\b{_ADULTS}[- ]only\b|\b(?:only|just) (?:for )?{_ADULTS}\b|\bfor {_ADULTS}\b"
)
# "Good for kids? No." is one statement, although a mark stands inside it.
_ANSWERED_NO = re.compile(r"\?\s+no\b")


def score(card: Card, fields: Mapping[str, str], answer_text: str, gold: str) -> float:
    """From 0.0 (nothing right) to 1.0 (all right); labels and SQL know nothing in between."""
    return _METRICS[card.metric](card, fields, answer_text.strip(), gold.strip())


def is_right(card: Card, fields: Mapping[str, str], answer_text: str, gold: str) -> bool:
    return score(card, fields, answer_text, gold) == 1.0


def read_facts(representation: str) -> tuple[tuple[str, str], ...]:
    """(attribute, value) pairs of "name[The Vaults], area[riverside]". Raises BadFields."""
    facts = tuple((name, value.strip()) for name, value in _FACT.findall(representation))
    if not facts or not all(value for _, value in facts):
        raise BadFields("The facts must look like name[The Vaults], area[riverside].")
    return facts


def _accuracy(card: Card, fields: Mapping[str, str], answer: str, gold: str) -> float:
    return float(parse(card, answer, fields).label == gold)


def _exact_sql(_card: Card, _fields: Mapping[str, str], answer: str, gold: str) -> float:
    return float(_plain(answer) == _plain(gold))


def _slot_share(_card: Card, fields: Mapping[str, str], answer: str, _gold: str) -> float:
    facts = read_facts(fields[FACTS_FIELD])
    text = _plain(_FACT.sub(" ", answer))
    return sum(_stands(name, value, text, facts) for name, value in facts) / len(facts)


_METRICS: dict[str, Callable[[Card, Mapping[str, str], str, str], float]] = {
    "accuracy": _accuracy,
    "exact_sql": _exact_sql,
    "slot_share": _slot_share,
}


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _stands(name: str, value: str, text: str, facts: tuple[tuple[str, str], ...]) -> bool:
    if name == "familyFriendly":
        for other, words in facts:
            if other in ("name", "near"):
                text = _whole_words(words).sub(" ", text)
        return _says_family_friendly(text) == (_plain(value) == "yes")
    return _whole_words(value).search(text) is not None


def _whole_words(value: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(_plain(value))}(?!\w)")


def _says_family_friendly(text: str) -> bool | None:
    """Whether the text (case folded) welcomes families; None if it does not speak of them."""
    clauses = _CLAUSE_END.split(_ANSWERED_NO.sub(" no", text))
    speaking = [clause for clause in clauses if _FAMILIES.search(clause)]
    if _ADULTS_ONLY.search(text) or any(_NEGATION.search(clause) for clause in speaking):
        return False
    return True if speaking else None
