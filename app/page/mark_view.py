"""What an answer is worth, as HTML and as words. Knows no answer."""

from adapters.metrics import Mark
from app.page.answer_words import verdict


def tag(given: Mark | None, elem_id: str = "") -> str:
    """Right, wrong, or how near; None is an answer to which nobody knows the right one."""
    identity = f'id="{elem_id}" ' if elem_id else ""
    if given is None:
        return f'<span {identity}class="mark none">{verdict(given)}</span>'
    if given.is_right is None:
        return f'<span {identity}class="mark degree">{verdict(given)}</span>'
    word, sign = verdict(given), "✓" if given.is_right else "✗"
    return (
        f'<span {identity}class="mark {word}"><span aria-hidden="true">{sign}</span> {word}</span>'
    )


def spoken(given: Mark | None) -> str:
    """ ", right" to be said after how an answer ended."""
    return "" if given is None else f", {verdict(given)}"
