"""Dumb baselines: what a task's score is worth without any language model. Knows no engine.

majority      always the commonest right answer of the training examples
copy_input    the main field itself as the answer
bag_of_words  the words of the prompt without their order: logistic regression over labels; for
              other kinds of answers that of the nearest training example (cosine of TF-IDF)
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from adapters.card import Card, Example
from adapters.metrics import mark
from study.evaluate import TaskResult

_DIGITS = 6
_Answerer = Callable[[Example], str]


@dataclass(frozen=True)
class Baselines:
    """Mean strict scores, 0.0 to 1.0."""

    majority: float
    copy_input: float
    bag_of_words: float


def baselines(card: Card, train: Sequence[Example], asked: Sequence[Example]) -> Baselines:
    """Score the three on the `asked` examples, having read the `train` ones."""
    commonest = Counter(example.answer for example in train).most_common(1)[0][0]
    words = _by_words(card, train, asked)
    return Baselines(
        majority=_score(card, asked, lambda _: commonest),
        copy_input=_score(card, asked, lambda example: example.fields[card.main_field]),
        bag_of_words=_score(card, asked, lambda example: words[example.example_id]),
    )


def baselines_of(
    results: Iterable[TaskResult], training_examples: Callable[[str], Sequence[Example]]
) -> dict[str, Baselines]:
    """The baselines of each task on the first ring that was asked.

    `training_examples` gives what a task's adapter may have read, nothing for a task of unknown
    origin, which then has no baselines.
    """
    found = {}
    for result in results:
        asked = [one.example for one in result.marked if one.ring == 1]
        train = training_examples(result.task)
        if asked and train:
            found[result.task] = baselines(result.card, train, asked)
    return found


def _score(card: Card, asked: Sequence[Example], answer: _Answerer) -> float:
    return fmean(mark(card, example, answer(example)).score for example in asked)


def _by_words(card: Card, train: Sequence[Example], asked: Sequence[Example]) -> dict[str, str]:
    """The answer that the bag of words gives, by example id."""
    vectorizer = TfidfVectorizer(sublinear_tf=True)
    known = vectorizer.fit_transform(_prompts(card, train))
    new = vectorizer.transform(_prompts(card, asked))
    golds = [example.answer for example in train]
    if card.kind == "label":
        given = list(LogisticRegression(max_iter=1000).fit(known, golds).predict(new))
    else:
        # Many are as near as the nearest: rounded, so that the first of them wins on every machine.
        cosines = (new @ known.T).toarray().round(_DIGITS)
        given = [golds[row] for row in cosines.argmax(axis=1)]
    return {example.example_id: str(text) for example, text in zip(asked, given, strict=True)}


def _prompts(card: Card, examples: Sequence[Example]) -> list[str]:
    return [card.prompt(example.fields) for example in examples]
