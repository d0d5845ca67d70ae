"""Strengths of three or more contestants of a task, also of those who never met each other.

Bradley and Terry's model: the odds that one is preferred to another are the ratio of their
strengths. A logistic regression finds them; the curvature at its maximum (Fisher's information)
gives the intervals. Ties and "both bad" are left out, as in a win rate. Knows no database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import connected_components
from scipy.special import expit

from app.feedback.intervals import Share
from app.feedback.records import Contestant
from app.feedback.standings import Tally, order

PRIOR_SD = 2.5
"""Of a log-odds, before any vote: who always won is strong, not infinitely so."""
MIN_CONTESTANTS = 3
Z_95 = 1.959964

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Strength:
    """How likely `contestant` is preferred to the scale's reference; None is that of itself."""

    contestant: Contestant
    num_votes: int
    preferred: Share | None


@dataclass(frozen=True)
class Scale:
    """Contestants of one task who met, in a chain at least, strongest first."""

    task: str
    reference: Contestant
    strengths: tuple[Strength, ...]


def scales(tallies: Iterable[Tally]) -> tuple[Scale, ...]:
    """One for each task and each group of three or more whose ranked pairs connect them."""
    by_task: dict[str, list[Tally]] = {}
    for tally in tallies:
        if tally.is_ranked:
            by_task.setdefault(tally.task, []).append(tally)
    return tuple(
        _scale(task, group)
        for task, pairs in by_task.items()
        for group in _groups(pairs)
        if len(_contestants(group)) >= MIN_CONTESTANTS
    )


def _contestants(pairs: Sequence[Tally]) -> list[Contestant]:
    """Everybody in the pairs, the weakest claim to being first, mostly the base, last."""
    everybody = {one.contestant_id: one for pair in pairs for one in (pair.first, pair.second)}
    return sorted(everybody.values(), key=lambda one: order(pairs[0].task, one))


def _groups(pairs: Sequence[Tally]) -> list[list[Tally]]:
    """The pairs, parted into groups that no pair connects."""
    place = {one.contestant_id: at for at, one in enumerate(_contestants(pairs))}
    met = np.zeros((len(place), len(place)))
    for pair in pairs:
        met[place[pair.first.contestant_id], place[pair.second.contestant_id]] = 1
    num_groups, group_of = connected_components(met, directed=False)
    return [
        [pair for pair in pairs if group_of[place[pair.first.contestant_id]] == group]
        for group in range(num_groups)
    ]


def _scale(task: str, pairs: Sequence[Tally]) -> Scale:
    *others, reference = _contestants(pairs)
    log_odds, deviations = _fit(pairs, [one.contestant_id for one in others])
    found = [Strength(reference, _num_votes(pairs, reference), None)]
    for one, middle, deviation in zip(others, log_odds, deviations, strict=True):
        value, low, high = expit(middle + deviation * Z_95 * np.array([0.0, -1.0, 1.0]))
        share = Share(float(value), float(low), float(high))
        found.append(Strength(one, _num_votes(pairs, one), share))
    found.sort(key=lambda one: one.preferred.value if one.preferred else 0.5, reverse=True)
    return Scale(task, reference, tuple(found))


def _fit(pairs: Sequence[Tally], others: Sequence[str]) -> tuple[Floats, Floats]:
    """Log-odds of being preferred to the reference, who is not in `others`, and their errors."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - slow, and seldom needed

    design = np.zeros((len(pairs), len(others)))
    for row, pair in zip(design, pairs, strict=True):
        for one, sign in ((pair.first, 1), (pair.second, -1)):
            if one.contestant_id in others:
                row[others.index(one.contestant_id)] = sign
    wins = np.array([[pair.first_better, pair.second_better] for pair in pairs], dtype=float)
    model = LogisticRegression(C=PRIOR_SD**2, fit_intercept=False, tol=1e-8)
    outcomes = np.repeat([1, 0], len(pairs))
    model.fit(np.vstack([design, design]), outcomes, sample_weight=wins.T.ravel())
    preferred = model.predict_proba(design)[:, 1]
    weights = wins.sum(axis=1) * preferred * (1 - preferred)
    information = design.T @ (weights[:, None] * design) + np.eye(len(others)) / PRIOR_SD**2
    return model.coef_[0], np.sqrt(np.diag(np.linalg.inv(information)))


def _num_votes(pairs: Iterable[Tally], contestant: Contestant) -> int:
    """The decisive votes on pairs with the contestant."""
    return sum(pair.num_decisive for pair in pairs if contestant in (pair.first, pair.second))
