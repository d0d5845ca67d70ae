"""Questions about tables: the tables of every hand are asked about, by training and held-out."""

from training.lexicon import load_frames, load_task_frames
from training.tasks import wikisql


def test_the_tables_of_all_hands_are_read() -> None:
    """Catches the tables under frames/more left aside."""
    known = load_task_frames("wikisql_tables", "train")
    assert len(known) > len(load_frames("wikisql_tables", "train"))
    assert len(wikisql._pool()) == len(known)
