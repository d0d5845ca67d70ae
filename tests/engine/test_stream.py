"""A stream by itself, fed by hand."""

from engine.request import FinishEvent, FinishReason, TokenEvent
from engine.stream import Stream


def test_what_has_come_so_far_is_read_without_waiting() -> None:
    """Catches a look that blocks until the next token, and an event that is seen twice."""
    stream = Stream("request", lambda: None)
    assert stream.after(0) == []
    tokens = [TokenEvent(" a", 5, n, step=n, num_rows=1, at_s=0.1) for n in (1, 2)]
    for token in tokens:
        stream.push(token)
    assert stream.after(0) == tokens
    assert stream.after(1) == tokens[1:]
    end = FinishEvent(FinishReason.STOP, " a a", "", 3, 2, 0.0, 0.1, 0.2)
    stream.push(end)
    assert stream.after(2) == [end]
    assert stream.after(3) == []
