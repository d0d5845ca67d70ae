"""Held-out files: read whole and in order, or refused with the line's number."""

import json
from pathlib import Path

import pytest

from adapters.card import Example
from adapters.errors import BadCard
from adapters.heldout import as_record, load_examples, load_visitors

LINE = '{"id": "%s", "fields": {"title": "A\u2028b"}, "answer": " Film"}\n'


def test_examples_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Catches sorting, a lost last line, and a text cut at a Unicode line separator."""
    (tmp_path / "heldout.jsonl").write_text(LINE % "b" + LINE % "a", encoding="utf-8")
    fields = {"title": "A\u2028b"}
    assert load_examples(tmp_path / "heldout.jsonl") == (
        Example("b", fields, "Film"),
        Example("a", fields, "Film"),
    )


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
        load_examples(tmp_path / "heldout.jsonl")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """Catches a task quietly evaluated on nothing."""
    with pytest.raises(BadCard, match="cannot be read"):
        load_examples(tmp_path / "heldout.jsonl")


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    """Catches other right answers, or the tests of code, lost on the way to the file."""
    examples = (
        Example("a", {"x": "1"}, "one", ("uno",), ("assert f(1)",)),
        Example("b", {"x": "2"}, "two"),
    )
    path = tmp_path / "heldout.jsonl"
    path.write_text("\n".join(json.dumps(as_record(example)) for example in examples))
    assert load_examples(path) == examples
    assert set(as_record(examples[1])) == {"id", "fields", "answer"}


def test_visitors_inputs_are_numbered(tmp_path: Path) -> None:
    """Catches inputs that cannot be told apart, or that are taken for another ring's."""
    path = tmp_path / "covid.toml"
    one = '[[inputs]]\nanswer = "Neutral"\n[inputs.fields]\nOriginalTweet = "hi"\n'
    path.write_text(one + one)
    assert [example.example_id for example in load_visitors(path)] == ["visitor-01", "visitor-02"]
    path.write_text("input = 3")
    with pytest.raises(BadCard, match="lacks the key 'inputs'"):
        load_visitors(path)
