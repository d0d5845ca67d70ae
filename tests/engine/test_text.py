"""Incremental text: whole characters only, and stop strings that never show."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from engine.text import AnswerText


def decode(ids) -> str:
    """Every token is one byte: the hardest case for characters of several bytes."""
    return bytes(ids).decode("utf-8", errors="replace")


def stream(text: str | bytes, *stop: str, prompt: str = "prompt") -> tuple[list[str], str, bool]:
    """The pieces, the finish, and whether it stopped."""
    answer = AnswerText(decode, list(prompt.encode()), stop)
    pieces = []
    for byte in text.encode() if isinstance(text, str) else text:
        pieces.append(answer.push(byte))
        if answer.stopped:
            break
    tail = answer.finish()
    assert "".join(pieces) + tail == answer.text
    return pieces, tail, answer.stopped


def test_a_character_appears_when_its_last_byte_has_come():
    """Catches half a character shown as a question mark."""
    pieces, tail, _ = stream("aé€😀b")
    assert pieces == ["a", "", "é", "", "", "€", "", "", "", "😀", "b"]
    assert not tail


@given(text=st.text(max_size=200))
def test_any_text_comes_through_whole(text):
    """Catches characters lost or changed at the edges of the decoding window."""
    pieces, tail, _ = stream(text)
    assert "".join(pieces) + tail == text
    assert "\ufffd" in text or all("\ufffd" not in piece for piece in pieces)


def test_bytes_that_never_become_a_character_do_not_block_the_rest():
    """Catches a stream that waits for ever, and a window that grows with the answer."""
    pieces, tail, _ = stream(b"\xff" * 100 + b"ok")
    assert "".join(pieces).endswith("ok")
    assert not tail


def test_a_stop_string_across_tokens_never_shows():
    """Catches the beginning of a stop string handed out before the rest of it came."""
    pieces, tail, stopped = stream("one\n##two\n### three", "\n### ")
    assert "".join(pieces) == "one\n##two"
    assert stopped
    assert not tail
    assert pieces[3] == "", "the line break may begin the stop string"


def test_what_only_looked_like_a_stop_string_is_handed_out_at_the_end():
    """Catches the last characters of an answer being swallowed."""
    pieces, tail, stopped = stream("so\n#", "\n###")
    assert ("".join(pieces), tail, stopped) == ("so", "\n#", False)


@given(
    text=st.text(alphabet="ab#", max_size=60),
    stops=st.lists(st.text(alphabet="ab#", min_size=1, max_size=4), min_size=1, max_size=3),
)
def test_the_answer_ends_before_the_first_stop_string(text, stops):
    """Catches the wrong one of several stop strings, and text shown beyond it."""
    pieces, tail, stopped = stream(text, *stops)
    shown = "".join(pieces) + tail
    # One token is one character here: the stop that is complete first ends the answer.
    ends = [text.find(stop) + len(stop) for stop in stops if stop in text]
    assert stopped == bool(ends)
    if not ends:
        assert shown == text
    else:
        read = text[: min(ends)]
        assert shown == min((read[: read.find(s)] for s in stops if s in read), key=len)


@pytest.mark.parametrize("prompt", ["x", "éa", "ends in € "])
def test_the_prompt_is_no_part_of_the_answer(prompt):
    """Catches the context that is decoded for the first space being shown."""
    pieces, tail, _ = stream(" yes", prompt=prompt)
    assert "".join(pieces) + tail == " yes"
