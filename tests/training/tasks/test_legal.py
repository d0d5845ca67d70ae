"""Clauses: nothing beside the clause itself may tell its type, or tell another one."""

import random
import re

from training.tasks.grammar import expand
from training.tasks.labelled import frames_by_label
from training.tasks.legal import make
from training.tasks.legal_clauses_b import CLAUSES
from training.tasks.legal_surroundings import MARKS, NEUTRAL_AFTER, NEUTRAL_BEFORE
from training.tasks.legal_words import SHARED
from training.tasks.task import Task

LABELS = frames_by_label("legal", "train")


def test_what_stands_around_a_clause_names_no_type() -> None:
    """Catches a heading that gives the answer away, and a neutral sentence that is none."""
    around = " ".join((*MARKS, *NEUTRAL_BEFORE, *NEUTRAL_AFTER)).lower()
    assert [label for label in LABELS if label in around] == []


def test_a_reference_never_names_the_clauses_own_type() -> None:
    """Catches `Subject to clause 4 (Taxes)` before a clause on taxes: the answer, for nothing."""
    topics = 0
    for example in Task("legal", make).examples("validation", 0, 1500):
        for topic in re.findall(
            r"(?i)(?:clause|section) \d+ \(([A-Za-z ]+)\)", str(example.fields)
        ):
            topics += 1
            assert topic.lower() != example.answer
    assert topics > 20


def test_every_type_is_composed_too() -> None:
    """Catches a type without composed clauses, or with words that the grammar lacks."""
    rng = random.Random(0)
    assert sorted(CLAUSES) == sorted(LABELS)
    for templates in CLAUSES.values():
        assert all("<" not in expand(template, SHARED, rng) for template in templates)
