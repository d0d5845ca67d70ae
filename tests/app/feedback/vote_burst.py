"""A process that votes until it is killed; prints each pair's id once its vote is confirmed."""

import itertools
import sys
from pathlib import Path

from app.feedback.store import FeedbackStore
from tests.app.feedback.recording import complete, vote

if __name__ == "__main__":
    store = FeedbackStore.open(Path(sys.argv[1]))
    for number in itertools.count():
        comparison_id = complete(store, f"nonce-{number}")
        vote(store, comparison_id, key=f"key-{number}")
        sys.stdout.write(f"{comparison_id}\n")
        sys.stdout.flush()
