"""News to a headline: about whom the headline names, and as long as the card allows."""

import re
from itertools import islice

from training.tasks import load
from training.tasks.tldr_content_gen import LONGEST
from training.words import words_of


def test_the_news_names_whom_the_headline_names() -> None:
    """Catches an answer about the right story that forgets its hero."""
    wrong = 0
    for made in islice(load("tldr_content_gen").stream("heldout", 0), 300):
        headline, news = made.example.fields["headline"], made.example.answer
        told = [name for name in made.entities if words_of(name) in words_of(headline)]
        wrong += any(words_of(name) not in words_of(news) for name in told)
    assert wrong <= 6


def test_news_is_one_to_three_sentences_that_fit() -> None:
    """Catches answers that the card's tokens would cut off."""
    for example in load("tldr_content_gen").examples("train", 0, 600):
        for text in (example.answer, *example.also):
            assert len(text) <= LONGEST + 40
            assert 1 <= len(re.findall(r"[.?!]\W*(?=\s+[A-Z0-9\"“]|$)", text)) <= 5


def test_both_the_lead_and_the_summary_answer() -> None:
    """Catches a generator that always gives the first sentences: there would be no way to be brief
    about a story whose point comes late."""
    examples = list(load("tldr_content_gen").examples("train", 0, 300))
    longer = [len(e.answer) > len(e.also[0]) for e in examples if e.also]
    assert 0.3 < sum(longer) / len(longer) < 0.9
