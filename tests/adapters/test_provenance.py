"""What an adapter was trained on: read from beside its weights, and held against what is served."""

import json
from pathlib import Path

import pytest

from adapters.errors import AdapterRefused
from adapters.provenance import TRAINING_FILE, refuse_other_base, trained_base


def test_the_base_is_read_from_the_record(tmp_path: Path) -> None:
    """Catches a record that is written one way and read another."""
    (tmp_path / TRAINING_FILE).write_text(json.dumps({"base": {"name": "b", "digest": "sha256:a"}}))
    assert trained_base(tmp_path) == "sha256:a"
    refuse_other_base(tmp_path, "sha256:a")
    with pytest.raises(AdapterRefused, match="trained on another base"):
        refuse_other_base(tmp_path, "sha256:b")


@pytest.mark.parametrize("text", ["", "[]", '{"base": "x"}', '{"base": {}}', None])
def test_what_is_not_recorded_is_not_refused(tmp_path: Path, text: str | None) -> None:
    """Catches a traceback, or a refusal, for a public adapter that brings no record of ours."""
    if text is not None:
        (tmp_path / TRAINING_FILE).write_text(text)
    assert trained_base(tmp_path) is None
    refuse_other_base(tmp_path, "sha256:b")
