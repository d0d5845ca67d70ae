"""Every rung at a tiny size: that it runs, and that its contestants did the same work."""

from itertools import groupby

import pytest

from benchmarks import serving, targets
from benchmarks.ladder import ALL, BIG, Rung, climb
from benchmarks.results import Failure, Result
from benchmarks.settings import gpu


@pytest.fixture(scope="module")
def outcomes(bench) -> list[Result | Failure]:
    """What the whole ladder gives, once for all tests here."""
    return list(climb(bench, ALL))


@pytest.fixture(scope="module")
def results(outcomes) -> list[Result]:
    return [outcome for outcome in outcomes if isinstance(outcome, Result)]


def assert_sound(results: list[Result], num_rounds: int) -> None:
    """A figure in every row, from every repetition, and baselines that are there."""
    for _, group in groupby(results, key=lambda result: (result.rung, result.case)):
        rows = list(group)
        names = [row.contestant for row in rows]
        assert len(set(names)) == len(names)
        for row in rows:
            assert row.num_tokens > 0
            assert all(seconds > 0 for seconds in row.seconds)
            assert len(row.seconds) in {num_rounds, 2 * num_rounds}
            assert row.baseline is None or row.baseline in names
            assert len(row.ratios) == (len(row.seconds) if row.baseline else 0)
            assert row.limit is None or row.limit.seconds > 0


def test_every_rung_runs_at_a_tiny_size(outcomes, results, settings):
    """Catches a rung that fails where the others have already run for minutes."""
    assert [outcome for outcome in outcomes if isinstance(outcome, Failure)] == []
    assert len({result.rung for result in results}) == len(Rung)
    assert_sound(results, settings.num_rounds)
    no_limit = {result.rung for result in results if result.limit is None}
    assert no_limit == {"step log"}  # notes have no physical limit


def test_all_contestants_serve_the_same_prompts_to_the_same_length(results, settings):
    """Catches a rival that is given less, or stops early, and looks fast."""
    served = [result for result in results if result.rung == serving.RUNG]
    for case, group in groupby(served, key=lambda result: result.case):
        rows = list(group)
        assert len(rows) == 8, case
        assert len({row.prompts for row in rows}) == 1
        assert len({row.num_tokens for row in rows}) == 1
        assert rows[0].num_tokens == rows[0].num_rows * settings.num_new_tokens
        assert all(row.figures["first_ms"] > 0 for row in rows)


@pytest.mark.parametrize("rung", ["decode step", "popularity", "slots", "cold loads"])
def test_a_case_compares_the_same_prompts(results, rung):
    """Catches a popularity, or a full house, that is compared on other texts than its baseline."""
    own = [result for result in results if result.rung == rung]
    for _, group in groupby(own, key=lambda result: result.case):
        assert len({row.prompts for row in group}) == 1


def test_every_target_names_what_is_measured(results):
    """Catches a contestant that was renamed: its target would be "not measured" for ever."""
    measured = {(result.rung, result.contestant) for result in results}
    for target in (*targets.MINI, *targets.LARGE, *targets.GPU):
        assert (target.rung, target.contestant) in measured
        assert target.over is None or (target.rung, target.over) in measured
    cases = {f"{num_streams} streams" for num_streams in gpu().streams}
    assert {target.case for target in targets.GPU} <= cases


def test_what_runs_on_a_gpu_runs_here_with_another_shape_and_device(born_bench):
    """Catches a GPU ladder that nobody has ever run: only shape and device differ."""
    outcomes = list(climb(born_bench, BIG))
    assert [outcome for outcome in outcomes if isinstance(outcome, Failure)] == []
    assert_sound(outcomes, born_bench.settings.num_rounds)
    names = {outcome.contestant for outcome in outcomes if outcome.rung == serving.RUNG}
    assert names == {
        serving.OURS, serving.OURS_ALL, serving.OURS_QV, serving.PEFT_ALL, serving.PEFT_QV,
    }  # fmt: skip
