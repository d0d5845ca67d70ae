"""An open ratings database for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.feedback.store import FeedbackStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FeedbackStore]:
    with FeedbackStore.open(tmp_path / "ratings.db") as opened:
        yield opened
