"""How much two texts share: ROUGE-L, by the rouge-score library. Knows no card."""

from collections.abc import Iterable
from functools import cache
from typing import Any

_MEASURE = "rougeL"


def rouge_l(text: str, references: Iterable[str]) -> float:
    """The best F-measure of the longest common subsequence of words, 0.0 to 1.0, no stemming."""
    return max(float(_scorer().score(right, text)[_MEASURE].fmeasure) for right in references)


@cache
def _scorer() -> Any:
    # The library imports the whole of nltk, which takes seconds: not before it is needed.
    from rouge_score.rouge_scorer import RougeScorer  # noqa: PLC0415

    return RougeScorer([_MEASURE], use_stemmer=False)
