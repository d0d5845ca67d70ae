"""A task as the page needs it: fresh examples, and known answers."""

from dataclasses import replace
from pathlib import Path

from adapters.catalog import Catalog
from app.task import Task


def test_fresh_example_is_held_out_and_another(tmp_path: Path) -> None:
    """Catches a die that shows the same example again, or one that nobody held out."""
    lines = [f'{{"id": "h{n}", "fields": {{"table": "A", "question": "{n}?"}}, "answer": "x"}}'
             for n in range(3)]  # fmt: skip
    (tmp_path / "heldout.jsonl").write_text("\n".join(lines), "utf-8")
    task = Task(replace(Catalog.open().entries["wikisql"], roots=(tmp_path,)))
    for _ in range(20):
        drawn = task.fresh({"table": "A", "question": " 1? "})
        assert drawn is not None
        assert drawn.example_id in {"h0", "h2"}
    assert task.known({"table": " A ", "question": "2?"}) == task.heldout[2]


def test_damaged_heldout_file_costs_only_the_fresh_examples(tmp_path: Path) -> None:
    """Catches one broken line of a data file that closes a whole task."""
    (tmp_path / "heldout.jsonl").write_text("not json", "utf-8")
    task = Task(replace(Catalog.open().entries["wikisql"], roots=(tmp_path,)))
    assert task.fresh({}) is None
    assert task.known(task.card.examples[0].fields) is not None
