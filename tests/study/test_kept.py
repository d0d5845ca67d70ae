"""Answers kept for people: by the rule alone, and read back as they were written."""

import json
from pathlib import Path

from adapters.card import Example
from adapters.catalog import Catalog, Profile
from adapters.metrics import Mark
from study.contestants import Contestant
from study.evaluate import Marked, TaskResult
from study.kept import BEST_FILE, NUM_WRONG, WRONG_FILE, keep_answers, load_kept


def marked(example_id: str, score: float, said: str = "?") -> Marked:
    example = Example(example_id, {"title": "T\u2028t"}, "right")
    mark = Mark(score, score, None)
    return Marked(example, {Contestant.ADAPTER: said}, {Contestant.ADAPTER: mark})


def result(profile: Profile, *answers: Marked) -> TaskResult:
    return TaskResult("dbpedia", Catalog.open(profile).entries["dbpedia"].card, "", answers)


def ids(path: Path) -> list[str]:
    return [kept.example.example_id for kept in load_kept(path)]


def test_the_worst_are_kept_ring_by_ring_and_no_right_one(profile: Profile, tmp_path: Path) -> None:
    """Catches answers picked to look well, right ones among the wrong, one ring crowding out."""
    many = [marked(f"new-{at:02d}", at / 20) for at in range(15)]
    others = [marked("written-01", 1.0), marked("written-02", 0.5), marked("visitor-01", 0.0)]
    keep_answers(result(profile, *many, *others), tmp_path)
    kept = ids(tmp_path / WRONG_FILE)
    assert len(kept) == NUM_WRONG
    assert kept[:4] == ["new-00", "written-02", "visitor-01", "new-01"]
    assert "written-01" not in kept


def test_the_best_of_each_kind_is_kept_unless_all_wrong(profile: Profile, tmp_path: Path) -> None:
    """Catches praise from the easy kind alone, and a wrong answer among the good ones."""
    answers = [marked("seen-1", 0.4), marked("seen-2", 0.9), marked("seen-3", 0.9)]
    answers += [marked("new-1", 1.0, " right"), marked("written-1", 0.0)]
    keep_answers(result(profile, *answers), tmp_path)
    assert ids(tmp_path / BEST_FILE) == ["seen-2", "new-1"]
    _, best = load_kept(tmp_path / BEST_FILE)
    assert (best.said, best.score, best.example) == (" right", 1.0, answers[3].example)


def test_a_line_separator_within_a_text_ends_no_line(profile: Profile, tmp_path: Path) -> None:
    """Catches splitlines() cutting an answer at a Unicode separator."""
    keep_answers(result(profile, marked("new-1", 0.0, "a\u2028b")), tmp_path)
    (kept,) = load_kept(tmp_path / WRONG_FILE)
    assert kept.said == "a\u2028b"
    assert len((tmp_path / WRONG_FILE).read_text("utf-8").split("\n")) == 2
    assert json.loads((tmp_path / WRONG_FILE).read_text("utf-8"))["said"] == "a\u2028b"
