"""The choice of who answers, as HTML, and the words for it. Every text is escaped here.

Knows contenders; knows no Gradio and no answer.
"""

from collections.abc import Iterable, Sequence
from html import escape

from adapters.card import Card
from adapters.catalog import GENERALIST
from app.contenders import BASE, HELD_BASE, Contender
from app.page.pairing import Pair, in_address


def choices(card: Card, able: Sequence[Contender], pair: Pair) -> tuple[str, str]:
    """The two lists to choose from, for the headings of A and B.

    Each also says what the address has to hold, so that a link opens the same pair.
    """
    addresses = in_address(card, pair)
    a, b = (
        _choice(letter, _options(card, able, chosen), address)
        for letter, chosen, address in zip("ab", pair, addresses, strict=True)
    )
    return a, b


def named(pair: Pair) -> str:
    """ "A, SQL from a question, and B, Base alone"."""
    return " and ".join(
        f"{letter}, {one.name}," for letter, one in zip("AB", pair, strict=True)
    ).removesuffix(",")


def question(pair: Pair) -> str:
    """What the vote bar asks when both have ended."""
    return f"Which answer is better: A ({pair[0].name}) or B ({pair[1].name})?"


def _choice(letter: str, options: str, address: str) -> str:
    return (
        f'<select class="who" data-who="{letter}" data-address="{escape(address)}" '
        f'aria-label="Who answers at {letter.upper()}">{options}</select>'
    )


def _options(card: Card, able: Sequence[Contender], chosen: Contender) -> str:
    everyone = able if chosen in able else (chosen, *able)
    nearest = (card.task, BASE, HELD_BASE, GENERALIST)
    near = [one for one in everyone if one.contender_id in nearest]
    far = [one for one in everyone if one.contender_id not in nearest]
    return _group("For this task", near, chosen) + _group("Adapters of other tasks", far, chosen)


def _group(label: str, group: Iterable[Contender], chosen: Contender) -> str:
    options = "".join(
        f'<option value="{escape(one.contender_id)}"{" selected" if one == chosen else ""}>'
        f"{escape(one.name)}</option>"
        for one in group
    )
    return f'<optgroup label="{label}">{options}</optgroup>' if options else ""
