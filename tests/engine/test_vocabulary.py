"""Tokens as texts of their own, where they stand in a text, and a base's own chat template."""

from pathlib import Path

import pytest
from transformers import AutoTokenizer

from engine.errors import BadRequest
from engine.vocabulary import Vocabulary

TEXT = "### Tweet: the small shop é 🙂"


@pytest.fixture
def vocabulary(tiny_base: Path) -> Vocabulary:
    return Vocabulary(AutoTokenizer.from_pretrained(tiny_base), [1])


def test_pieces_make_the_text_and_end_where_it_does(vocabulary: Vocabulary) -> None:
    """Catches a token without the space before its word, and ends that go back."""
    pieces = vocabulary.pieces(TEXT)
    assert [piece.token_id for piece in pieces] == vocabulary.encode(TEXT)
    ends = [piece.end for piece in pieces]
    assert ends == sorted(ends)
    assert ends[-1] == len(TEXT)
    before = 0
    for piece in pieces:
        if "\ufffd" not in piece.text:
            assert piece.text == TEXT[before : piece.end]
        before = piece.end


def test_special_tokens_go_by_their_name(vocabulary: Vocabulary) -> None:
    """Catches an end of text that is shown as nothing."""
    assert vocabulary.token_text(1) == "</s>"
    assert {0, 1} <= vocabulary.special_ids


def test_a_base_chats_only_in_its_own_template(tiny_base: Path) -> None:
    """Catches a template of somebody else's, a begin of text said twice, a refusal as a crash."""
    tokenizer = AutoTokenizer.from_pretrained(tiny_base)
    messages = [{"role": "user", "content": "Hello"}]
    assert Vocabulary(tokenizer, []).chat(messages) is None
    tokenizer.chat_template = (
        "{% for m in messages %}{% if m.role == 'tool' %}{{ raise_exception('No tools.') }}"
        "{% endif %}[{{ m.role }}] {{ m.content }}\n{% endfor %}[assistant]"
    )
    chatting = Vocabulary(tokenizer, [])
    assert chatting.chat(messages) == "[user] Hello\n[assistant]"
    with pytest.raises(BadRequest, match="No tools"):
        chatting.chat([{"role": "tool", "content": "4"}])
