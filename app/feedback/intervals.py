"""Shares with their 95 % intervals. Knows no votes and no database."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """A share of one, and between which bounds the true one lies with 95 % confidence."""

    value: float
    low: float
    high: float


def wilson(num_hits: int, num_tries: int) -> Share:
    """The share of hits in independent tries, at least one, with Wilson's score interval."""
    from scipy.stats import binomtest  # noqa: PLC0415 - takes most of a second; few ask for it

    bounds = binomtest(num_hits, num_tries).proportion_ci(method="wilson")
    return Share(num_hits / num_tries, float(bounds.low), float(bounds.high))
