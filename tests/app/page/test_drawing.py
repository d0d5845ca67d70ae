"""The sampling panel: what its numbers mean, what is refused, and how it is said."""

from dataclasses import replace

import pytest

from adapters.catalog import Catalog
from app.contenders import standard_sampling
from app.page.drawing import Drawing, in_words
from engine.errors import BadRequest

CARD = Catalog.open().entries["wikisql"].card
AS_IT_IS = Drawing(0, 1, CARD.max_tokens, 0)


def test_an_untouched_or_emptied_panel_is_the_standard() -> None:
    """Catches answers that are drawn otherwise than scores were measured, for nobody asked."""
    assert AS_IT_IS.sampling(CARD) == replace(standard_sampling(CARD), seed=0)
    assert Drawing(None, None, None, None).sampling(CARD) == standard_sampling(CARD)
    assert in_words(AS_IT_IS.sampling(CARD)) == ""


def test_sampled_answers_say_so() -> None:
    """Catches a drawn answer that passes for the likeliest one."""
    sampling = replace(AS_IT_IS, temperature=0.7, top_p=0.9, seed=3).sampling(CARD)
    assert (sampling.temperature, sampling.top_p, sampling.seed) == (0.7, 0.9, 3)
    assert in_words(sampling) == "temperature 0.7, top p 0.9, seed 3"


@pytest.mark.parametrize(
    ("drawing", "words"),
    [
        (replace(AS_IT_IS, temperature=9), "temperature must lie"),
        (replace(AS_IT_IS, top_p=0), "top_p must be"),
        (replace(AS_IT_IS, max_tokens=0), "max_tokens must be"),
        (replace(AS_IT_IS, max_tokens=1e9), "at most 1,024 tokens"),
        (replace(AS_IT_IS, seed=-1), "seed must lie"),
        (replace(AS_IT_IS, seed=float("inf")), "plain numbers"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_sentence(drawing: Drawing, words: str) -> None:
    """Catches a slip of the keyboard that ends in a traceback, or in a silent other value."""
    with pytest.raises(BadRequest, match=words):
        drawing.sampling(CARD)
