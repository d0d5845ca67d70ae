"""Calls: what is only mentioned must not be what is wanted, and two people must take turns."""

import re
from itertools import pairwise

from training.tasks import support_talk as talk
from training.tasks.customer_support import make
from training.tasks.task import Task

EXAMPLES = list(Task("customer_support", make).examples("validation", 0, 1200))


def test_a_dropped_or_refused_request_is_another_one() -> None:
    """Catches a call that drops the very request which is its answer."""
    dropped = 0
    for example in EXAMPLES:
        text = example.fields["text"].lower()
        said = [*talk.DROPPED[example.answer], talk.OFFERED[example.answer]]
        assert [line for line in said if line in text] == []
        dropped += any(line in text for lines in talk.DROPPED.values() for line in lines)
    assert dropped > 30


def test_the_speakers_take_turns() -> None:
    """Catches an opening or closing that makes somebody answer himself."""
    in_a_row = 0
    for example in EXAMPLES:
        speakers = re.findall(r"\b(agent|caller): ", example.fields["text"].lower())
        in_a_row += any(one == two for one, two in pairwise(speakers))
    assert in_a_row == 0


def test_some_inputs_are_requests_alone() -> None:
    """Catches a generator that knows only whole calls: visitors type one line."""
    alone = [e for e in EXAMPLES if "agent:" not in e.fields["text"].lower()]
    assert 0.02 < len(alone) / len(EXAMPLES) < 0.2
