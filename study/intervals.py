"""How sure a lift is: the bootstrap over examples. Knows only marks."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import bootstrap

NUM_RESAMPLES = 9_999
CONFIDENCE = 0.95


def lift_interval(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float]:
    """The 95 % percentile interval of the mean difference of paired marks, seeded.

    Percentile, since the accelerated form does not exist where every example agrees.
    """
    lifts = np.asarray(ours) - np.asarray(theirs)
    if len(lifts) < 2 or np.ptp(lifts) == 0:
        return float(lifts.mean()), float(lifts.mean())
    found = bootstrap(
        (lifts,),
        np.mean,
        n_resamples=NUM_RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    return float(found.low), float(found.high)
