"""Summaries: supported by their articles, whatever was left out, moved or added."""

import random
import re
from itertools import islice

from training.lexicon import load_frames
from training.news.outline import outline
from training.news.style import house_style
from training.tasks import load
from training.words import words_of


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:,\d+)*", text))


def test_an_article_holds_what_its_summary_says() -> None:
    """Catches a sentence left out that the summary needs, and a number styled in one text alone."""
    for made in islice(load("cnn").stream("heldout", 0), 400):
        article, summary = made.example.fields["article"], made.example.answer
        assert _numbers(summary) <= _numbers(article)
        told = [name for name in made.entities if words_of(name) in words_of(summary)]
        assert [name for name in told if words_of(name) not in words_of(article)] == []


def test_an_arranged_story_keeps_what_carries_it_and_what_is_pointed_at() -> None:
    """Catches `It cost ...` without the sentence that says what it is."""
    body = (
        "A bridge opened in {city}.",
        "It cost {n=int:2-9} million.",
        "Ducks were seen nearby.",
        "The mayor, {person}, cut the ribbon.",
        "{person} is also a painter.",
    )
    plan = outline(body)
    needed = plan.carriers("{city} has opened a bridge for {n} million.")
    assert needed == {0, 1}
    orders = {tuple(plan.arrange(needed, random.Random(seed), 0.5)) for seed in range(200)}
    assert all(order[:2] == (0, 1) for order in orders)
    assert all(3 in order for order in orders if 4 in order)
    assert {(0, 1), (0, 1, 2, 3, 4), (0, 1, 3, 2, 4)} <= orders


def test_articles_of_one_frame_differ_in_more_than_names() -> None:
    """Catches articles whose sentences always stand at the same place: position would be enough."""
    frame = next(f for f in load_frames("news") if len(f["body"]) > 4)
    plan = outline(tuple(frame["body"]))
    needed = plan.carriers(frame["summary"])
    orders = {tuple(plan.arrange(needed, random.Random(seed), 0.3)) for seed in range(100)}
    assert len(orders) > 3


def test_a_house_style_says_the_same_in_all_texts() -> None:
    """Catches a style that rolls its dice anew for each text."""
    text = 'Of 8000 homes 12 percent lost power, which cost 5 dollars a day, "he" said in 1987.'
    styles = [house_style(random.Random(seed)) for seed in range(60)]
    written = {style(text) for style in styles}
    assert len(written) > 8
    assert all(style(text) == style(text) for style in styles)
    assert all("1987" in one for one in written)
