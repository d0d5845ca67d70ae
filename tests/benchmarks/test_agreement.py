"""Rivals compute what we compute; else nothing is timed."""

from contextlib import closing
from dataclasses import replace

import pytest

from benchmarks import serving
from benchmarks.contestants import Ours
from benchmarks.errors import Disagreement
from benchmarks.ladder import Rung, climb
from benchmarks.race import Entry, check, race
from benchmarks.results import Failure, Result
from benchmarks.rivals import ContinuousBatching, Generate, PeftMixed, PeftSwitching
from benchmarks.work import Answer


@pytest.mark.parametrize("kind", ["all-linear", "q,v"])
def test_ours_and_peft_agree_on_the_float32_base(bench, born_bench, kind):
    """Catches a rival with other weights, adapters or prompts: it would be no rival."""
    serving.compare_answers(bench, kind)
    serving.compare_answers(born_bench, kind)


def test_all_who_serve_adapters_answer_alike_and_unlike_the_base(bench):
    """Catches adapters that nobody applies: everybody would agree on the base's answers."""
    exact = bench.in_float32()
    folders = exact.adapters("all-linear")
    work = exact.work([0, 1, 2, 0])
    answers = []
    for contestant in (
        Ours(exact, folders, work),
        PeftMixed(exact, folders),
        PeftSwitching(exact, folders),
    ):
        with closing(contestant):
            answers.append(contestant.answer(work, 1).tokens)
    assert answers[0] == answers[1] == answers[2]
    with closing(Ours(exact, folders, work)) as ours:
        assert ours.answer(replace(work, adapters=(None,) * 4), 1).tokens != answers[0]


def test_all_who_serve_the_base_answer_alike(bench):
    """Catches a cache or a batch of transformers that is set up to answer something else."""
    exact = bench.in_float32()
    work = exact.work([None] * 3)
    answers = []
    for contestant in (
        Ours(exact, {}, work),
        Generate(exact),
        ContinuousBatching(exact, work),
    ):
        with closing(contestant):
            answers.append(contestant.answer(work, 1).tokens)
    assert answers[0] == answers[1] == answers[2]


def test_a_rival_that_answers_otherwise_does_not_race(bench, monkeypatch):
    """Catches a comparison that is made and then ignored; and one that costs our own figures."""
    answer = PeftMixed.answer

    def with_others_adapters(self: PeftMixed, work, num_threads: int) -> Answer:
        return answer(self, replace(work, adapters=(0,) * len(work.adapters)), num_threads)

    monkeypatch.setattr(PeftMixed, "answer", with_others_adapters)
    outcomes = list(climb(bench, [Rung.SERVING]))
    failures = [outcome for outcome in outcomes if isinstance(outcome, Failure)]
    assert len(failures) == 3
    assert all("their times cannot be compared" in failure.error for failure in failures)
    raced = {outcome.contestant for outcome in outcomes if isinstance(outcome, Result)}
    assert raced == {
        serving.OURS, serving.OURS_ALL, serving.OURS_QV, serving.CONTINUOUS, serving.GENERATE,
    }  # fmt: skip


def test_too_few_tokens_end_the_race(bench):
    """Catches a contestant that stops at an end-of-text token, and is fast for it."""
    work = bench.work([None, None])
    check(Answer(((1, 2, 3, 4), (1, 2, 3, 4)), 1.0), work)
    with pytest.raises(Disagreement, match="3 to 4"):
        check(Answer(((1, 2, 3, 4), (1, 2, 3)), 1.0), work)


class Lazy:
    """Gives back half of what was asked for."""

    held_bytes = 0

    def answer(self, work, num_threads: int) -> Answer:
        return Answer(tuple((0,) * (work.num_new_tokens // 2) for _ in work.prompts), 1.0)

    def close(self) -> None:
        pass


def test_a_race_looks_at_every_answer(bench):
    """Catches a check that stands in the code and is not called."""
    entry = Entry("lazy", Lazy(), bench.work([None]), None)
    with pytest.raises(Disagreement):
        race(bench, "rung", "case", [entry], 1, 1)
