"""Held-out files: read whole and in order, or refused with the line's number."""

from pathlib import Path

import pytest

from adapters.card import Example
from adapters.errors import BadCard
from adapters.heldout import load_heldout

LINE = '{"id": "%s", "fields": {"title": "A\u2028b"}, "answer": " Film"}\n'


def test_examples_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Catches sorting, a lost last line, and a text cut at a Unicode line separator."""
    (tmp_path / "heldout.jsonl").write_text(LINE % "b" + LINE % "a", encoding="utf-8")
    fields = {"title": "A\u2028b"}
    assert load_heldout(tmp_path) == (Example("b", fields, "Film"), Example("a", fields, "Film"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LINE % "a" + "{", "Line 2 of .* is not JSON"),
        ('{"id": "a", "fields": {}}', "lacks the key 'answer'"),
        ('{"id": "a", "fields": {"x": 1}, "answer": ""}', "wants str for 'fields.x'"),
        ('{"id": "a", "fields": {}, "answer": "", "gold": ""}', "unknown key 'gold'"),
        ("[]", "holds a list"),
        (LINE % "a" * 2, "same id"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """Catches an evaluation that goes on with fewer or other examples than were frozen."""
    (tmp_path / "heldout.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(BadCard, match=said):
        load_heldout(tmp_path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """Catches a task quietly evaluated on nothing."""
    with pytest.raises(BadCard, match="cannot be read"):
        load_heldout(tmp_path)
