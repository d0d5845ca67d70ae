"""What is said of an answer that has ended, as plain words. Knows no HTML and no page."""

from collections.abc import Iterator, Mapping

from adapters.metrics import Mark
from app.feedback.records import SideResult
from app.page.figures import counted, seconds, share
from engine.request import FinishReason

ENDINGS: Mapping[str | None, str] = {
    FinishReason.STOP: "stopped by itself",
    FinishReason.LENGTH: "cut at the limit",
    FinishReason.CANCELLED: "stopped by you",
}
"""How answers end; one that failed has a sentence of its own."""


def expected_word(kind: str) -> str:
    """Before the known right answer; prose and code can be right in many ways."""
    return "For example" if kind in {"prose", "code"} else "Expected"


def verdict(given: Mark | None) -> str:
    """Right, wrong, or how near; None is an answer to which nobody knows the right one."""
    if given is None:
        return "no known answer to your text"
    if given.is_right is None:
        return f"{share(given.score)} of 1 like the right answer"
    return "right" if given.is_right else "wrong"


def facts(result: SideResult) -> Iterator[str]:
    """Length, ending and times of a whole answer as it was kept."""
    yield counted(result.num_tokens, "token")
    yield ENDINGS[result.finish_reason]
    if result.first_token_ms is not None:
        yield f"first token {seconds(result.first_token_ms / 1000)}"
    yield f"finished {seconds(result.total_ms / 1000)}"
