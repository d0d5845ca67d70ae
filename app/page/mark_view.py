"""What an answer is worth, as HTML and as words. Knows no answer."""

from adapters.metrics import Mark
from app.page.figures import share


def tag(given: Mark | None, elem_id: str = "") -> str:
    """Right, wrong, or how near; None is an answer to which nobody knows the right one."""
    identity = f'id="{elem_id}" ' if elem_id else ""
    if given is None:
        return f'<span {identity}class="mark none">no known answer to your text</span>'
    if given.is_right is None:
        return f'<span {identity}class="mark degree">{_degree(given)}</span>'
    word, sign = ("right", "✓") if given.is_right else ("wrong", "✗")
    return (
        f'<span {identity}class="mark {word}"><span aria-hidden="true">{sign}</span> {word}</span>'
    )


def spoken(given: Mark | None) -> str:
    """ ", right" to be said after how an answer ended."""
    if given is None:
        return ""
    if given.is_right is None:
        return f", {_degree(given)}"
    return ", right" if given.is_right else ", wrong"


def _degree(given: Mark) -> str:
    """What is neither right nor wrong: how near the answer comes to the right one."""
    return f"{share(given.score)} of 1 like the right answer"
