"""Grammar: rules that surely break a sentence, on the same sentences that stand as right ones."""

import random
import re

import pytest

from training.frames import Draw
from training.tasks.cola_noun_rules import NOUN_RULES
from training.tasks.cola_order_rules import COMMON_RULES, ORDER_RULES
from training.tasks.cola_rule import broken
from training.tasks.cola_sentences import sentences
from training.tasks.cola_verb_rules import VERB_RULES
from training.tasks.cola_words import VERBS
from training.tasks.glue_cola import _borrowed, make
from training.tasks.task import Task

RULES = (*VERB_RULES, *NOUN_RULES, *ORDER_RULES, *COMMON_RULES)


def test_rules_leave_the_slots_alone() -> None:
    """Catches an error inside a name, which nobody could see as one."""
    rng = random.Random(0)
    for sentence in (s for found in sentences("train").values() for s in found[:40]):
        error = broken(sentence, RULES, rng)
        if error is not None:
            assert error != sentence
            assert sorted(re.findall(r"\{.*?\}", error)) == sorted(re.findall(r"\{.*?\}", sentence))


@pytest.mark.parametrize(
    ("sentence", "possible"),
    [
        (
            "He will open it.",
            (
                "Him will open it. He will opens it. He will opened it. "
                "He will opening it. He will to open it."
            ),
        ),
        ("They have spoken.", "Them have spoken. They has spoken. They have spoke."),
        ("If she was here.", ""),
        ("The sheep was here.", ""),
        ("It is the best way.", "It are the best way. It is the most best way. It the best way."),
        (
            "We sat there because of the rain.",
            (
                "Us sat there because of the rain. We sitted there because of the rain. "
                "We sat there because for the rain. We sat there because the rain."
            ),
        ),
    ],
)
def test_errors_are_sure_errors(sentence: str, possible: str) -> None:
    """Catches a rule that makes another right sentence: `if she were`, `the sheep were`."""
    rules = (*VERB_RULES, *NOUN_RULES)
    made = {broken(sentence, rules, random.Random(seed)) for seed in range(200)}
    assert made - {None} == set(re.findall(r"[A-Z][^.]*\.", possible))


def test_right_and_wrong_sentences_come_from_the_same_frames() -> None:
    """Catches a source that only one label has: the topic would then decide."""
    texts = {}
    for right in (True, False):
        draws = [Draw(random.Random(seed), "heldout") for seed in range(60)]
        texts[right] = [_borrowed(right, draw, "heldout") for draw in draws]
    pairs = list(zip(texts[True], texts[False], strict=True))
    assert all(one != two for one, two in pairs)
    assert all(abs(len(one.split()) - len(two.split())) <= 1 for one, two in pairs)


def test_right_sentences_have_right_articles() -> None:
    """Catches a filler that breaks its sentence: `a umbrella` as good English."""
    wrong = re.compile(r"\ban [bcdfgjklmnpqrstvwxyz]|\ba [aeio][b-df-hj-np-tv-z]|\b1 \w+s\b")
    examples = Task("glue_cola", make).examples("validation", 0, 1200)
    right = [e.fields["sentence"] for e in examples if e.answer == "1"]
    assert [text for text in right if wrong.search(text)] == []


def test_forms_of_verbs() -> None:
    """Catches a wrong form that is none, and a right one that is."""
    forms = {base: (v.third, v.past, v.gerund) for base, v in VERBS.items()}
    assert forms["stop"] == ("stops", "stopped", "stopping")
    assert forms["carry"] == ("carries", "carried", "carrying")
    assert forms["agree"] == ("agrees", "agreed", "agreeing")
    assert forms["teach"] == ("teaches", "taught", "teaching")
