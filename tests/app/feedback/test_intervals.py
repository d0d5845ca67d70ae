"""What may be said of so many votes: against the textbook's formula, and a search by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize

from app.feedback.bradley_terry import PRIOR_SD, scales
from app.feedback.intervals import wilson
from app.feedback.records import Contestant
from app.feedback.standings import MIN_VOTES, Tally
from tests.app.feedback.recording import ADAPTER, BASE

OLD = replace(ADAPTER, contestant_id="adapter:covid@sha256:01", weights_digest="sha256:01")
HELD = replace(BASE, contestant_id="base-format:m@sha256:bb")


def tally(first: Contestant, second: Contestant, first_better: int, second_better: int) -> Tally:
    return Tally("covid", first, second, first_better, second_better, 3, 4, 0, 0, 5, 9)


@pytest.mark.parametrize(("hits", "tries"), [(0, 1), (7, 20), (20, 20), (312, 600)])
def test_wilson_is_wilsons(hits: int, tries: int) -> None:
    """Catches another interval under that name: Wald's has no width at 0 and 1."""
    z, p = 1.959964, hits / tries
    middle = (p + z**2 / (2 * tries)) / (1 + z**2 / tries)
    half = z * math.sqrt(p * (1 - p) / tries + z**2 / (4 * tries**2)) / (1 + z**2 / tries)
    found = wilson(hits, tries)
    assert found.value == p
    assert (found.low, found.high) == pytest.approx((middle - half, middle + half), abs=1e-6)


def test_strengths_are_the_most_likely_ones() -> None:
    """Catches wins given to the wrong side, a pair counted twice, or a prior of another width."""
    pairs = (tally(ADAPTER, BASE, 40, 10), tally(ADAPTER, OLD, 18, 12), tally(HELD, BASE, 12, 18))
    (scale,) = scales(pairs)
    order = [ADAPTER, OLD, HELD]

    def loss(x: np.ndarray) -> float:
        at = dict(zip((one.contestant_id for one in order), x, strict=True))
        at[BASE.contestant_id] = 0.0
        likelihood = sum(
            pair.first_better * math.log1p(math.exp(-gap))
            + pair.second_better * math.log1p(math.exp(gap))
            for pair in pairs
            for gap in [at[pair.first.contestant_id] - at[pair.second.contestant_id]]
        )
        return likelihood + float(x @ x) / (2 * PRIOR_SD**2)

    best = dict(
        zip((one.contestant_id for one in order), minimize(loss, np.zeros(3)).x, strict=True)
    )
    assert scale.reference == BASE
    assert [one.contestant for one in scale.strengths] == [ADAPTER, OLD, BASE, HELD]
    for one in scale.strengths:
        if one.preferred is not None:
            expected = 1 / (1 + math.exp(-best[one.contestant.contestant_id]))
            assert one.preferred.value == pytest.approx(expected, abs=1e-3)
            assert one.preferred.low < one.preferred.value < one.preferred.high
    assert [one.num_votes for one in scale.strengths] == [80, 30, 80, 30]


def test_who_always_won_is_not_infinitely_strong() -> None:
    """Catches a fit that runs away, and takes the page with it, where the votes separate."""
    (scale,) = scales((tally(ADAPTER, BASE, 20, 0), tally(OLD, BASE, 0, 20)))
    best, reference, worst = scale.strengths
    assert (best.contestant, reference.preferred, worst.contestant) == (ADAPTER, None, OLD)
    assert best.preferred is not None
    assert worst.preferred is not None
    assert 0.7 < best.preferred.low < best.preferred.value < best.preferred.high < 1
    assert 0 < worst.preferred.value < 0.3


@pytest.mark.parametrize(
    "pairs",
    [
        (),
        (tally(ADAPTER, BASE, 40, 40),),
        (tally(ADAPTER, BASE, 40, 40), tally(OLD, HELD, 40, 40)),
        (tally(ADAPTER, BASE, 40, 40), tally(OLD, BASE, MIN_VOTES - 1, 0)),
        (tally(ADAPTER, BASE, 40, 40), replace(tally(OLD, BASE, 40, 40), task="dbpedia")),
    ],
    ids=["nobody", "two", "two who never met two others", "too few votes", "another task"],
)
def test_where_there_is_no_scale(pairs: tuple[Tally, ...]) -> None:
    """Catches strengths of contestants whom no chain of votes connects."""
    assert scales(pairs) == ()
