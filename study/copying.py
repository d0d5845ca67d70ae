"""How much of what must be copied is copied right: names that prompt and right answer share.

Knows no model. A name is a run of words that stands in the right answer just as in the prompt's
fields, the longest first, and holds a digit, two capitals or four letters with a capital: so no
article at the head of a sentence counts.
"""

import re
from collections.abc import Sequence

from adapters.card import Card
from study.contestants import Contestant
from study.evaluate import Marked

_WORD = re.compile(r"\w+(?:[-'’.&/+]\w+)*")
_LONGEST = 8  # words; longer names are counted in pieces
_IS_NAME = re.compile(r"\d|[A-Z].*[A-Z]|[A-Z]\w{3}")


def share_copied(card: Card, marked: Sequence[Marked]) -> float | None:
    """The share of all names that the adapter's answers hold; None for tasks that copy none."""
    if card.kind not in ("entities", "sql") and card.metric != "slot_share":
        return None
    found = [
        name in one.texts.get(Contestant.ADAPTER, "")
        for one in marked
        for name in names_to_copy(" ".join(one.example.fields.values()), one.example.answer)
    ]
    return sum(found) / len(found) if found else None


def names_to_copy(given: str, answer: str) -> list[str]:
    """The names of `answer` that stand in `given`, each once, in the answer's order."""
    words = list(_WORD.finditer(answer))
    names: list[str] = []
    start = 0
    while start < len(words):
        for stop in range(min(len(words), start + _LONGEST), start, -1):
            run = answer[words[start].start() : words[stop - 1].end()]
            if run in given and _IS_NAME.search(run):
                names.append(run)
                start = stop
                break
        else:
            start += 1
    return list(dict.fromkeys(names))
