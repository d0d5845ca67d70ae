"""Scores files: what is written is read back; what cannot be a score is refused."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from adapters.errors import BadCard
from adapters.scores import Ring, Scores, load_scores, save_scores

RINGS = (Ring("known sentences", 0.01, 1.0, 120), Ring("new sentences", 0.0, 1.0, 80))
SCORES = Scores(
    "covid",
    "accuracy",
    0.005,
    1.0,
    200,
    "2026-08-01",
    7,
    "sha256:aa",
    "sha256:bb",
    low=-0.1,
    ring2=0.8,
    majority=0.2,
    rings=RINGS,
)


def test_scores_survive_a_round_trip(tmp_path: Path) -> None:
    """Catches a key lost or renamed on one side, and an unfinished file left behind."""
    save_scores(tmp_path, SCORES)
    assert load_scores(tmp_path) == SCORES
    assert [path.name for path in tmp_path.iterdir()] == ["scores.json"]


def test_a_folder_without_scores_has_none(tmp_path: Path) -> None:
    """Catches a fresh adapter, not yet evaluated, taken for a damaged one."""
    assert load_scores(tmp_path) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"adapter": 1.5}, "1.5"),
        ({"base": float("nan")}, "nan"),
        ({"ring2": 1.5}, "1.5"),
        ({"ring3": "0.5"}, "wants float for 'ring3'"),
        ({"num_examples": 0}, "no example"),
        ({"num_examples": True}, "wants int"),
        ({"date": "yesterday"}, "bad date"),
        ({"weights_digest": "aa"}, "not a sha256 digest"),
        ({"bse": 0.1}, "unknown key 'bse'"),
        ({"rings": [asdict(RINGS[0]) | {"adapter": 1.2}]}, "1.2"),
        ({"rings": [asdict(RINGS[0]) | {"share": 1.0}]}, "unknown key 'share'"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, change: dict[str, object], said: str) -> None:
    """Catches a figure on the page that no measurement gave."""
    (tmp_path / "scores.json").write_text(json.dumps(asdict(SCORES) | change), encoding="utf-8")
    with pytest.raises(BadCard, match=said):
        load_scores(tmp_path)


def test_half_a_file_is_refused(tmp_path: Path) -> None:
    """Catches a truncated file shown as "not yet evaluated"."""
    (tmp_path / "scores.json").write_text(json.dumps(asdict(SCORES))[:40], encoding="utf-8")
    with pytest.raises(BadCard, match="cannot be read"):
        load_scores(tmp_path)
