"""Who answers at A and at B: what an address or a visitor asks for, and what can be shown.

Knows contenders; knows no component and starts nothing.
"""

from collections.abc import Sequence

from adapters.card import Card
from app.contenders import BASE, Contender, adapter_of

Pair = tuple[Contender, Contender]


def settled(card: Card, able: Sequence[Contender], a: str, b: str) -> Pair:
    """The contenders with the ids `a` and `b`; the usual ones where an id is of no use here.

    The task's own adapter has its place even if it is not served: the page then says why.
    """
    known = {one.contender_id: one for one in (adapter_of(card), *able)}
    usual = (card.task, BASE)
    a = a if a in known else ""
    b = b if b in known and b != a else ""
    a = a or next(one for one in usual if one != b)
    b = b or next(one for one in reversed(usual) if one != a)
    return known[a], known[b]


def moved(a: str, b: str, old_task: str, new_task: str) -> tuple[str, str]:
    """The ids of a pair when another task opens: its own adapter comes for that of the old one."""
    a, b = (new_task if one == old_task else one for one in (a, b))
    return a, b


def exchanged(a: str, b: str, place: int, chosen: str) -> tuple[str, str]:
    """The ids after a choice at a place; who already stands at the other changes places."""
    pair = [a, b]
    if chosen == pair[1 - place]:
        pair[1 - place] = pair[place]
    pair[place] = chosen
    return pair[0], pair[1]


def in_address(card: Card, pair: Pair) -> tuple[str, str]:
    """What an address has to say to open this pair; nothing for the usual two."""
    a, b = (one.contender_id for one in pair)
    return ("" if a == card.task else a), ("" if b == BASE else b)
