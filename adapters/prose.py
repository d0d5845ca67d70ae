"""How much two texts share: ROUGE-L, by the rouge-score library. Knows no card."""

from collections.abc import Iterable
from functools import cache

from rouge_score.rouge_scorer import RougeScorer

_MEASURE = "rougeL"


def rouge_l(text: str, references: Iterable[str]) -> float:
    """The best F-measure of the longest common subsequence of words, 0.0 to 1.0, no stemming."""
    return max(float(_scorer().score(right, text)[_MEASURE].fmeasure) for right in references)


@cache
def _scorer() -> RougeScorer:
    return RougeScorer([_MEASURE], use_stemmer=False)
